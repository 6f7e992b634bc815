"""Where things can fail: each kind of call that the pipeline makes of the world, counted, and made to fail at one of them."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import sqlite3
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aggregator.core import errors
from aggregator.edges import publish, workers
from aggregator.edges.fetch import wire
from aggregator.edges.store import sqlite


@dataclasses.dataclass
class Fault:
    """The n-th call from now fails, or all from then on until it is `mended`; 0: none does, they are counted."""

    at: int = 0
    lasting: bool = False
    calls: int = 0
    fired: bool = False

    def met(self) -> bool:
        """Count a call; whether it fails."""
        self.calls += 1
        fails = self.at > 0 and (self.calls == self.at or (self.lasting and self.calls > self.at))
        self.fired = self.fired or fails
        return fails

    def mended(self) -> None:
        """From now on nothing fails."""
        self.at = 0


@contextlib.contextmanager
def store(fault: Fault) -> Iterator[None]:
    """Statements of the database, BEGIN and COMMIT among them."""

    class Faulty(sqlite3.Connection):
        def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
            if not sql.startswith(("PRAGMA", "ROLLBACK")) and fault.met():
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(sql, *given)

        def executemany(self, sql: str, *given: Any) -> sqlite3.Cursor:
            if fault.met():
                raise sqlite3.OperationalError("disk I/O error")
            return super().executemany(sql, *given)

    real = sqlite3.connect

    def connect(*given: Any, **named: Any) -> sqlite3.Connection:
        return real(*given, **{**named, "factory": Faulty})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "sqlite3", _other(sqlite3, connect=connect))
        yield


@contextlib.contextmanager
def files(fault: Fault) -> Iterator[None]:
    """Opening, syncing, renaming of what is published."""

    def failing(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if fault.met():
                raise OSError(errno.EIO, "Input/output error")
            return function(*given, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        changed = {name: failing(getattr(os, name)) for name in ("open", "fsync", "replace")}
        patch.setattr(publish, "os", _other(os, **changed))
        yield


@contextlib.contextmanager
def network(fault: Fault) -> Iterator[None]:
    """Connections that are not made, and those that break while something is read."""
    connect, read = wire.connect, wire.Wire.read

    async def connecting(address: str, port: int) -> wire.Wire:
        if fault.met():
            raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")
        return await connect(address, port)

    async def reading(self: wire.Wire, most: int) -> bytes:
        if fault.met():
            raise ConnectionResetError(errno.ECONNRESET, "reset")
        return await read(self, most)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "connect", connecting)
        patch.setattr(wire.Wire, "read", reading)
        yield


@contextlib.contextmanager
def jobs(fault: Fault) -> Iterator[None]:
    """Workers that are killed over a job."""
    run = workers.Workers.run

    async def running(self: workers.Workers, function: Callable[..., Any], *given: object) -> Any:
        if fault.met():
            raise errors.WorkerKilled("the process of a job was ended by signal SIGKILL")
        return await run(self, function, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers.Workers, "run", running)
        yield


def _other(module: types.ModuleType, **changed: Any) -> types.SimpleNamespace:
    """A module with some of its names changed, for one that uses it."""
    return types.SimpleNamespace(**{**vars(module), **changed})


POINTS = {point.__name__: point for point in (store, files, network, jobs)}
