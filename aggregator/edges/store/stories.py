"""The tables of stories: those that may still grow, found by their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.core import dedupe
from aggregator.edges.store import database


def holders(ask: database.Query, keys: Iterable[int]) -> dict[int, list[int]]:
    """The stories that hold each of these words, by row."""
    return _by_key(ask, "SELECT key, story_id FROM story_keys WHERE key IN ({}) ORDER BY key, story_id", keys)


def _by_key(ask: database.Query, sql: str, keys: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, row in database.within(ask, sql, (), sorted(set(keys))):
        found.setdefault(key, []).append(row)
    return found


def read(ask: database.Query, rows: Sequence[int], ids: Sequence[str] = ()) -> dict[int, dedupe.Story]:
    """Stories by row: those of these rows, and those of these ids."""
    found = database.within(ask, "SELECT id, uid, at, topic FROM stories WHERE id IN ({})", (), rows)
    found += database.within(ask, "SELECT id, uid, at, topic FROM stories WHERE uid IN ({})", (), ids)
    return {row[0]: dedupe.unpack_story(row[1], row[2], row[3]) for row in found}


def write(transaction: database.Transaction, placed: dedupe.Placed) -> None:
    """Store stories that are new or grew, and the words that they are found by now; of a word those stay that grew last."""
    transaction.many(
        "INSERT INTO stories (uid, at, topic) VALUES (?, ?, ?) "
        "ON CONFLICT (uid) DO UPDATE SET at = excluded.at, topic = excluded.topic",
        [(one.id, one.at, dedupe.pack_story(one)) for one in placed.grown.values()],
    )
    rows = database.rows_of(transaction.execute, "stories", list(placed.grown))
    held = [(key, rows[uid]) for uid, keys in placed.keys.items() for key in keys]
    transaction.many("INSERT INTO story_keys (key, story_id) VALUES (?, ?) ON CONFLICT DO NOTHING", held)
    _trim(transaction, sorted({key for key, _ in held}))


def _trim(transaction: database.Transaction, keys: Sequence[int]) -> None:
    crowded = f"SELECT key FROM story_keys WHERE key IN ({{}}) GROUP BY key HAVING count(*) > {dedupe.STORIES}"
    many = [row[0] for row in database.within(transaction.execute, crowded, (), keys)]
    by_growth = (
        "SELECT k.key, k.story_id FROM story_keys k JOIN stories s ON s.id = k.story_id WHERE k.key IN ({}) "
        "ORDER BY s.at, k.story_id"
    )
    held = _by_key(transaction.execute, by_growth, many)
    surplus = [(key, row) for key, rows in held.items() for row in rows[: -dedupe.STORIES]]
    transaction.many("DELETE FROM story_keys WHERE key = ? AND story_id = ?", surplus)


def expire(transaction: database.Transaction, before: float) -> None:
    """Let go of stories that grew last before a time, in seconds since 1970; their entries keep their ids."""
    transaction.execute("DELETE FROM story_keys WHERE story_id IN (SELECT id FROM stories WHERE at < ?)", (before,))
    transaction.execute("DELETE FROM stories WHERE at < ?", (before,))
