"""The table of what is subscribed to at hubs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable

from aggregator.core import websub
from aggregator.edges.store import database, packing

_COLUMNS = (
    "token, source_id, secret, callback, topic, hubs, document, hub, leaving, try_at, asked_at, failures, error, live_since, "
    "lease_until, unconfirmed, proofs, lapses"
)
_MARKS = ", ".join("?" for _ in _COLUMNS.split(","))


def read(ask: database.Query) -> list[websub.Subscription]:
    """All subscriptions, those of older sources first."""
    return [_subscription(row) for row in ask(f"SELECT {_COLUMNS} FROM subscriptions ORDER BY source_id, token", ())]


def _subscription(row: database.Row) -> websub.Subscription:
    try_at = packing.moment(row[9])
    assert try_at is not None  # the column is NOT NULL
    return websub.Subscription(
        token=row[0],
        source=row[1],
        secret=row[2],
        callback=row[3],
        topic=row[4],
        hubs=tuple(json.loads(row[5])),
        document=row[6],
        hub=row[7],
        leaving=bool(row[8]),
        try_at=try_at,
        asked_at=packing.moment(row[10]),
        failures=row[11],
        error=row[12],
        live_since=packing.moment(row[13]),
        lease_until=packing.moment(row[14]),
        unconfirmed=tuple(json.loads(row[15])),
        proofs=row[16],
        lapses=row[17],
    )


def save(transaction: database.Transaction, kept: Iterable[websub.Subscription], gone: Iterable[str]) -> None:
    """Store subscriptions as they are now, and forget those of these tokens."""
    columns = [name.strip() for name in _COLUMNS.split(",")]
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    sql = f"INSERT INTO subscriptions ({_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (token) DO UPDATE SET {changes}"
    transaction.many("DELETE FROM subscriptions WHERE token = ?", [(token,) for token in gone])
    transaction.many(sql, [_row(one) for one in kept])


def _row(one: websub.Subscription) -> tuple[object, ...]:
    return (
        one.token,
        one.source,
        one.secret,
        one.callback,
        one.topic,
        json.dumps(one.hubs),
        one.document,
        one.hub,
        int(one.leaving),
        one.try_at.timestamp(),
        _seconds(one.asked_at),
        one.failures,
        one.error,
        _seconds(one.live_since),
        _seconds(one.lease_until),
        json.dumps(one.unconfirmed),
        one.proofs,
        one.lapses,
    )


def _seconds(moment: datetime.datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
