"""A whole store into an empty one, of whichever engine, and the proof that nothing is missing or otherwise."""

from __future__ import annotations

import contextlib
import itertools
import pathlib
from collections.abc import Iterator, Sequence

from aggregator.core import errors
from aggregator.edges.store import copies, database, lock, migrate, nodes, opening, sqlite

TABLES = {  # what is copied, in an order in which nothing refers to what is not there yet; and by what rows are told apart
    "sources": ("id",),
    "entries": ("id",),
    "aliases": ("source_id", "alias"),
    "outputs": ("name",),
    "events": ("id",),
    "meta": ("name",),
    "lessons": ("source_id",),
    "sketches": ("entry_id",),
    "sketch_keys": ("key", "entry_id"),
    "stories": ("id",),
    "story_keys": ("key", "story_id"),
    "vocabulary": ("id",),
    "taught": ("id",),
    "pairs": ("uid", "other"),
    "decisions": ("one", "other", "origin"),
    "hosts": ("name",),
    "stamps": ("source_id", "stamp"),
    "subscriptions": ("token",),
    "takedowns": ("key",),
    "showings": ("output", "uid"),
    "messages": ("id",),
    "corrections": ("id",),
    "missing": ("uid",),
}
NUMBERED = ("sources", "entries", "events", "stories", "corrections")  # whose rows the database numbers
LEFT = ("nodes", "files")  # what is of the programs at work, and made anew by them
_CHUNK = 1_000  # rows in one transaction
_OWN = "schema"  # the row of `meta` that is a server's own


def copy(origin: str, goal: str) -> dict[str, int]:
    """Copy a store, a data directory, a file or the address of a database, into an empty one; the rows by table.

    Raises StoreError: one of them cannot be opened, is in use, is not of this schema, or the goal has a store already.
    """
    with contextlib.ExitStack() as stack:
        before = stack.enter_context(contextlib.closing(_opened(origin, stack, read_only=True)))
        after = stack.enter_context(contextlib.closing(_opened(goal, stack, read_only=False)))
        if any(after.read(f"SELECT 1 FROM {table} LIMIT 1") for table in ("sources", "entries")):
            raise errors.StoreError(f"there is a store in {after.where} already; name a place with none")
        counts = {table: _copied(before, after, table) for table in TABLES}
        for table in TABLES:
            _compared(before, after, table)
        return counts


def _opened(name: str, stack: contextlib.ExitStack, *, read_only: bool) -> database.Database:
    """A store that no program is at work on."""
    if name.startswith("postgresql://"):
        db = opening.database_in(pathlib.Path(), name, read_only=read_only, making=True)
        now = db.read(f"SELECT {db.dialect.clock}")[0][0]
        if any(now - node.seen_at.timestamp() < nodes.LOST.total_seconds() for node in nodes.listed(db.read)):
            db.close()
            raise errors.StoreBusy(f"programs are at work on {db.where}; stop them first (`aggregator cluster status` lists them)")
        return db
    path = pathlib.Path(name)
    if path.suffix != ".sqlite":
        stack.callback(lock.Lock(path).release)
        return opening.database_in(path, opening.SQLITE, read_only=read_only, making=True)
    return _file(path, read_only=read_only)


def _file(path: pathlib.Path, *, read_only: bool) -> database.Database:
    """A copy of a store, in a file of any name."""
    if path.exists() != read_only:
        raise errors.StoreError(f"there is no file {path}" if read_only else f"{path} exists; name a new file")
    if read_only:
        copies.checked(path, path)
    db = sqlite.Sqlite(path, read_only=read_only)
    (migrate.check_readable if read_only else migrate.migrate)(db)
    return db


def _copied(before: database.Database, after: database.Database, table: str) -> int:
    columns = before.columns(table)
    marks = ", ".join("?" for _ in columns)
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    done = 0
    for part in _rows(before, table, columns):
        with after.write() as transaction:
            transaction.many(insert, part)
        done += len(part)
    if after.dialect.numbering and table in NUMBERED:
        with after.write() as transaction:
            transaction.execute(after.dialect.numbering.format(table))
    return done


def _rows(db: database.Database, table: str, columns: Sequence[str]) -> Iterator[list[database.Row]]:
    """All rows of a table in the order of its key, in parts."""
    keys = TABLES[table]
    key, marks = ", ".join(keys), ", ".join("?" for _ in keys)
    places = [columns.index(name) for name in keys]
    own = f"name <> '{_OWN}'" if table == "meta" else "1 = 1"
    last: list[object] = []
    while True:
        after = f" AND ({key}) > ({marks})" if last else ""
        rows = db.read(f"SELECT {', '.join(columns)} FROM {table} WHERE {own}{after} ORDER BY {key} LIMIT {_CHUNK}", last)
        if not rows:
            return
        yield rows
        last = [rows[-1][place] for place in places]


def _compared(before: database.Database, after: database.Database, table: str) -> None:
    columns = before.columns(table)
    nothing: list[database.Row] = []
    for one, other in itertools.zip_longest(_rows(before, table, columns), _rows(after, table, columns), fillvalue=nothing):
        if [_plain(row) for row in one] != [tuple(row) for row in other]:
            raise errors.StoreError(f"what was copied to {after.where} is not what is in {before.where} (table {table}); try again")


def _plain(row: database.Row) -> tuple[object, ...]:
    """A row as any engine can hold it."""
    return tuple(value.replace("\0", "") if isinstance(value, str) else value for value in row)
