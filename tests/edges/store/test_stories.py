"""Stories in the store: found by their words while they may grow."""

from __future__ import annotations

import array
from collections.abc import Callable

from stories import DAY, HOUR, NOW, entry, keep, prose, record

from aggregator.core import dedupe, model
from aggregator.core.dedupe import frequencies
from aggregator.edges import store

KEEP = 180 * DAY
Rows = Callable[[str], int]


def story(id: str, *keys: int, days: float = 0, source: int = 7) -> dedupe.Story:
    """A story of these words."""
    words, weights = array.array("I", keys), array.array("f", [0.5] * len(keys))
    return dedupe.Story(id, NOW.timestamp() + days * 86_400, words, weights, 1.0, source, articles=1, said=20)


def place(into: store.Store, *told: dedupe.Story) -> None:
    """Store stories, each to be found by its words."""
    keys = {one.id: tuple(one.words) for one in told}
    with into.writing() as writing:
        writing.place(dedupe.Placed({}, {one.id: one for one in told}, keys, ()))


def found(into: store.Store, *keys: int) -> list[list[str]]:
    """The ids of the stories that hold each of these words."""
    with into.writing() as writing:
        holders = writing.story_holders(keys)
        known = writing.stories(sorted({row for rows in holders.values() for row in rows}), [])
    return [[known[row].id for row in holders.get(key, ())] for key in keys]


def test_found_by_words(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """Each word leads to the stories that hold it, also from the disk."""
    place(kept, story("a", 1, 2), story("b", 2, 3))
    place(kept, story("c", 2))
    assert found(kept, 1, 2, 3, 4) == found(opened(), 1, 2, 3, 4) == [["a"], ["a", "b", "c"], ["b"], []]
    assert found(kept) == []


def test_read_by_row_and_by_id(kept: store.Store) -> None:
    """A story comes back as it was, however it is asked for; what is not there is left out."""
    one, other = story("a", 1, 2), story("b", 3, days=1, source=0)
    place(kept, one, other)
    with kept.writing() as writing:
        both = writing.stories([], ["a", "b", "gone"])
        assert list(both.values()) == [one, other]
        assert writing.stories([min(both)], ["b"]) == both
        assert writing.stories([99], []) == writing.stories([], []) == {}


def test_a_story_grows(kept: store.Store, rows: Rows) -> None:
    """Its row stays, and so do the words that it was found by before."""
    place(kept, story("a", 1, 2))
    with kept.writing() as writing:
        (before,) = writing.stories([], ["a"])
    grown = story("a", 2, 3, days=1, source=0)
    place(kept, grown)
    with kept.writing() as writing:
        assert writing.stories([], ["a"]) == {before: grown}
    assert found(kept, 1, 2, 3) == [["a"], ["a"], ["a"]]
    assert (rows("stories"), rows("story_keys")) == (1, 3)


def test_words_of_everybody(kept: store.Store, rows: Rows) -> None:
    """Of the stories that share a word the newest are found; in one batch and over many."""
    many = [story(f"n{number:02}", 1, 100 + number) for number in range(dedupe.STORIES + 10)]
    place(kept, *many[:-5])
    for one in many[-5:]:
        place(kept, one)
    assert found(kept, 1) == [[one.id for one in many[10:]]]
    assert found(kept, 100) == [["n00"]]
    assert rows("story_keys") == dedupe.STORIES + len(many)


def test_stories_end(kept: store.Store, rows: Rows) -> None:
    """One that did not grow for long is let go with its words; a new one may have its row."""
    place(kept, story("a", 1), story("b", 1, 2, days=5))
    kept.housekeep(NOW + 8 * DAY, KEEP)
    assert found(kept, 1, 2) == [["b"], ["b"]]
    kept.housekeep(NOW + 20 * DAY, KEEP)
    assert (rows("stories"), rows("story_keys")) == (0, 0)
    place(kept, story("c", 3))
    assert found(kept, 1, 3) == [[], ["c"]]


def test_entries_keep_the_story_that_ended(kept: store.Store, source: model.SourceState) -> None:
    """What was said stays said."""
    keep(kept, source, record(source, entry("heron"), story="a"))
    place(kept, story("a", 1))
    kept.housekeep(NOW + 20 * DAY, KEEP)
    assert [stored.story for stored in kept.newest([source.row], 0, 9)] == ["a"]


def test_told(kept: store.Store, source: model.SourceState) -> None:
    """The newest entries of each story, so many of each."""
    for number in range(6):
        keep(kept, source, record(source, entry(f"n{number}"), NOW + number * HOUR, story="ab"[number % 2]))
    keep(kept, source, record(source, entry("alone")))

    def titles(*of: str, most: int) -> list[str]:
        return sorted(stored.entry.title for stored in kept.told(of, most))

    assert titles("a", most=2) == ["The n2", "The n4"]
    assert titles("a", "b", "gone", most=1) == ["The n4", "The n5"]
    assert titles("a", most=9) == ["The n0", "The n2", "The n4"]
    assert titles(most=9) == []


def test_topics_fit(kept: store.Store) -> None:
    """A story of a real text survives the store, within the precision of its weights."""
    topic = dedupe.topic(dedupe.words_of(dedupe.read("The heron", prose("heron", 300))), frequencies.Frequencies())
    one = dedupe.join_story(None, "a", topic, 7, NOW.timestamp())
    place(kept, one)
    with kept.writing() as writing:
        (again,) = writing.stories([], ["a"]).values()
    assert (again.id, again.at, again.words, again.source) == (one.id, one.at, one.words, one.source)
    assert dedupe.pack_story(again) == dedupe.pack_story(one)
