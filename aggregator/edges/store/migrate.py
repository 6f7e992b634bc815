"""Brings a database to the schema this program knows."""

from __future__ import annotations

import importlib.resources
import pathlib
import re

from aggregator.core import errors
from aggregator.edges.store import database

_NAME = re.compile(r"(\d{4})\.sql")


def scripts() -> dict[int, str]:
    """The SQL of each step, by the version it leads to."""
    folder = importlib.resources.files(__package__) / "migrations"
    return {int(found[1]): file.read_text("utf-8") for file in folder.iterdir() if (found := _NAME.fullmatch(file.name))}


def version(db: database.Sqlite) -> int:
    """The version of a database's schema; 0 for an empty one."""
    return int(db.read("PRAGMA user_version")[0][0])


def check(db: database.Sqlite) -> None:
    """Refuse a database of a newer version of this program.

    Raises StoreNewer.
    """
    newest, found = max(scripts()), version(db)
    if found > newest:
        message = (
            f"{db.path} was written by a newer version (schema {found}, this program knows {newest}); install that version again"
        )
        raise errors.StoreNewer(message)


def check_readable(db: database.Sqlite) -> None:
    """Refuse a database that this program cannot read as it is: whoever only reads brings none up to date.

    Raises StoreNewer, StoreError.
    """
    check(db)
    if version(db) < max(scripts()):
        message = f"{db.path} is of an older version; `aggregator once` or `aggregator run` of this one bring it up to date"
        raise errors.StoreError(message)


def migrate(db: database.Sqlite, backups: pathlib.Path) -> None:
    """Run the steps that are missing, each in a transaction of its own; an existing database is copied to `backups` first.

    Raises StoreNewer, StoreError.
    """
    check(db)
    found = version(db)
    missing = sorted(step for step in scripts() if step > found)
    if missing and found:
        backups.mkdir(parents=True, exist_ok=True)
        db.backup(backups / f"before-schema-{missing[-1]}.sqlite")
    for step in missing:
        with db.write() as transaction:
            for statement in _statements(scripts()[step]):
                transaction.execute(statement)
            transaction.execute(f"PRAGMA user_version = {step}")


def _statements(script: str) -> list[str]:
    without_comments = re.sub(r"--[^\n]*", "", script)
    return [statement for part in without_comments.split(";") if (statement := part.strip())]
