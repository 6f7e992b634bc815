"""What a database must offer to the store, and the one that needs no server: SQLite."""

from __future__ import annotations

import contextlib
import itertools
import pathlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from aggregator.core import errors

Row = Sequence[Any]
MEND = "put a copy of it back, or move it away to begin anew: published ids stay the same"
_DAMAGE = ("malformed", "not a database", "unsupported file format")
_CHUNK = 500  # values in one IN (…)
_LOOK = 100_000  # instructions of SQLite between two looks whether to go on


class Database(Protocol):
    """A connection's worth of SQL; every dialect speaks the same statements with `?` for values."""

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query."""

    def write(self) -> contextlib.AbstractContextManager[Transaction]:
        """A transaction: all of it is kept, or nothing when the block raises. One at a time."""

    def size(self) -> int:
        """Bytes that what is stored takes, freed space left out."""

    def compact(self, pages: int) -> None:
        """Give freed space back, so many pages at most."""

    def close(self) -> None:
        """Let go of the database."""


class Transaction(Protocol):
    """What may be done inside `Database.write`."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement; its rows, if it returns any."""

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of values."""


Query = Callable[[str, Sequence[object]], list[Row]]
"""`Database.read` outside a transaction, `Transaction.execute` inside one."""


def within(ask: Query, sql: str, before: Sequence[object], values: Sequence[object]) -> list[Row]:
    """A statement that ends in `IN (…)` over any number of values; in `sql`, `{}` stands where their marks go."""
    rows: list[Row] = []
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        rows += ask(sql.format(", ".join(itertools.repeat("?", len(part)))), (*before, *part))
    return rows


def rows_of(ask: Query, table: str, uids: Sequence[str]) -> dict[str, int]:
    """The rows of a table by their `uid`, of those that are there."""
    return {row[1]: row[0] for row in within(ask, f"SELECT id, uid FROM {table} WHERE uid IN ({{}})", (), uids)}


class Sqlite:
    """One SQLite file in WAL mode: one connection that writes, one that reads; any thread may ask.

    https://www.sqlite.org/wal.html; synchronous=FULL, so that a committed entry survives a loss of power.
    """

    def __init__(self, path: pathlib.Path, *, read_only: bool = False) -> None:
        self.path = path
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        with translated(path):
            self._writer = None if read_only else _connect(path)
            self._reader = _connect(path, read_only=True)

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query, as of the last commit."""
        with self._reading, translated(self.path):
            return self._reader.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is kept whole or not at all."""
        if self._writer is None:
            raise errors.StoreError(f"{self.path} was opened for reading only")
        with self._writing, translated(self.path):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield _SqliteTransaction(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def size(self) -> int:
        """Bytes of all pages in use."""
        used, free, page = (self.read(f"PRAGMA {name}")[0][0] for name in ("page_count", "freelist_count", "page_size"))
        return int((used - free) * page)

    def compact(self, pages: int) -> None:
        """Give free pages back, so many at most; a file that was made before this was asked for keeps them for later use."""
        with self._writing, translated(self.path):
            if self._writer is not None:
                self._writer.executescript(f"PRAGMA incremental_vacuum({int(pages)})")  # execute would free one page only

    def backup(self, target: pathlib.Path, wanted: Callable[[], bool] = lambda: True) -> None:
        """A consistent copy of the whole database in a new file; it is given up when it is no longer `wanted`."""
        with translated(target), contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.set_progress_handler(lambda: int(not wanted()), _LOOK)
            target.unlink(missing_ok=True)
            connection.execute("VACUUM INTO ?", (str(target),))

    def close(self) -> None:
        """Close both connections; waits for a running transaction."""
        with self._writing, self._reading:
            self._reader.close()
            if self._writer is not None:
                self._writer.close()


class _SqliteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)


def _connect(path: pathlib.Path, *, read_only: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a new file; before it has anything in it
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    return connection


@contextlib.contextmanager
def translated(path: pathlib.Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = str(error)
        if any(sign in said for sign in _DAMAGE):
            raise errors.StoreCorrupt(f"{path} is damaged ({said}); {MEND}") from error
        if "full" in said:
            raise errors.StoreError(f"{path}: the disk is full; nothing was lost, polling goes on once there is space") from error
        raise errors.StoreError(f"{path}: {said}") from error
