"""Who polls what: claims on sources that end by themselves, each with a fence, so that whoever comes too late writes nothing.

Fencing tokens as in M. Kleppmann, "How to do distributed locking" (2016): a lease that ended while its holder slept was given
to another one, and the store, not the holder, must notice.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from aggregator.edges.store import database


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """The row of a source, and the number under which it was handed out."""

    row: int
    fence: int


def claim(
    transaction: database.Transaction, rows: Sequence[int], now: datetime.datetime, until: datetime.datetime
) -> dict[int, Claim]:
    """Hand out those of these sources that nobody has, until then; the claims, by row."""
    sql = (
        "UPDATE sources SET fence = fence + 1, claimed_until = ? WHERE removed_at IS NULL "
        "AND (claimed_until IS NULL OR claimed_until <= ?) AND id IN ({}) RETURNING id, fence"
    )
    found = database.within(transaction.execute, sql, (until.timestamp(), now.timestamp()), sorted(rows))
    return {row: Claim(row, fence) for row, fence in found}


def claimed(ask: database.Query, now: datetime.datetime) -> list[str]:
    """The addresses of the sources that somebody has."""
    return [row[0] for row in ask("SELECT url FROM sources WHERE claimed_until > ?", (now.timestamp(),))]


def busy(ask: database.Query, now: datetime.datetime, since: datetime.datetime) -> dict[int, str]:
    """The addresses, by row, of the sources that somebody has, or that were polled since then."""
    sql = "SELECT id, url FROM sources WHERE claimed_until > ? UNION SELECT id, url FROM sources WHERE polled_at > ?"
    return {row: url for row, url in ask(sql, (now.timestamp(), since.timestamp()))}


def held(transaction: database.Transaction, claims: Sequence[Claim]) -> list[Claim]:
    """Those of these claims that no later one has replaced; nobody else gets them before the transaction ends."""
    sql = f"SELECT id, fence FROM sources WHERE id IN ({{}}) ORDER BY id{transaction.dialect.locking}"
    fences = {row[0]: row[1] for row in database.within(transaction.execute, sql, (), sorted(one.row for one in claims))}
    return [one for one in claims if fences.get(one.row) == one.fence]


def renew(transaction: database.Transaction, claims: Sequence[Claim], until: datetime.datetime | None) -> None:
    """Keep these claims until then; None lets go of them. Those that were let go of, or that a later one has replaced, stay so."""
    at = None if until is None else until.timestamp()
    sql = "UPDATE sources SET claimed_until = ? WHERE id = ? AND fence = ? AND claimed_until IS NOT NULL"
    transaction.many(sql, [(at, one.row, one.fence) for one in sorted(claims, key=lambda one: one.row)])
