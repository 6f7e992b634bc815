"""The programs that are at work on the store."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.edges.store import database, packing

LOST = datetime.timedelta(seconds=60)  # without a word for so long, a node is taken for gone
FORGOTTEN = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """A program by its name: what it is, of which version, by which feeds.yaml, and since when; `polls` are those it has stored."""

    name: str
    kind: str  # run or worker
    version: str
    fingerprint: str
    started_at: datetime.datetime
    seen_at: datetime.datetime
    polls: int = 0
    failures: int = 0

    def alive(self, now: datetime.datetime) -> bool:
        """Whether it was heard of lately."""
        return now - self.seen_at < LOST


def beat(transaction: database.Transaction, node: Node) -> None:
    """Note that a node is there; those that went without a word are forgotten after a day."""
    columns = ("name", "kind", "version", "fingerprint", "started_at", "seen_at", "polls", "failures")
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    transaction.execute(
        f"INSERT INTO nodes ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET {changes}",
        (
            node.name,
            node.kind,
            node.version,
            node.fingerprint,
            node.started_at.timestamp(),
            node.seen_at.timestamp(),
            node.polls,
            node.failures,
        ),
    )
    transaction.execute("DELETE FROM nodes WHERE seen_at < ?", ((node.seen_at - FORGOTTEN).timestamp(),))


def leave(transaction: database.Transaction, name: str) -> None:
    """Forget a node: it ends."""
    transaction.execute("DELETE FROM nodes WHERE name = ?", (name,))


def listed(ask: database.Query) -> list[Node]:
    """All nodes, the oldest first."""
    sql = "SELECT name, kind, version, fingerprint, started_at, seen_at, polls, failures FROM nodes ORDER BY started_at, name"
    rows = ask(sql, ())
    return [Node(row[0], row[1], row[2], row[3], packing.instant(row[4]), packing.instant(row[5]), row[6], row[7]) for row in rows]
