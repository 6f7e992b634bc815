"""Since when outputs show entries, when those changed there, and when they left."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from aggregator.edges.store import database, packing


@dataclasses.dataclass(frozen=True, slots=True)
class Showing:
    """An entry in an output: since when, when it was changed last there, and when it left; None: never."""

    shown_at: datetime.datetime
    changed_at: datetime.datetime | None = None
    gone_at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """What is to be noted of an output: the digests of entries that came or changed, and the ids of those that left."""

    there: Mapping[str, str]
    gone: tuple[str, ...]
    new: tuple[str, ...] = ()  # of those that came; none when the output showed nothing before

    def __bool__(self) -> bool:
        return bool(self.there or self.gone)


def news(ask: database.Query, output: str, shown: Mapping[str, str]) -> News:
    """What differs between the entries that an output shows, by id with their digests, and what is noted of it."""
    rows = ask("SELECT uid, digest FROM showings WHERE output = ? AND gone_at IS NULL", (output,))
    noted = {row[0]: row[1] for row in rows}
    there = {uid: digest for uid, digest in shown.items() if noted.get(uid) != digest}
    new = tuple(uid for uid in there if uid not in noted) if noted else ()
    return News(there, tuple(sorted(noted.keys() - shown.keys())), new)


def late(ask: database.Query, uids: Sequence[str], now: datetime.datetime) -> list[float]:
    """Seconds since these entries were published; what sources brought when they were new says nothing, and is left out."""
    sql = "SELECT published FROM entries WHERE backlog IS NULL AND published IS NOT NULL AND uid IN ({})"
    return [now.timestamp() - row[0] for row in database.within(ask, sql, (), uids)]


def note(transaction: database.Transaction, output: str, what: News, now: datetime.datetime) -> None:
    """Note what an output shows, and what it does not show any more."""
    at = now.timestamp()
    transaction.many(
        "INSERT INTO showings (output, uid, digest, shown_at) VALUES (?, ?, ?, ?) ON CONFLICT (output, uid) DO UPDATE SET "
        "changed_at = CASE WHEN showings.digest = excluded.digest THEN showings.changed_at ELSE excluded.shown_at END, "
        "digest = excluded.digest, gone_at = NULL",
        [(output, uid, digest, at) for uid, digest in what.there.items()],
    )
    database.within(
        transaction.execute, "UPDATE showings SET gone_at = ? WHERE output = ? AND uid IN ({})", (at, output), what.gone
    )


def of(ask: database.Query, uid: str) -> dict[str, Showing]:
    """Where an entry is or was shown, by output."""
    rows = ask("SELECT output, shown_at, changed_at, gone_at FROM showings WHERE uid = ?", (uid,))
    return {row[0]: _showing(row) for row in rows}


def _showing(row: database.Row) -> Showing:
    shown = packing.moment(row[1])
    assert shown is not None
    return Showing(shown, packing.moment(row[2]), packing.moment(row[3]))


def forget(transaction: database.Transaction, before: datetime.datetime) -> None:
    """Let go of what left its output before then."""
    transaction.execute("DELETE FROM showings WHERE gone_at < ?", (before.timestamp(),))
