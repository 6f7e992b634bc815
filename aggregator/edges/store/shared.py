"""What several programs at work on one store need of it: sources handed out, nodes, the lead, published files."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

from aggregator.core import model
from aggregator.edges.store import claims, database, files, meta, nodes, sources

Claim = claims.Claim
Node = nodes.Node
Published = files.Published
HandedOut = Callable[[database.Transaction, Mapping[int, Claim]], None]


class Shared:
    """Every method is one question or one transaction, and waits for no other program that stores what it polled."""

    def __init__(self, db: database.Database) -> None:
        self._db = db

    def lead(self) -> bool:
        """Whether this program is the one that does what is done once; always, where no other can be. Raises StoreError."""
        return self._db.lead()

    def time(self) -> datetime.datetime:
        """The present by the clock of the database, which all programs share."""
        return datetime.datetime.fromtimestamp(self._db.read(f"SELECT {self._db.dialect.clock}")[0][0], datetime.UTC)

    def due(self, now: datetime.datetime, far: datetime.datetime, skip: int, count: int) -> list[model.SourceState]:
        """Sources that nobody has and that are due, the longest waiting first; also those due beyond `far`."""
        return sources.due(self._db.read, now, far, skip, count)

    def claimed(self, now: datetime.datetime) -> list[str]:
        """The addresses of the sources that somebody has."""
        return claims.claimed(self._db.read, now)

    def busy(self, now: datetime.datetime, since: datetime.datetime) -> dict[int, str]:
        """The addresses, by row, of the sources that somebody has, or that were polled since then."""
        return claims.busy(self._db.read, now, since)

    def hand_out(
        self,
        rows: Sequence[int],
        now: datetime.datetime,
        until: datetime.datetime,
        noted: Mapping[str, str] = {},
        also: HandedOut = lambda _, __: None,
    ) -> dict[int, Claim]:
        """Claim those of these sources that nobody has, until then; the claims, by row.

        What the program notes, and what `also` does with the claims, is in the same transaction.
        """
        with self._db.write(alone=False) as transaction:
            handed = claims.claim(transaction, rows, now, until)
            for name, value in noted.items():
                meta.write(transaction, name, value)
            if handed:
                also(transaction, handed)
        return handed

    def begin(self, handed: Sequence[Claim], until: datetime.datetime) -> list[model.SourceState]:
        """The sources of those claims that still hold, which do so until then."""
        with self._db.write(alone=False) as transaction:
            held = claims.held(transaction, handed)
            claims.renew(transaction, held, until)
            return sources.of(transaction.execute, [one.row for one in held])

    def renew(self, handed: Sequence[Claim], until: datetime.datetime | None) -> None:
        """Keep claims until then; None lets go of them."""
        with self._db.write(alone=False) as transaction:
            claims.renew(transaction, handed, until)

    def polled(self, since: datetime.datetime, change: int) -> list[model.SourceState]:
        """The sources that were polled since then, by anybody, or have a change of a greater number."""
        return sources.polled(self._db.read, since, change)

    def told(self) -> int:
        """A number that grows with what the operator is told."""
        return int(self._db.read("SELECT coalesce(max(id), 0) FROM events")[0][0])

    def waiting(self, now: datetime.datetime) -> tuple[int, float | None]:
        """How many sources are due that nobody has, and since when the longest waiting one is, in seconds since 1970."""
        sql = (
            "SELECT count(*), min(due_at) FROM sources WHERE removed_at IS NULL AND due_at <= ? AND coalesce(claimed_until, 0) <= ?"
        )
        count, oldest = self._db.read(sql, (now.timestamp(), now.timestamp()))[0]
        return count, oldest

    def failing(self) -> int:
        """How many sources failed the last time."""
        return int(self._db.read("SELECT count(*) FROM sources WHERE removed_at IS NULL AND failures > 0")[0][0])

    def beat(self, node: Node) -> None:
        """Note that a node is there. Raises StoreNewer when the store is of another version by now."""
        with self._db.write(alone=False) as transaction:
            nodes.beat(transaction, node)

    def leave(self, name: str) -> None:
        """Forget a node: it ends."""
        with self._db.write(alone=False) as transaction:
            nodes.leave(transaction, name)

    def nodes(self) -> list[Node]:
        """The programs at work, the oldest first, and those that were lost within a day."""
        return nodes.listed(self._db.read)

    def files(self) -> dict[str, Published]:
        """What is published, by name."""
        return files.listed(self._db.read)

    def file(self, name: str, digest: str) -> bytes | None:
        """The bytes of a published file; None when it has changed meanwhile."""
        return files.body(self._db.read, name, digest)

    def publish(self, changed: Mapping[str, tuple[Published, bytes]], gone: Sequence[str]) -> None:
        """Have these files be published, and those not any more."""
        with self._db.write(alone=False) as transaction:
            files.keep(transaction, changed, gone)
