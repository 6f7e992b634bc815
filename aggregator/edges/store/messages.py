"""What waits to be sent to webhooks: a mailbox of bounded size."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence

from aggregator.core import webhooks
from aggregator.edges.store import database, meta, outputs, packing

_TOLD = "told"  # the number of the operator's last event that hooks were told of
_COLUMNS = "hook, id, body, made_at, tries, try_at, error"


def put(transaction: database.Transaction, new: Sequence[webhooks.Message]) -> None:
    """Let messages wait, each once; of too many for one hook the oldest go."""
    transaction.many(f"INSERT INTO messages ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", map(_row, new))
    for hook in {message.hook for message in new}:
        transaction.execute(
            "DELETE FROM messages WHERE hook = ? AND id NOT IN (SELECT id FROM messages WHERE hook = ? "
            "ORDER BY made_at DESC, id DESC LIMIT ?)",
            (hook, hook, webhooks.WAITING),
        )


def settle(transaction: database.Transaction, done: Collection[str], later: Sequence[webhooks.Message]) -> None:
    """Let go of messages that were sent or given up, and keep what became of others."""
    database.within(transaction.execute, "DELETE FROM messages WHERE id IN ({})", (), sorted(done))
    transaction.many(
        "UPDATE messages SET tries = ?, try_at = ?, error = ? WHERE id = ?",
        [(one.tries, (one.try_at or one.made_at).timestamp(), one.error, one.id) for one in later],
    )


def due(ask: database.Query, hook: str, now: datetime.datetime, most: int) -> list[webhooks.Message]:
    """The messages for a hook that may be sent now, the oldest first; none before one that is to be tried again later."""
    rows = ask(f"SELECT {_COLUMNS} FROM messages WHERE hook = ? ORDER BY made_at, id LIMIT ?", (hook, most))
    found = [_message(row) for row in rows]
    waits = next((place for place, one in enumerate(found) if one.try_at is not None and one.try_at > now), len(found))
    return found[:waits]


def waiting(ask: database.Query) -> dict[str, int]:
    """How many messages wait, by hook."""
    return {row[0]: row[1] for row in ask("SELECT hook, count(*) FROM messages GROUP BY hook", ())}


def forget(transaction: database.Transaction, hooks: Collection[str]) -> None:
    """Let go of messages for hooks that are not among these."""
    known = [row[0] for row in transaction.execute("SELECT DISTINCT hook FROM messages")]
    gone = [hook for hook in known if hook not in hooks]
    database.within(transaction.execute, "DELETE FROM messages WHERE hook IN ({})", (), gone)


def _row(message: webhooks.Message) -> tuple[object, ...]:
    made = message.made_at.timestamp()
    at = message.try_at.timestamp() if message.try_at else made
    return (message.hook, message.id, message.body, made, message.tries, at, message.error)


def _message(row: database.Row) -> webhooks.Message:
    return webhooks.Message(row[0], row[1], row[2], packing.instant(row[3]), row[4], packing.instant(row[5]), row[6])


class Mailbox:
    """The messages of a store. Every method is one question or one transaction."""

    def __init__(self, db: database.Database) -> None:
        self._db = db

    def due(self, hook: str, now: datetime.datetime, most: int) -> list[webhooks.Message]:
        """The messages for a hook that may be sent now, the oldest first; none before one that is to be tried again later."""
        return due(self._db.read, hook, now, most)

    def waiting(self) -> dict[str, int]:
        """How many messages wait, by hook."""
        return waiting(self._db.read)

    def settle(self, done: Collection[str], later: Sequence[webhooks.Message] = ()) -> None:
        """Let go of messages that were sent or given up, and keep what became of others."""
        with self._db.write() as transaction:
            settle(transaction, done, later)

    def forget(self, hooks: Collection[str]) -> None:
        """Let go of messages for hooks that are not among these; without any, what happens from now on waits for nobody."""
        if set(self.waiting()) - set(hooks):
            with self._db.write() as transaction:
                forget(transaction, hooks)
        if not hooks and meta.read(self._db.read, _TOLD):
            with self._db.write() as transaction:
                meta.write(transaction, _TOLD, "")

    def collect(self, made: Callable[[outputs.Event], Sequence[webhooks.Message]]) -> None:
        """Have the operator's events since the last time wait as messages; the first time those that are there are old news."""
        told = meta.read(self._db.read, _TOLD)
        rows = self._db.read(
            "SELECT id, at, kind, subject, title, text, uid FROM events WHERE id > ? ORDER BY id", (int(told or -1),)
        )
        last = rows[-1][0] if rows else int(told or 0)
        if str(last) == told:
            return
        events = [outputs.Event(packing.instant(row[1]), *row[2:]) for row in rows] if told else []
        with self._db.write() as transaction:
            put(transaction, [message for event in events for message in made(event)])
            meta.write(transaction, _TOLD, str(last))
