"""The table of hosts that refused us, and until when they are left alone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from aggregator.core import model
from aggregator.edges.store import database, packing


def states(ask: database.Query) -> list[model.HostState]:
    """All hosts that something is remembered of."""
    rows = ask("SELECT name, refusals, until, retry_at FROM hosts ORDER BY name", ())
    return [model.HostState(row[0], row[1], packing.moment(row[2]), packing.moment(row[3])) for row in rows]


def save(transaction: database.Transaction, changed: Iterable[model.HostState]) -> None:
    """Store what became of hosts; those that answer again are forgotten."""
    for host in sorted(changed, key=lambda host: host.name):
        if host.until is None:
            transaction.execute("DELETE FROM hosts WHERE name = ?", (host.name,))
            continue
        retry_at = None if host.retry_at is None else host.retry_at.timestamp()
        transaction.execute(
            "INSERT INTO hosts (name, refusals, until, retry_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "refusals = excluded.refusals, until = excluded.until, retry_at = excluded.retry_at",
            (host.name, host.refusals, host.until.timestamp(), retry_at),
        )


def forget(transaction: database.Transaction, before: datetime.datetime) -> None:
    """Let go of hosts that could have been asked again since then, and were not: nobody reads them any more."""
    transaction.execute("DELETE FROM hosts WHERE until < ?", (before.timestamp(),))
