"""Opens the database that the settings name, of this program's schema."""

from __future__ import annotations

import functools
import pathlib

from aggregator.core import errors
from aggregator.edges.store import copies, database, migrate, sqlite

_MAKES = "`aggregator once` or `aggregator run` makes one"
SQLITE = "sqlite"  # the setting that names a file in the data directory; anything else is the address of a server


def database_in(folder: pathlib.Path, engine: str, *, read_only: bool, making: bool) -> database.Database:
    """The database; made, or brought to this program's schema, unless it is only to be read or there is to be no `making`.

    Raises StoreError: no store there (when only reading), damaged, of a newer version or (likewise) an older one, not readable.
    """
    if not exists(folder, engine) and read_only:
        raise errors.StoreError(f"there is no store in {folder} yet; {_MAKES}")
    opened = _file(folder, read_only=read_only) if engine == SQLITE else _server(engine, read_only=read_only, making=making)
    try:
        if read_only or not making:
            migrate.check_readable(opened)
        elif isinstance(opened, sqlite.Sqlite):
            migrate.migrate(opened, functools.partial(_copy, opened, folder))
        else:
            migrate.migrate(opened)
        opened.settle(migrate.newest())
    except BaseException:
        opened.close()
        raise
    return opened


def exists(folder: pathlib.Path, engine: str = SQLITE) -> bool:
    """Whether there is a store in a data directory; of a server that is known only when it is asked."""
    return engine != SQLITE or (folder / copies.FILE).exists()


def _file(folder: pathlib.Path, *, read_only: bool) -> sqlite.Sqlite:
    return sqlite.Sqlite(folder / copies.FILE, read_only=read_only)


def _server(url: str, *, read_only: bool, making: bool) -> database.Database:
    from aggregator.edges.store import postgres  # its driver is an extra, and takes its time

    db = postgres.Postgres(url, read_only=read_only)
    if making and not read_only:
        postgres.prepare(db)
    elif not db.version():
        db.close()
        raise errors.StoreError(f"there is no store in {db.where} yet; {_MAKES}")
    return db


def _copy(db: sqlite.Sqlite, folder: pathlib.Path, version: int) -> None:
    """Keep what there was before its schema changes."""
    backups = folder / copies.FOLDER
    backups.mkdir(parents=True, exist_ok=True)
    db.backup(backups / f"before-schema-{version}.sqlite")
