"""Tracking in addresses: it goes, and nothing else."""

from __future__ import annotations

import pathlib
import urllib.parse

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import urls

CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "urls" / "tracking.yaml").read_text("utf-8"))
HOSTS = ["quay.example", "www.youtube.com", "x.com", "amazon.co.uk", "www.nytimes.com", "a.medium.com"]
PIECES = [
    "utm_source",
    "si",
    "s",
    "ref",
    "rss",
    "id",
    "amp;",
    "=",
    "=",
    "&",
    "&",
    ";",
    "?",
    "#",
    "%20",
    "%5F",
    "%",
    ":~:",
    "://",
    "/",
    "é",
    "",
]
ODD = st.builds("https://{}/a?{}".format, st.sampled_from(HOSTS), st.lists(st.sampled_from(PIECES), max_size=24).map("".join))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_tracks_goes(case: list[str]) -> None:
    """On every site or on its own only; what may be another article stays, to the letter."""
    assert urls.untracked(case[0]) == case[-1]


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("https://pier.example/a?ref=quay.example&b=1", "https://pier.example/a?b=1"),
        ("https://pier.example/a?via=www.quay.example", "https://pier.example/a"),
        ("https://pier.example/a?source=https://quay.example/", "https://pier.example/a"),
        ("https://pier.example/a?ref=pier.example", "https://pier.example/a?ref=pier.example"),
        ("https://pier.example/a?site=quay.example", "https://pier.example/a?site=quay.example"),
    ],
)
def test_the_name_of_the_page_it_was_found_on(url: str, left: str) -> None:
    """Sites add their own name to links that lead away."""
    assert urls.untracked(url, "www.quay.example") == left


@given(ODD, st.sampled_from(["", "quay.example"]))
def test_laws(url: str, home: str) -> None:
    """Asking again changes nothing, and what is left stood there, in this order."""
    once = urls.untracked(url, home)
    assert urls.untracked(once, home) == once
    letters = iter(url)
    assert all(letter in letters for letter in once)
    assert once.startswith(url.partition("?")[0])


@given(st.lists(st.tuples(st.sampled_from(["id", "p", "cid", "story", "a[]", "q"]), st.text(max_size=8)), max_size=6))
def test_what_identifies_is_never_touched(pairs: list[tuple[str, str]]) -> None:
    """Whatever it says: duplicates, blank values, and any letters."""
    url = "https://quay.example/a?" + urllib.parse.urlencode(pairs)
    assert urls.untracked(url) == url


def test_a_monster_is_read_in_one_go() -> None:
    """Whatever stands behind an address, there may be much of it."""
    for monster in ("a=b?" * 100_000, "a=b&" * 100_000, "utm_source=1;" * 60_000, "#" * 200_000, "%" * 200_000):
        assert len(urls.untracked("https://quay.example/?" + monster)) <= len(monster) + 22
        assert urls.unwrapped("https://www.google.com/url?" + monster + "http") == "https://www.google.com/url?" + monster + "http"
