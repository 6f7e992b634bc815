"""The table of stamps: what entries are known by before they are read (see `parse.read`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from aggregator.core import polls
from aggregator.edges.store import database, packing


@dataclasses.dataclass(frozen=True, slots=True)
class Stamped:
    """An entry of a source's last document that is stored just as it came, and its published id."""

    stamp: polls.Stamp
    id: str


def stamped(ask: database.Query, source: int) -> dict[str, Stamped]:
    """The entries of a source's last document by stamp, as far as reading them again would change nothing.

    Whether it would is the aliases' business: what is held, was edited or is forgotten is not among them.
    """
    rows = ask(
        "SELECT s.stamp, s.hash, s.at, a.uid FROM stamps s JOIN aliases a "
        "ON a.source_id = s.source_id AND a.alias = 'h:' || s.hash WHERE s.source_id = ?",
        (source,),
    )
    return {row[0]: Stamped(polls.Stamp(row[0], row[1], packing.moment(row[2])), row[3]) for row in rows}


def keep(transaction: database.Transaction, source: int, stamps: Sequence[polls.Stamp]) -> None:
    """Have the stamps of a source be those of its last document."""
    before = {row[0] for row in transaction.execute("SELECT stamp FROM stamps WHERE source_id = ?", (source,))}
    now = {one.stamp: one for one in stamps}
    gone = sorted(before - now.keys())
    database.within(transaction.execute, "DELETE FROM stamps WHERE source_id = ? AND stamp IN ({})", (source,), gone)
    rows = [(source, one.stamp, one.hash, one.date and one.date.timestamp()) for one in now.values() if one.stamp not in before]
    transaction.many("INSERT INTO stamps (source_id, stamp, hash, at) VALUES (?, ?, ?, ?)", rows)


def forget(transaction: database.Transaction, before: float) -> None:
    """Let go of the stamps of sources that feeds.yaml has not named since then (seconds since 1970)."""
    transaction.execute("DELETE FROM stamps WHERE source_id IN (SELECT id FROM sources WHERE removed_at < ?)", (before,))
