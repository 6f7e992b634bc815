"""SQLite: the store in one file, which needs no server."""

from __future__ import annotations

import contextlib
import pathlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from aggregator.core import errors
from aggregator.edges.store import database

_DAMAGE = ("malformed", "not a database", "unsupported file format")
DIALECT = database.Dialect(
    truncated="CAST({} AS INTEGER)", clock="(julianday('now') - 2440587.5) * 86400.0", numbering="", locking="", types={}
)
_LOOK = 100_000  # instructions of SQLite between two looks whether to go on


class Sqlite:
    """One SQLite file in WAL mode: one connection that writes, one that reads; any thread may ask.

    https://www.sqlite.org/wal.html; synchronous=FULL, so that a committed entry survives a loss of power.
    """

    dialect = DIALECT

    def __init__(self, path: pathlib.Path, *, read_only: bool = False) -> None:
        self.path = path
        self.where = str(path)
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        with translated(path):
            self._writer = None if read_only else _connect(path)
            self._reader = _connect(path, read_only=True)

    def read(self, sql: str, values: Sequence[object] = ()) -> list[database.Row]:
        """The rows of a query, as of the last commit."""
        with self._reading, translated(self.path):
            return self._reader.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def write(self, *, alone: bool = True) -> Iterator[database.Transaction]:
        """A transaction that is kept whole or not at all; SQLite knows only such that are alone."""
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

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [row[0] for row in self.read("SELECT name FROM pragma_table_info(?)", (table,))]

    def settle(self, version: int) -> None:
        """Nothing: no other program migrates a file whose directory is held."""

    def version(self) -> int:
        """The version of the schema."""
        return int(self.read("PRAGMA user_version")[0][0])

    def lead(self) -> bool:
        """True: whoever has the file to write polls and publishes alone."""
        return True

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
    dialect = DIALECT

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[database.Row]:
        return self._connection.execute(sql, values).fetchall()

    def mark(self, version: int) -> None:
        self._connection.execute(f"PRAGMA user_version = {int(version)}")

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
            raise errors.StoreCorrupt(f"{path} is damaged ({said}); {database.MEND}") from error
        if "full" in said:
            raise errors.StoreError(f"{path}: the disk is full; nothing was lost, polling goes on once there is space") from error
        raise errors.StoreError(f"{path}: {said}") from error
