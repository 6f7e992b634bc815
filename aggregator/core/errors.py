"""What can go wrong.

AggregatorError
├── ConfigError            feeds.yaml does not validate: every problem with its place
├── UnknownSource          no source of feeds.yaml is called so
├── UnknownEntry           no stored entry is called so, or not the ones that were meant
├── FetchError             a source or page did not answer with something usable
│   ├── AddressRefused     its address may not be fetched (not public, not allowed)
│   ├── TooLarge           a limit of size was met: body, decoded body, headers
│   └── StatusError        it answered with a status that is no success
│       └── Challenged     it answered with a bot check, whatever the status
├── ParseError             the bytes are no feed, or a broken one
├── WorkerKilled           a job met its limit of time or memory and was ended
├── StoreError             the store could not do what was asked
│   ├── StoreBusy          another process holds the data directory
│   ├── StoreCorrupt       the database is damaged
│   └── StoreNewer         its schema is of a newer version of this program
├── PublishError           an output could not be written, or was refused
└── ListenError            the address to serve on cannot be had

The text of an error is written for the person who runs the program: where, what, and what to do.
"""

from __future__ import annotations

import dataclasses


class AggregatorError(Exception):
    """The root: whatever of ours can go wrong."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration: a place (line and column count from 1) and what to do about it."""

    line: int
    column: int
    message: str
    file: str = ""  # where it is not the file that was asked for, but one that it includes

    def at(self, name: str) -> str:
        """The problem as editors and compilers print one: `feeds.yaml:13:5: unknown key …`."""
        return f"{self.file or name}:{self.line}:{self.column}: {self.message}"


class ConfigError(AggregatorError):
    """feeds.yaml does not validate; `problems` holds all of them, in the order of the file."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(problem.at(name) for problem in problems))
        self.name = name
        self.problems = problems

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, tuple[Problem, ...]]]:
        return (type(self), (self.name, self.problems))


class UnknownSource(AggregatorError):
    """No source of feeds.yaml is called so."""


class UnknownEntry(AggregatorError):
    """No stored entry is called so; or names do not say which entries are meant."""


class FetchError(AggregatorError):
    """A source or page did not answer with something usable; `kind` is one short word for tables and metrics."""

    kind = "network"

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        super().__init__(message)
        if kind is not None:
            self.kind = kind


class AddressRefused(FetchError):
    """The address may not be fetched: not public and not in `allow_addresses`, or no http(s) address at all."""

    kind = "address"


class TooLarge(FetchError):
    """A limit of size was met while reading."""

    kind = "size"


class StatusError(FetchError):
    """An HTTP status that is no success; `retry_after` is in seconds (RFC 9110 10.2.3), None when not given or senseless.

    `url` is the gated address that answered so, after redirects.
    """

    kind = "status"

    def __init__(self, message: str, *, status: int = 0, retry_after: float | None = None, url: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.url = url


class Challenged(StatusError):
    """A bot check in place of what was asked for: for browsers and their people, so not for us."""

    kind = "blocked"


class ParseError(AggregatorError):
    """The bytes are no feed, or one too broken to read."""


class WorkerKilled(AggregatorError):
    """A job met its limit of time or memory, or its process died; the process was replaced."""


class StoreError(AggregatorError):
    """The store could not do what was asked."""


class StoreBusy(StoreError):
    """Another process holds the data directory."""


class StoreCorrupt(StoreError):
    """The database is damaged."""


class StoreNewer(StoreError):
    """The database was written by a newer version of this program."""


class PublishError(AggregatorError):
    """An output could not be written, or its new version was refused."""


class ListenError(AggregatorError):
    """The address to serve on cannot be had: in use, not allowed, or not of this machine."""
