"""Entries that left their sources early, and what their pages said: perhaps they were taken back."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.edges.store import database

LATELY = datetime.timedelta(days=7)  # since when they may have left
SETTLED = datetime.timedelta(hours=1)  # for which they must have been away: documents come and go
AGAIN = datetime.timedelta(hours=6)  # between two looks at a page
MISSES = 2  # looks in a row that must find a page gone


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """An entry that left its source while older ones stayed, which outputs still show; `misses`: how often its page was gone."""

    id: str
    title: str
    link: str
    source: int
    misses: int


def candidates(ask: database.Query, now: datetime.datetime, most: int) -> list[Missing]:
    """The entries whose pages are due to be asked for.

    One that another source still has is none: what one took back the other stands by. Falling out of a document's window is no
    sign: older entries must have stayed.
    """
    rows = ask(
        "SELECT e.uid, e.title, e.link, e.source_id, coalesce(m.misses, 0) FROM entries e "
        "JOIN sources s ON s.id = e.source_id AND s.removed_at IS NULL LEFT JOIN missing m ON m.uid = e.uid "
        "WHERE e.left_at BETWEEN ? AND ? AND e.link IS NOT NULL AND "
        "(m.uid IS NULL OR (m.misses BETWEEN 1 AND ? AND m.asked_at < ?)) "
        "AND EXISTS (SELECT 1 FROM entries o WHERE o.source_id = e.source_id AND o.left_at IS NULL "
        "AND coalesce(o.published, o.first_seen) < coalesce(e.published, e.first_seen)) "
        "AND EXISTS (SELECT 1 FROM showings w WHERE w.output IN (SELECT name FROM outputs WHERE removed_at IS NULL) "
        "AND w.uid = coalesce(e.head, e.uid) AND w.gone_at IS NULL) "
        "AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.left_at IS NULL AND c.source_id <> e.source_id "
        "AND (c.head = coalesce(e.head, e.uid) OR c.uid = e.head)) ORDER BY e.left_at, e.uid LIMIT ?",
        ((now - LATELY).timestamp(), (now - SETTLED).timestamp(), MISSES - 1, (now - AGAIN).timestamp(), most),
    )
    return [Missing(*row) for row in rows]


def note(transaction: database.Transaction, uid: str, misses: int, now: datetime.datetime) -> None:
    """Keep what a page said; -1: there is nothing more to ask."""
    transaction.execute(
        "INSERT INTO missing (uid, misses, asked_at) VALUES (?, ?, ?) "
        "ON CONFLICT (uid) DO UPDATE SET misses = excluded.misses, asked_at = excluded.asked_at",
        (uid, misses, now.timestamp()),
    )


def returned(transaction: database.Transaction) -> list[str]:
    """Forget, and name, those that were taken back and are in their source's document again."""
    sql = "SELECT m.uid FROM missing m JOIN entries e ON e.uid = m.uid WHERE m.misses >= ? AND e.left_at IS NULL ORDER BY m.uid"
    rows = transaction.execute(sql, (MISSES,))
    found = [row[0] for row in rows]
    database.within(transaction.execute, "DELETE FROM missing WHERE uid IN ({})", (), found)
    return found


def forget(transaction: database.Transaction, before: datetime.datetime) -> None:
    """Let go of what was asked long ago."""
    transaction.execute("DELETE FROM missing WHERE asked_at < ?", (before.timestamp(),))
