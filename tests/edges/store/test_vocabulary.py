"""How many articles had each word, as all programs know it: kept one by one at first, and counted when they are many."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import hypothesis
import pytest
from hypothesis import strategies
from stories import DAY, NOW

from aggregator.core import dedupe
from aggregator.core.dedupe import frequencies
from aggregator.edges import store
from aggregator.edges.store import vocabulary as table

KEEP = 180 * DAY
Rows = Callable[[str], int]


def teach(into: store.Store, *words: tuple[int, ...], told: tuple[int, ...] = ()) -> None:
    """Store the words of articles, each of whose stories had some of them before."""
    with into.writing() as writing:
        writing.place(dedupe.Placed({}, {}, {}, tuple((said, told) for said in words)))


def counted(into: store.Store, *words: int) -> list[float]:
    """What words weigh, as the store knows it."""
    with into.writing() as writing:
        return writing.frequencies.weights(words)


def test_words_are_counted(kept: store.Store, opened: Callable[[], store.Store], rows: Rows) -> None:
    """One by one until they are many, then all together; any program knows them at once."""
    expected, other = frequencies.Frequencies(), opened()
    for number in range(table.TAUGHT):
        teach(kept if number % 2 else other, (1, number + 2))
        expected.learn((1, number + 2))
        assert counted(kept, 1, 2, 3) == counted(other, 1, 2, 3) == expected.weights((1, 2, 3))
    assert (rows("vocabulary"), rows("taught")) == (0, table.TAUGHT)
    teach(kept, (1, 2), (1, 3))
    for words in ((1, 2), (1, 3)):
        expected.learn(words)
    assert (rows("vocabulary"), rows("taught")) == (1, 0)
    assert counted(kept, 1, 2, 3) == counted(other, 1, 2, 3) == counted(opened(), 1, 2, 3) == expected.weights((1, 2, 3))
    teach(other, (1, 2))
    expected.learn((1, 2))
    assert rows("taught") == 1
    assert counted(kept, 1, 2, 3) == counted(opened(), 1, 2, 3) == expected.weights((1, 2, 3))


def test_who_was_away_catches_up(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """Whatever others taught meanwhile, and counted together."""
    other, expected = opened(), frequencies.Frequencies()
    teach(other, (1, 7))
    many = tuple((1, number) for number in range(table.TAUGHT + 1))
    teach(kept, *many)
    teach(kept, *many[:9])
    for words in ((1, 7), *many, *many[:9]):
        expected.learn(words)
    assert counted(other, 1, 2) == counted(opened(), 1, 2) == expected.weights((1, 2))


WORDS = strategies.lists(strategies.integers(0, 2**32 - 1), max_size=9).map(tuple)


@hypothesis.given(strategies.lists(strategies.tuples(WORDS, WORDS), max_size=9))
def test_what_is_kept_teaches_the_same(lessons: list[table.Lesson]) -> None:
    """Words from the store, of which only what tells them apart is kept, are counted like those that came."""
    kept = [
        (dedupe.unpack_cells(dedupe.pack_cells(words)), dedupe.unpack_cells(dedupe.pack_cells(told))) for words, told in lessons
    ]
    assert frequencies.Frequencies().taught(kept).pack() == frequencies.Frequencies().taught(lessons).pack()


def test_words_that_a_story_had(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """They count half, for another program too."""
    expected = frequencies.Frequencies()
    teach(kept, (1, 2), told=(2, 3))
    expected.learn((1, 2), (2, 3))
    assert counted(opened(), 1, 2, 3) == expected.weights((1, 2, 3))


def test_words_of_a_transaction_that_breaks(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """They are not counted."""
    teach(kept, (1, 2))
    before = counted(kept, 1)
    with contextlib.suppress(ZeroDivisionError), kept.writing() as writing:
        writing.place(dedupe.Placed({}, {}, {}, (((1, 2), ()),)))
        assert writing.frequencies.weights((1,)) != before
        raise ZeroDivisionError
    assert counted(kept, 1) == before
    teach(kept, (1, 2))
    with opened().writing() as writing:
        assert writing.frequencies.articles == 2


def test_words_and_housekeeping_that_breaks(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """They are counted once, whatever became of the rest."""
    teach(kept, (1, 2))
    with pytest.raises(OverflowError):
        kept.housekeep(NOW, 999_999 * DAY)
    kept.housekeep(NOW, KEEP)
    with opened().writing() as writing:
        assert writing.frequencies.articles == 1


def test_words_of_many_threads(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """Each article is counted once, whoever else writes at the same moment."""
    failed: list[BaseException] = []
    stores = [kept, kept, opened(), opened()]

    def work(into: store.Store) -> None:
        try:
            for number in range(30):
                teach(into, (1, number))
                counted(into, 1)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=[into]) for into in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with opened().writing() as writing:
        assert writing.frequencies.articles == 120
