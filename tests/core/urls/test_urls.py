"""Addresses from strangers: gated, compared, shown without secrets."""

from __future__ import annotations

import pathlib
import string
import urllib.parse

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


PATHS = st.text(alphabet=st.sampled_from("/ab.?&=#%ü:@\\;~"), max_size=12).map(lambda tail: "/" + tail)
BASES = [
    "https://e.org/d/",
    "http://E.org:80/d",
    "https://ann:x@e.org/d?q#f",
    "https://e.org:8443/",
    "ftp://e.org/",
    "http://[::1]/",
    "x",
    "",
]


@given(PATHS, st.sampled_from(BASES))
def test_the_gate_resolves_paths(path: str, base: str) -> None:
    """As if they had been resolved before."""
    assert urls.gate(path, base) == urls.gate(urllib.parse.urljoin(base, path))


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
        ("https://e.org/a?p=1&amp;utm_source=x", "https://e.org/a?p=1"),
        ("https://e.org/a#xtor=RSS-1", "https://e.org/a"),
        ("https://e.org/a?p=1#utm_source=rss&part=2", "https://e.org/a?p=1#part=2"),
        ("https://e.org/a#at_the_end", "https://e.org/a#at_the_end"),
        ("https://e.org/#/story?id=5&utm_source=x", "https://e.org/#/story?id=5"),
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
    ("https://e.org/a/amp", "https://e.org/a?outputType=amp"),
    ("https://e.org/a?amp=1", "https://e.org/a?amp"),
    ("https://www.google.com/amp/s/www.e.org/a", "https://e.org/a"),
    ("https://www-e-org.cdn.ampproject.org/c/s/www.e.org/a?amp=1", "https://e.org/a"),
    ("https://e.org/%d0%b0", "https://e.org/%D0%B0"),
    ("https://e.org/%d0%b0", "https://e.org/а"),
    ("https://e.org/%7Eann/%61", "https://e.org/~ann/a"),
    ("http://MÜNCHEN.de/a", "https://xn--mnchen-3ya.de/a"),
    ("https://e.org/a#xtor=RSS-1", "https://e.org/a"),
    ("https://www.youtube.com/watch?v=a&si=b", "https://m.youtube.com/watch?v=a"),
    ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fe.org%2Fa", "https://e.org/a"),
    ("https://e.org/amp/a/b", "https://e.org/a/b"),
    ("https://e.org/a.amp.html", "https://e.org/a.html"),
    ("https://e.org/a/amp.html", "https://e.org/a"),
    ("https://e.org/a.amp?output=amp", "https://e.org/a"),
    ("https://e.org/a;jsessionid=0123?b=1", "https://e.org/a?b=1"),
]
DIFFERENT = [
    ("https://e.org/a?id=1", "https://e.org/a?id=2"),
    ("https://e.org/a", "https://f.org/a"),
    ("https://e.org/#!/1", "https://e.org/#!/2"),
    ("https://e.org/A", "https://e.org/a"),
    ("https://e.org/a%2Fb", "https://e.org/a/b"),
    ("https://e.org/?a=b%26c", "https://e.org/?a=b&c"),
    ("https://e.org:8443/a", "https://e.org/a"),
    ("https://www.google.com/amp/s/nothing", "https://nothing/"),
    ("https://evil.example/amp/s/e.org/a", "https://e.org/a"),
    ("https://m.example/a", "https://www.example/a"),
    ("https://e.org/example", "https://e.org/ex"),
    ("https://e.org/lamp", "https://e.org/l"),
    ("https://e.org/amplifier/a", "https://e.org/a"),
    ("https://e.org/watch?v=a&si=b", "https://e.org/watch?v=a"),
    ("https://e.org/url?url=https%3A%2F%2Ff.org%2Fa", "https://f.org/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address(one: str, other: str) -> None:
    """They compare equal."""
    assert urls.normalise(one) == urls.normalise(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_addresses(one: str, other: str) -> None:
    """What makes another article stays."""
    assert urls.normalise(one) != urls.normalise(other)


@pytest.mark.parametrize("url", ["", "x", "javascript:alert(1)", "ftp://e.org/a", "http://[::1"])
def test_what_is_no_address_compares_with_nothing(url: str) -> None:
    """It has no spelling in common with anything."""
    assert urls.normalise(url) == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@e.org/a", "https://e.org/a"),
        ("https://e.org/?api_key=hunter2&q=1", "https://e.org/?api_key=…&q=1"),
        ("https://e.org/?TOKEN=hunter2", "https://e.org/?TOKEN=…"),
        ("https://e.org/?access%5Ftoken=hunter2", "https://e.org/?access%5Ftoken=…"),
        ("https://e.org/?monkey=3&turkey=4", "https://e.org/?monkey=3&turkey=4"),
        ("http://[::1", "http://[::1"),
        ("https://e.org/a@b?q=1#top", "https://e.org/a@b?q=1#top"),
        ("https://e.org/#access_token=hunter2&part=1", "https://e.org/#access_token=…&part=1"),
        ("https://e.org/?a=1;key=hunter2;b", "https://e.org/?a=1;key=…"),
        ("https://e.org/?auth[token]=hunter2", "https://e.org/?auth[token]=…"),
        ("https://e.org/?next=https://f.org/?sig=hunter2", "https://e.org/?next=https://f.org/?sig=…"),
        ("https://u:hun/ter2@e.org/a?key=hunter2", "…@e.org/a?key=…"),
        ("https://u:hun#ter2@e.org/", "…@e.org/"),
        ("https://u:hun?ter2@e.org/", "…@e.org/"),
        ("https://u:hunt@er2@e.org/", "https://e.org/"),
        ("u:hunter2@e.org/a", "…@e.org/a"),
        ("https:u:hunter2@e.org/", "…@e.org/"),
        ("https://u:hunter2@e.org:port/?token=hunter2", "…@e.org:port/?token=…"),
    ],
)
def test_shown_without_secrets(url: str, shown: str) -> None:
    """Passwords, keys and tokens are struck out, innocent words are not."""
    assert urls.redact(url) == shown


SECRETS = st.text(alphabet=string.ascii_letters + "/?#@:%&=[]", max_size=12).map(lambda tail: f"hunter{tail}2".replace("@", "%40"))


@given(SECRETS, st.sampled_from(["https://", "http://", "ftp://", "", "//", "https:", "http:\\\\"]))
def test_no_password_is_ever_shown(secret: str, scheme: str) -> None:
    """Whatever characters it has that an address may not hold, and whatever else is wrong with the address."""
    assert "hunter" not in urls.redact(f"{scheme}ann:{secret}@example.test/feed")


@given(
    st.text(alphabet=string.ascii_letters + string.digits + "=%+/", max_size=12),
    st.sampled_from(
        ["key", "token", "apikey", "API-KEY", "auth", "sig", "x_secret", "user.password", "rsskey", "a[key]", "sessid"]
    ),
    st.sampled_from(["?{}={}", "?a=1&{}={}", "?{}={}&b=2", "#{}={}", "?a#{}={}", "?a;{}={}"]),
)
def test_no_key_is_ever_shown(secret: str, name: str, place: str) -> None:
    """Wherever it stands behind an address."""
    shown = urls.redact("https://example.test/feed" + place.format(name, "hunter" + secret))
    assert "hunter" not in shown
    assert "…" in shown


@given(st.text(max_size=60))
def test_any_text_may_be_asked_about(url: str) -> None:
    """Nothing that a feed says in place of an address breaks anything."""
    for ask in (urls.gate, urls.normalise, urls.redact, urls.untracked, urls.host):
        ask(url)
