"""The tables of how many articles had each word: counts of the many, and the last articles one by one, for all to catch up."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from aggregator.core import dedupe
from aggregator.edges.store import database

TAUGHT = 500  # articles that are kept one by one before they are counted with the others

Lesson = tuple[tuple[int, ...], tuple[int, ...]]
"""The words of an article, and those of its story before it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Vocabulary:
    """The counts as of an article of this number; those up to `upto` are counted in the store."""

    known: dedupe.Frequencies
    number: int
    upto: int


def caught_up(ask: database.Query, before: Vocabulary | None) -> Vocabulary:
    """The vocabulary as of now, by what is known of it; what others taught meanwhile is in it."""
    upto = (ask("SELECT upto FROM vocabulary", ()) or [(0,)])[0][0]
    if before is None or before.number < upto:
        rows = ask("SELECT counts FROM vocabulary", ())
        before = Vocabulary(dedupe.Frequencies(rows[0][0] if rows else b""), upto, upto)
    taught = ask("SELECT id, words, told FROM taught WHERE id > ? ORDER BY id", (before.number,))
    if not taught:
        return dataclasses.replace(before, upto=upto)
    lessons = [(dedupe.unpack_cells(words), dedupe.unpack_cells(told)) for _, words, told in taught]
    return Vocabulary(before.known.taught(lessons), taught[-1][0], upto)


def teach(transaction: database.Transaction, current: Vocabulary, articles: Sequence[Lesson]) -> Vocabulary:
    """Store the words of some articles; `current` is caught up, and what it is then is returned."""
    if not articles:
        return current
    numbers = range(current.number + 1, current.number + 1 + len(articles))
    rows = [
        (number, dedupe.pack_cells(words), dedupe.pack_cells(told)) for number, (words, told) in zip(numbers, articles, strict=True)
    ]
    transaction.many("INSERT INTO taught (id, words, told) VALUES (?, ?, ?)", rows)
    after = Vocabulary(current.known.taught(articles), current.number + len(rows), current.upto)
    return _counted(transaction, after) if after.number - after.upto > TAUGHT else after


def _counted(transaction: database.Transaction, current: Vocabulary) -> Vocabulary:
    """Have the store hold the counts of all articles, and no articles one by one."""
    transaction.execute(
        "INSERT INTO vocabulary (id, counts, upto) VALUES (1, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET counts = excluded.counts, upto = excluded.upto",
        (current.known.pack(), current.number),
    )
    transaction.execute("DELETE FROM taught WHERE id <= ?", (current.number,))
    return dataclasses.replace(current, upto=current.number)
