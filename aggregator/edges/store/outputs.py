"""The tables of outputs, of events for the operator, and of what the whole store remembers."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Sequence

from aggregator.edges.store import database, packing


@dataclasses.dataclass(frozen=True, slots=True)
class OutputState:
    """What is remembered of an output; `fingerprint` is of the feeds.yaml under which it was last published or refused."""

    name: str
    id: str
    made_at: datetime.datetime
    removed: bool = False
    fingerprint: str = ""
    refused: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Something the operator should know; `subject` is what it is about."""

    at: datetime.datetime
    kind: str
    subject: str
    title: str
    text: str
    id: str = ""  # given by the store


def states(ask: database.Query) -> dict[str, OutputState]:
    """All outputs there ever were, by name."""
    rows = ask("SELECT name, uid, made_at, removed_at, fingerprint, refused FROM outputs ORDER BY name", ())
    return {row[0]: OutputState(row[0], row[1], _moment(row[2]), row[3] is not None, row[4], row[5]) for row in rows}


def enrol(transaction: database.Transaction, named: Sequence[tuple[str, str]], base: str, now: datetime.datetime) -> None:
    """Make the table name exactly these outputs (name and title). A feed's own id is made once, from `base` and its name."""
    names = [name for name, _ in named]
    for name, title in named:
        made = uuid.uuid5(uuid.NAMESPACE_URL, base + name).urn
        transaction.execute(
            "INSERT INTO outputs (name, uid, title, made_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET title = excluded.title, removed_at = NULL",
            (name, made, title, now.timestamp()),
        )
    for (name,) in transaction.execute("SELECT name FROM outputs WHERE removed_at IS NULL"):
        if name not in names:
            transaction.execute("UPDATE outputs SET removed_at = ? WHERE name = ?", (now.timestamp(), name))


def published(transaction: database.Transaction, name: str, fingerprint: str, refused: str) -> None:
    """Note under which configuration an output was published, or why it was refused."""
    transaction.execute("UPDATE outputs SET fingerprint = ?, refused = ? WHERE name = ?", (fingerprint, refused, name))


def tell(transaction: database.Transaction, events: Sequence[Event]) -> None:
    """Store events; one of the same kind, subject, time and text only once."""
    for event in events:
        name = "\n".join((event.kind, event.subject, str(event.at.timestamp()), event.text))
        transaction.execute(
            "INSERT INTO events (uid, at, kind, subject, title, text) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO NOTHING",
            (uuid.uuid5(uuid.NAMESPACE_OID, name).urn, event.at.timestamp(), event.kind, event.subject, event.title, event.text),
        )


def events(ask: database.Query, count: int) -> list[Event]:
    """The last events, newest first."""
    rows = ask("SELECT at, kind, subject, title, text, uid FROM events ORDER BY at DESC, id DESC LIMIT ?", (count,))
    return [Event(_moment(row[0]), *row[1:]) for row in rows]


def told(ask: database.Query, kind: str, subject: str, since: datetime.datetime) -> bool:
    """Whether there is an event of this kind about this subject since then."""
    return bool(ask("SELECT 1 FROM events WHERE at >= ? AND kind = ? AND subject = ? LIMIT 1", (since.timestamp(), kind, subject)))


def bump(transaction: database.Transaction) -> None:
    """Note that a command changed what is to be published."""
    transaction.execute(
        "INSERT INTO meta (name, value) VALUES ('asked', '1') "
        "ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"
    )


def asked(ask: database.Query) -> int:
    """How many commands have done so."""
    rows = ask("SELECT value FROM meta WHERE name = 'asked'", ())
    return int(rows[0][0]) if rows else 0


def forget_events(transaction: database.Transaction, before: datetime.datetime) -> None:
    """Let go of old events."""
    transaction.execute("DELETE FROM events WHERE at < ?", (before.timestamp(),))


def _moment(seconds: float) -> datetime.datetime:
    moment = packing.moment(seconds)
    assert moment is not None
    return moment
