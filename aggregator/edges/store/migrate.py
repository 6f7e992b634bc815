"""Brings a database to the schema this program knows."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Callable

from aggregator.core import errors
from aggregator.edges.store import database

_NAME = re.compile(r"(\d{4})\.sql")


def scripts() -> dict[int, str]:
    """The SQL of each step, by the version it leads to."""
    folder = importlib.resources.files(__package__) / "migrations"
    return {int(found[1]): file.read_text("utf-8") for file in folder.iterdir() if (found := _NAME.fullmatch(file.name))}


def newest() -> int:
    """The version of the schema that this program knows."""
    return max(scripts())


def check(db: database.Database) -> None:
    """Refuse a database of a newer version of this program.

    Raises StoreNewer.
    """
    known, found = newest(), db.version()
    if found > known:
        message = (
            f"{db.where} was written by a newer version (schema {found}, this program knows {known}); install that version again"
        )
        raise errors.StoreNewer(message)


def check_readable(db: database.Database) -> None:
    """Refuse a database that this program cannot read as it is: whoever only reads brings none up to date.

    Raises StoreNewer, StoreError.
    """
    check(db)
    if db.version() < newest():
        message = f"{db.where} is of an older version; `aggregator once` or `aggregator run` of this one bring it up to date"
        raise errors.StoreError(message)


def migrate(db: database.Database, before: Callable[[int], None] = lambda _: None) -> None:
    """Run the steps that are missing, each in a transaction of its own.

    `before` is called with the version to come when there is something already. Raises StoreNewer, StoreError.
    """
    check(db)
    found = db.version()
    missing = sorted(step for step in scripts() if step > found)
    if missing and found:
        before(missing[-1])
    for step in missing:
        with db.write() as transaction:
            if db.version() < step:  # another program may have been first
                for statement in _statements(scripts()[step]):
                    transaction.execute(db.dialect.schema(statement))
                transaction.mark(step)


def _statements(script: str) -> list[str]:
    without_comments = re.sub(r"--[^\n]*", "", script)
    return [statement for part in without_comments.split(";") if (statement := part.strip())]
