"""The tables of sketches: the entries of the window, found by what they share with their copies."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import dedupe, model
from aggregator.edges.store import database, packing

_CHUNK = 1_000  # sketches let go of in one round
_COLUMNS = "e.id, e.uid, coalesce(e.head, e.uid), e.first_seen, s.sketch, coalesce(e.story, '')"
_FROM = "FROM sketches s JOIN entries e ON e.id = s.entry_id"


@dataclasses.dataclass(frozen=True, slots=True)
class Entered:
    """A sketch to be kept, and the keys under which its entry is to be found."""

    id: str  # the published id of its entry
    sketch: dedupe.Sketch
    keys: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Loose:
    """A stored entry that has no sketch: its published id, its head, the row of its source, its text and dates."""

    id: str
    head: str
    source: int
    cleaned: model.Cleaned
    published: datetime.datetime
    first_seen: datetime.datetime


def holders(ask: database.Query, keys: Iterable[int], since: float) -> dict[int, list[int]]:
    """The rows of the entries first seen at `since` or later that hold each of these keys, the newest first."""
    sql = (
        "SELECT k.key, k.entry_id FROM sketch_keys k JOIN entries e ON e.id = k.entry_id WHERE e.first_seen >= ? AND k.key IN ({}) "
        "ORDER BY k.entry_id DESC"
    )
    found: dict[int, list[int]] = {}
    for key, row in database.within(ask, sql, (since,), sorted(set(keys))):
        found.setdefault(key, []).append(row)
    return found


def items(ask: database.Query, rows: Iterable[int]) -> dict[int, dedupe.Item]:
    """What is compared of entries, by row, with their heads among them as far as they are in the window."""
    asked = sorted(set(rows))
    found = database.within(ask, f"SELECT {_COLUMNS} {_FROM} WHERE e.id IN ({{}})", (), asked)
    heads = sorted({row[2] for row in found} - {row[1] for row in found})
    found += database.within(ask, f"SELECT {_COLUMNS} {_FROM} WHERE e.uid IN ({{}})", (), heads)
    return {row[0]: _item(row) for row in found}


def by_id(ask: database.Query, ids: Sequence[str]) -> dict[str, dedupe.Item]:
    """What is compared of entries, by published id; those outside the window are left out."""
    rows = database.within(ask, f"SELECT {_COLUMNS} {_FROM} WHERE e.uid IN ({{}})", (), ids)
    return {row[1]: _item(row) for row in rows}


def _item(row: database.Row) -> dedupe.Item:
    return dedupe.Item(row[1], row[2], row[3], dedupe.unpack(row[4]), row[5])


def enter(transaction: database.Transaction, entered: Sequence[Entered]) -> None:
    """Keep sketches, in place of those that were there of the same entries."""
    rows = database.rows_of(transaction.execute, "entries", [one.id for one in entered])
    kept = [(rows[one.id], one) for one in entered if one.id in rows]
    forget(transaction, [row for row, _ in kept])
    transaction.many("INSERT INTO sketches (entry_id, sketch) VALUES (?, ?)", [(row, dedupe.pack(one.sketch)) for row, one in kept])
    transaction.many(
        "INSERT INTO sketch_keys (key, entry_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, row) for row, one in kept for key in one.keys],
    )


def forget(transaction: database.Transaction, rows: Sequence[int]) -> None:
    """Let go of the sketches of these rows of entries."""
    found = database.within(transaction.execute, "SELECT entry_id, sketch FROM sketches WHERE entry_id IN ({})", (), rows)
    _delete(transaction, {row[0]: row[1] for row in found})


def _delete(transaction: database.Transaction, packed: Mapping[int, bytes]) -> None:
    held = [(key, row) for row, sketch in packed.items() for key in set(dedupe.keys(dedupe.unpack(sketch)))]
    transaction.many("DELETE FROM sketch_keys WHERE key = ? AND entry_id = ?", held)
    database.within(transaction.execute, "DELETE FROM sketches WHERE entry_id IN ({})", (), sorted(packed))


def expire(transaction: database.Transaction, before: float) -> None:
    """Let go of the sketches of entries first seen before a time, in seconds since 1970."""
    sql = f"SELECT e.id, s.sketch {_FROM} WHERE e.first_seen < ? LIMIT ?"
    while rows := transaction.execute(sql, (before, _CHUNK)):
        _delete(transaction, {row[0]: row[1] for row in rows})


def missing(ask: database.Query, since: float, count: int) -> list[Loose]:
    """Entries of the window without a sketch, the oldest first: they are new to it, or were edited."""
    sql = (
        "SELECT uid, coalesce(head, uid), source_id, content, coalesce(published, first_seen), first_seen FROM entries e "
        "WHERE first_seen >= ? AND NOT EXISTS (SELECT 1 FROM sketches s WHERE s.entry_id = e.id) ORDER BY first_seen, id LIMIT ?"
    )
    return [_loose(row) for row in ask(sql, (since, count))]


def _loose(row: database.Row) -> Loose:
    entry, said = packing.unpack(row[3])
    published, seen = packing.moment(row[4]), packing.moment(row[5])
    assert published is not None  # neither column is NULL
    assert seen is not None
    return Loose(row[0], row[1], row[2], model.Cleaned(entry, said), published, seen)
