"""What edits of entries corrected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from aggregator.core import model
from aggregator.edges.store import database, packing

KEPT = 20  # corrections of one entry; of more the oldest are forgotten


def note(transaction: database.Transaction, uid: str, found: Sequence[model.Correction], now: datetime.datetime) -> None:
    """Keep what an edit corrected."""
    transaction.many(
        "INSERT INTO corrections (uid, at, kind, before, after) VALUES (?, ?, ?, ?, ?)",
        [(uid, now.timestamp(), one.kind, one.before, one.after) for one in found],
    )
    if found:
        newest = "SELECT id FROM corrections WHERE uid = ? ORDER BY id DESC LIMIT ?"
        transaction.execute(f"DELETE FROM corrections WHERE uid = ? AND id NOT IN ({newest})", (uid, uid, KEPT))


def of(ask: database.Query, uids: Sequence[str]) -> Mapping[str, tuple[model.Correction, ...]]:
    """The corrections of entries, by published id, the oldest first."""
    rows = database.within(ask, "SELECT uid, at, kind, before, after, id FROM corrections WHERE uid IN ({})", (), uids)
    found: dict[str, tuple[model.Correction, ...]] = {}
    for row in sorted(rows, key=lambda row: row[5]):
        found[row[0]] = (*found.get(row[0], ()), model.Correction(row[2], row[3], row[4], packing.instant(row[1])))
    return found


def latest(ask: database.Query, since: datetime.datetime, most: int) -> list[str]:
    """The published ids of entries that were corrected since then, the latest first."""
    rows = ask("SELECT uid FROM corrections WHERE at >= ? GROUP BY uid ORDER BY max(at) DESC LIMIT ?", (since.timestamp(), most))
    return [row[0] for row in rows]


def forget(transaction: database.Transaction, before: datetime.datetime) -> None:
    """Let go of old corrections."""
    transaction.execute("DELETE FROM corrections WHERE at < ?", (before.timestamp(),))
