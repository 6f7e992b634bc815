"""Addresses from strangers: gated, compared, shown without secrets."""

from __future__ import annotations

import pathlib
import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import urls

GATE = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "urls" / "gate.yaml").read_text("utf-8"))
ODD = st.text(alphabet=st.sampled_from("http://e.org?&=#%ü:@[]\\\t é9.-_~"), max_size=40).map(lambda tail: "http://e.org/" + tail)


@pytest.mark.parametrize(("url", "gated"), GATE)
def test_the_gate(url: str, gated: str | None) -> None:
    """Only whole, legal http(s) addresses come through."""
    assert urls.gate(url, "https://b.example/d/") == gated


def test_the_longest_address() -> None:
    """Longer ones work nowhere."""
    assert urls.gate("http://e.org/" + "a" * (urls.LONGEST - 13)) is not None
    assert urls.gate("http://e.org/" + "a" * (urls.LONGEST - 12)) is None
    assert urls.gate("http://e.org/" + "ü" * 10_000_000) is None


@given(ODD)
def test_the_gate_is_idempotent(url: str) -> None:
    """What came through comes through as it is, in legal ASCII."""
    gated = urls.gate(url)
    if gated is not None:
        assert urls.gate(gated) == gated
        assert set(gated) <= set(string.ascii_letters + string.digits + "!#$%&'()*+,/:;=?@~._-")
        assert urls.normalise(gated) == urls.normalise(url)


@pytest.mark.parametrize(
    ("url", "untracked"),
    [
        ("https://e.org/?utm_source=x&id=3&UTM_CAMPAIGN=y", "https://e.org/?id=3"),
        ("https://e.org/a?fbclid=1", "https://e.org/a"),
        ("https://e.org/a?CMP=1#top", "https://e.org/a#top"),
        ("https://e.org/a?partner=rss&emc=rss", "https://e.org/a"),
        ("https://e.org/a?partner=smith", "https://e.org/a?partner=smith"),
        ("https://e.org/?cid=1&source=book&p=4", "https://e.org/?cid=1&source=book&p=4"),
        ("https://e.org/a?blank=&b", "https://e.org/a?blank=&b"),
        ("https://e.org/a", "https://e.org/a"),
    ],
)
def test_tracking_goes(url: str, untracked: str) -> None:
    """And only tracking."""
    assert urls.untracked(url) == untracked


SAME = [
    ("http://e.org/a", "https://www.e.org/a/"),
    ("https://e.org/a?b=1&c=2", "https://e.org/a?c=2&b=1"),
    ("https://e.org/a?utm_medium=rss", "https://e.org/a"),
    ("https://m.e.org/a", "https://amp.e.org/a/amp/"),
    ("https://e.org:443/a#comments", "https://e.org/a"),
]
DIFFERENT = [
    ("https://e.org/a?id=1", "https://e.org/a?id=2"),
    ("https://e.org/a", "https://f.org/a"),
    ("https://e.org/#!/1", "https://e.org/#!/2"),
    ("https://e.org/A", "https://e.org/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address(one: str, other: str) -> None:
    """They compare equal."""
    assert urls.normalise(one) == urls.normalise(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_addresses(one: str, other: str) -> None:
    """What makes another article stays."""
    assert urls.normalise(one) != urls.normalise(other)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@e.org/a", "https://e.org/a"),
        ("https://e.org/?api_key=hunter2&q=1", "https://e.org/?api_key=…&q=1"),
        ("https://e.org/?TOKEN=hunter2", "https://e.org/?TOKEN=…"),
        ("https://e.org/?access%5Ftoken=hunter2", "https://e.org/?access%5Ftoken=…"),
        ("https://e.org/?monkey=3&turkey=4", "https://e.org/?monkey=3&turkey=4"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_shown_without_secrets(url: str, shown: str) -> None:
    """Passwords, keys and tokens are struck out, innocent words are not."""
    assert urls.redact(url) == shown


@given(
    st.text(alphabet=string.ascii_letters + string.digits, min_size=8),
    st.sampled_from(["key", "token", "apikey", "auth", "sig", "x_secret"]),
)
def test_no_secret_is_ever_shown(secret: str, name: str) -> None:
    """Wherever it stands."""
    assert secret not in urls.redact(f"https://user:{secret}@example.test/?a=1&{name}={secret}").replace("example", "")
