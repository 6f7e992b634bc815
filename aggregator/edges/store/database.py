"""What a database must offer to the store."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

Row = Sequence[Any]
MEND = "put a copy of it back, or move it away to begin anew: published ids stay the same"
EACH = "json_each(?)"  # the rows of a list
_CHUNK = 500  # values in one IN (…)


@dataclasses.dataclass(frozen=True, slots=True)
class Dialect:
    """Where databases differ in what they understand: templates for pieces of SQL, and types in a schema."""

    truncated: str  # a number without its fraction
    clock: str  # seconds since 1970 by the clock of the database
    numbering: str  # has a table ({}) number new rows beyond those that are there; "" when it does so by itself
    locking: str  # ends a SELECT whose rows nobody else may change until the transaction ends
    types: Mapping[str, str]  # what the migrations say, as regular expressions, and what is said here

    def schema(self, statement: str) -> str:
        """A statement of a migration as this database understands it."""
        for written, said in self.types.items():
            statement = re.sub(written, said, statement)
        return statement


class Database(Protocol):
    """A connection's worth of SQL; every dialect speaks the same statements with `?` for values."""

    @property
    def where(self) -> str:
        """What to call it in messages; no password is in it."""

    @property
    def dialect(self) -> Dialect:
        """What it understands."""

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query."""

    def write(self, *, alone: bool = True) -> contextlib.AbstractContextManager[Transaction]:
        """A transaction: all of it is kept, or nothing when the block raises.

        One at a time, of all that are `alone`; others (which a database may have wait too) must not need what those write.
        """

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""

    def settle(self, version: int) -> None:
        """Its schema is this one from now on: whoever finds another one when he writes is refused."""

    def version(self) -> int:
        """The version of its schema; 0 when there is nothing in it."""

    def lead(self) -> bool:
        """Whether this program is the one, of all that have the database open, that does what is done once."""

    def size(self) -> int:
        """Bytes that what is stored takes, freed space left out."""

    def compact(self, pages: int) -> None:
        """Give freed space back, so many pages at most."""

    def close(self) -> None:
        """Let go of the database."""


class Transaction(Protocol):
    """What may be done inside `Database.write`."""

    @property
    def dialect(self) -> Dialect:
        """What the database understands."""

    def mark(self, version: int) -> None:
        """Note the version of the schema."""

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


def among(numbers: Sequence[int]) -> tuple[str, tuple[object, ...]]:
    """What stands in `IN (…)` over any number of numbers in one statement, and its values: more than a few hundred are one."""
    if len(numbers) <= _CHUNK:
        return ", ".join(itertools.repeat("?", len(numbers))), tuple(numbers)
    return f"SELECT CAST(value AS INTEGER) FROM {EACH}", (json.dumps(list(numbers)),)


def rows_of(ask: Query, table: str, uids: Sequence[str]) -> dict[str, int]:
    """The rows of a table by their `uid`, of those that are there."""
    return {row[1]: row[0] for row in within(ask, f"SELECT id, uid FROM {table} WHERE uid IN ({{}})", (), uids)}
