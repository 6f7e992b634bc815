"""Redirectors: opened without asking anyone, only where known, and only to what may be followed."""

from __future__ import annotations

import pathlib
import urllib.parse

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import urls

CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "urls" / "redirectors.yaml").read_text("utf-8"))
WRAPPERS = [
    "https://www.google.com/url?q={}",
    "https://l.facebook.com/l.php?u={}&h=1",
    "https://href.li/?{}",
    "https://feeds.feedblitz.com/~/t/0/~{}",
    "https://urldefense.com/v3/__{}__;!!x",
    "https://www.google.com/amp/s/{}",
    "https://prf.hn/click/destination:{}",
]
TARGETS = st.text(st.sampled_from("https://quay.example@:?&#%2Fjavscript\\é*_; "), max_size=50).map(lambda tail: "https://" + tail)
WRAPPED = st.builds(
    lambda wrapper, target, code: wrapper.format(urllib.parse.quote(target, safe="") if code else target),
    st.sampled_from(WRAPPERS),
    TARGETS | st.text(max_size=30),
    st.booleans(),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_is_carried(case: list[str]) -> None:
    """A known redirector gives way to its target, all else stays as it is."""
    assert urls.unwrapped(case[0]) == case[-1]


def nested(times: int) -> str:
    """An address in so many redirectors."""
    url = "https://quay.example/"
    for _ in range(times):
        url = "https://href.li/?" + url
    return url


def test_what_is_wrapped_too_often_stays() -> None:
    """Five times is enough for anyone."""
    assert urls.unwrapped(nested(5)) == "https://quay.example/"
    assert urls.unwrapped(nested(6)) == nested(6)


@given(WRAPPED)
def test_laws(url: str) -> None:
    """What comes out is as it came or passes the gate as it is, and asking again changes nothing."""
    target = urls.unwrapped(url)
    assert target == url or urls.gate(target) == target
    assert urls.unwrapped(target) == target


@given(WRAPPED, st.sampled_from(["", "www.quay.example"]))
def test_an_address_as_it_is_published(url: str, home: str) -> None:
    """Once cleaned it is clean, and passes the gate as before."""
    gated = urls.gate(url)
    if gated is not None:
        cleaned = urls.cleaned(gated, home)
        assert urls.gate(cleaned) is not None
        assert urls.cleaned(cleaned, home) == cleaned


def test_the_target_loses_its_tracking() -> None:
    """And that of the redirector goes with it."""
    wrapped = "https://www.google.com/url?q=https%3A%2F%2Fquay.example%2Fa%3Fref%3Dpier.example%26utm_source%3Dx%26p%3D1&sa=D"
    assert urls.cleaned(wrapped, "pier.example") == "https://quay.example/a?p=1"
