"""Titles without the name of their site and the newsroom's marks."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import text
from aggregator.core.clean import titles

FILE = pathlib.Path(__file__).parents[2] / "cases" / "clean" / "titles.yaml"
WORDS = [
    "The",
    "Quay",
    "Gazette",
    "[",
    "]",
    "(",
    ")",
    "UPDATED",
    "video",
    "1",
    ":",
    "|",
    "-",
    "»",
    "«",
    "速報",
    "【",
    "】",
    "_",
    " ",
    " ",
    "<",
]
ODD = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=16).map("".join)
QUAY = titles.affixes_of(["The Quay Gazette", "quay.example"])


def cases() -> Iterator[tuple[frozenset[str], str, str]]:
    """Affixes, a title as it comes, and as it is left."""
    for group in yaml.safe_load(FILE.read_text("utf-8")):
        for case in group["titles"]:
            yield titles.affixes_of(group["names"]), case[0], case[-1]


@pytest.mark.parametrize(("affixes", "title", "left"), list(cases()))
def test_a_title(affixes: frozenset[str], title: str, left: str) -> None:
    """Known names and marks go from its edges, what says more stays."""
    assert titles.clean_title(title, affixes) == left


@given(ODD)
def test_laws(title: str) -> None:
    """One line, never emptied, nothing put in, and clean once cleaned."""
    left = titles.clean_title(title, QUAY)
    assert left in text.one_line(title)
    assert bool(left) == bool(text.one_line(title))
    assert titles.clean_title(left, QUAY) == left


@pytest.mark.parametrize(
    ("names", "affixes"),
    [
        (["Quay Gazette"], {"quaygazette"}),
        (["The Quay Gazette"], {"thequaygazette", "quaygazette"}),
        (["Quay Gazette RSS feed"], {"quaygazetterssfeed", "quaygazette"}),
        (["Quay Gazette – Latest news"], {"quaygazettelatestnews", "quaygazette"}),
        (["www.quay.co.uk"], {"quaycouk", "quay"}),
        (["qg.example"], {"qgexample"}),
        (["RSS", "Latest news", "World", "", "|"], set()),
        (["The latest"], {"thelatest"}),
        (["x" * 3000], set()),
    ],
)
def test_what_a_source_is_called(names: list[str], affixes: set[str]) -> None:
    """Its name as such, without what its feed adds to it."""
    assert titles.affixes_of(names) == affixes


@pytest.mark.parametrize(
    ("title", "affixes"),
    [
        ("Lemons arrive by ferry | Trade | The Quay Gazette", ("thequaygazette", "lemonsarrivebyferry")),
        ("Lemons arrive by ferry and are eaten at once - The Quay Gazette", ("thequaygazette",)),
        ("Lemons arrive by ferry", ()),
        ("Opinion | The crane that nobody wanted has to go now", ()),
        ("Ukraine: lemons arrive", ()),
        ("x | " * 5000, ()),
    ],
)
def test_what_a_title_carries(title: str, affixes: tuple[str, ...]) -> None:
    """Its outer parts, when they are short enough for a name and none of the kinds of pieces."""
    assert titles.affixes_in(title) == affixes


def test_what_was_counted_is_what_goes() -> None:
    """What `affixes_in` finds in titles, `clean_title` knows when it is learned."""
    title = "Lemons arrive by ferry and are eaten at once ~ Quay & Pier"
    assert titles.clean_title(title, frozenset(titles.affixes_in(title))) == "Lemons arrive by ferry and are eaten at once"


def test_long_titles_cost_little() -> None:
    """Whatever they are made of."""
    for monster in ("| " * 500_000, "(" * 1_000_000, "x: " * 300_000, "[video] " * 100_000, "-" * 1_000_000):
        assert titles.clean_title(monster, QUAY) == text.one_line(monster)
    for long in (sign * (1900 // len(sign)) for sign in ("| ", "(", "x: ", "[video] ", " - Quay", "» ", "(video)")):
        assert titles.clean_title(long, QUAY)
