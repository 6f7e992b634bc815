"""Which entries are kept."""

import datetime

import hypothesis
import hypothesis.strategies

from aggregator.core import model
from aggregator.core.parse import choose


def _day(number: int) -> datetime.datetime | None:
    return datetime.datetime(2026, 1, number, tzinfo=datetime.UTC) if number else None


@hypothesis.given(hypothesis.strategies.lists(hypothesis.strategies.integers(0, 28)), hypothesis.strategies.integers(0, 9))
def test_newest(days: list[int], most: int) -> None:
    """As many as the bound, in their order, and nothing dropped is newer than anything kept."""
    numbered = list(enumerate(days))
    kept = choose.newest(numbered, lambda one: _day(one[1]), most)
    assert kept == sorted(kept)
    assert len(kept) == min(most, len(days))
    dropped = [one for one in numbered if one not in kept]
    assert all(lost[1] <= held[1] for lost in dropped for held in kept)


def test_undated_by_order() -> None:
    """Without dates the first ones of the document are kept: there the newest stand."""
    assert choose.newest(["a", "b", "c"], lambda _one: None, 2) == ["a", "b"]


def test_empty_entries_go() -> None:
    """An entry that says nothing is none; an enclosure alone says something."""
    sound = model.Entry("", enclosures=(model.Enclosure("https://m.example/1"),))
    said = (
        model.Entry("1"),
        model.Entry("", title="t"),
        model.Entry("", link="https://e.example/"),
        model.Entry("", summary="s"),
        sound,
    )
    bare = (model.Entry(""), model.Entry("", authors=(model.Author("Ada"),), categories=(model.Category("c"),)))
    assert choose.worthwhile([*bare, *said, *bare], cut=False) == said


def test_the_half_entry_of_a_cut_document_goes() -> None:
    """A last entry without id and link goes when others have them, and always without title; whole documents keep it."""
    whole, half, text = model.Entry("1", title="a"), model.Entry("", title="b"), model.Entry("", summary="c")
    assert choose.worthwhile([whole, half], cut=True) == (whole,)
    assert choose.worthwhile([half, half], cut=True) == (half, half)
    assert choose.worthwhile([half, text], cut=True) == (half,)
    assert choose.worthwhile([half, whole], cut=True) == (half, whole)
    assert choose.worthwhile([whole, half], cut=False) == (whole, half)
