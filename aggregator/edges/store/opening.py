"""Opens the database in a data directory, of this program's schema."""

from __future__ import annotations

import pathlib

from aggregator.core import errors
from aggregator.edges.store import copies, database, migrate


def database_in(folder: pathlib.Path, *, read_only: bool) -> database.Sqlite:
    """The database; made, or brought to this program's schema, unless it is only to be read.

    Raises StoreError: no store there (when only reading), damaged, of a newer version or (likewise) an older one, not readable.
    """
    path = folder / copies.FILE
    if read_only and not path.exists():
        raise errors.StoreError(f"there is no store in {folder} yet; `aggregator once` or `aggregator run` makes one")
    db = database.Sqlite(path, read_only=read_only)
    try:
        if read_only:
            migrate.check_readable(db)
        else:
            migrate.migrate(db, folder / "backups")
    except BaseException:
        db.close()
        raise
    return db
