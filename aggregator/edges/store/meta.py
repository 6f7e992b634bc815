"""What is remembered of the program as a whole: the time that rules go by, and the price of polls."""

from __future__ import annotations

import datetime

from aggregator.edges.store import database

HOUR = datetime.timedelta(hours=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def read(ask: database.Query, name: str) -> str:
    """The value of this name; "" for none."""
    rows = ask("SELECT value FROM meta WHERE name = ?", (name,))
    return str(rows[0][0]) if rows else ""


def write(transaction: database.Transaction, name: str, value: str) -> None:
    """Keep a value under a name."""
    sql = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    transaction.execute(sql, (name, value))


def moment(ask: database.Query) -> datetime.datetime | None:
    """The time that rules go by; None before it ever was written."""
    written = read(ask, "hour")
    return datetime.datetime.fromisoformat(written) if written else None


def pass_time(transaction: database.Transaction, now: datetime.datetime, step: datetime.timedelta) -> bool:
    """Move the time that rules go by to the last full step, unless it is within that step; whether it moved."""
    before, after = moment(transaction.execute), floor(now, step)
    if before is not None and floor(before, step) == after:
        return False
    write(transaction, "hour", after.isoformat())
    return True


def floor(at: datetime.datetime, step: datetime.timedelta) -> datetime.datetime:
    """The last full step at or before a time."""
    return at - (at - _EPOCH) % step
