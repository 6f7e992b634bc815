"""What is learned of a source's boilerplate, and how far its stored entries follow it."""

from __future__ import annotations

from stories import entry, keep, record

from aggregator.core import model, polls
from aggregator.edges import store


def lesson(memory: str = "[1,[]]", knowledge: str = "k1", policy: str = "p") -> polls.Lesson:
    """A lesson as a poll brings it."""
    return polls.Lesson(memory, knowledge, policy)


def test_nothing_is_known_at_first(kept: store.Store, source: model.SourceState) -> None:
    """There is an empty memory, and nothing to follow."""
    assert kept.memory(source.row) == ""
    assert kept.standings() == {}


def test_a_lesson_is_kept(kept: store.Store, source: model.SourceState) -> None:
    """The counts come back as they went in, the newest ones."""
    kept.learn(source.row, lesson("[1,[]]"))
    kept.learn(source.row, lesson("[2,[ü]]"))
    assert kept.memory(source.row) == "[2,[ü]]"


def test_first_entries_follow_what_they_teach(kept: store.Store, source: model.SourceState) -> None:
    """A source's first entries were cleaned by their own lesson; under another policy they do not follow it."""
    with kept.writing() as writing:
        writing.learn(source.row, lesson())
    keep(kept, source, record(source, entry("heron")))
    standing = kept.standings()[source.row]
    assert standing.follows("p")
    assert not standing.follows("another")


def test_stored_entries_fall_behind(kept: store.Store, source: model.SourceState) -> None:
    """Once later polls prove more, what is stored is to be cleaned again, until that is noted."""
    kept.learn(source.row, lesson())
    keep(kept, source, record(source, entry("heron")))
    kept.learn(source.row, lesson())
    assert kept.standings()[source.row].follows("p")
    kept.learn(source.row, lesson(knowledge="k2"))
    assert not kept.standings()[source.row].follows("p")
    kept.follows(source.row, "k2", "p")
    assert kept.standings()[source.row].follows("p")


def test_entries_from_before_anything_was_learned(kept: store.Store, source: model.SourceState) -> None:
    """They follow nothing."""
    keep(kept, source, record(source, entry("heron")))
    kept.learn(source.row, lesson())
    assert kept.standings() == {source.row: store.Standing("k1", "")}
