"""Keeps the store safe: opens it, with a copy in its place when it is damaged; copies it, and puts copies back."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import logging
import pathlib
from collections.abc import Callable
from typing import Any

from aggregator import clock, logs
from aggregator.core import errors
from aggregator.edges import config_file, store


def opened(data: pathlib.Path, now: datetime.datetime, engine: str = store.SQLITE, *, making: bool = True) -> store.Store:
    """The store of a data directory that the caller holds; a damaged one is set aside for its newest automatic copy.

    A server's is opened as it is. Raises StoreError: it cannot be opened, or is damaged and there is no copy.
    """
    if engine != store.SQLITE:
        return store.open_store(data, engine, making=making)
    try:
        if store.copies.suspected(data):
            raise errors.StoreCorrupt(f"{data / store.FILE} was found damaged; {store.MEND}")
        return store.open_store(data)
    except errors.StoreCorrupt as damage:
        restored = store.copies.recover(data, now)
        if restored is None:
            raise
        said = _restored(damage, *restored)
    logging.getLogger(logs.NAME).error("%s", said)
    kept = store.open_store(data)
    kept.tell([store.Event(now, "restored", str(store.FILE), "The store was damaged; a copy is in its place", said)])
    return kept


def _restored(damage: errors.StoreCorrupt, copy: store.copies.Copy, aside: pathlib.Path | None) -> str:
    where = f"; what there was is set aside as {aside.name}" if aside else ""
    return (
        f"{damage}. Put back: {copy.path.name}, with {copy.entries} entries{where}. What sources still carry comes back by itself, "
        "and published files stand until then."
    )


def automatic(data: pathlib.Path, now: datetime.datetime, keep: int, wanted: Callable[[], bool]) -> None:
    """Make the day's copy, unless the disk is short of room or it is no longer `wanted`; what goes wrong is logged."""
    if not wanted():
        return
    try:
        made = store.copies.automatic(data, now, keep, wanted)
    except errors.StoreCorrupt:
        store.copies.suspect(data)
        raise
    except errors.StoreError as error:
        if wanted():
            logging.getLogger(logs.NAME).warning("no copy of the store was made: %s", error)
    else:
        if made is not None:
            logging.getLogger(logs.NAME).info("copied the store", extra={"file": made.name})


def backup(config: pathlib.Path, data: pathlib.Path | None, target: pathlib.Path) -> dict[str, Any]:
    """Copy the store to a new file, whether or not a daemon is at work. Raises ConfigError, StoreError."""
    folder, engine = _place(config, data)
    if engine != store.SQLITE:
        raise _servers(f"`pg_dump`, or `aggregator store copy` with {target.name} as its goal")
    return _told(store.copies.copy(folder, target))


def restore(config: pathlib.Path, data: pathlib.Path | None, source: pathlib.Path) -> dict[str, Any]:
    """Put a copy in the place of the store, which is set aside.

    Raises ConfigError, StoreError; StoreBusy while a daemon is at work.
    """
    folder, engine = _place(config, data)
    if engine != store.SQLITE:
        raise _servers("`pg_restore`, or `aggregator store copy` into an empty database")
    with contextlib.closing(_Held(folder)):
        copy, aside = store.copies.restore(folder, source, clock.SYSTEM.now())
        store.open_store(folder).close()  # a copy of an older version is brought up to date now, while somebody looks
    return _told(copy) | {"data": str(folder), "aside": str(aside) if aside else None}


def _servers(means: str) -> errors.StoreError:
    return errors.StoreError(f"the store is a database of PostgreSQL: what copies it is {means}")


class _Held:
    """A data directory that nobody else may use meanwhile."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._lock = store.Lock(folder)

    def close(self) -> None:
        """Let others have it."""
        self._lock.release()


def _place(config: pathlib.Path, data: pathlib.Path | None) -> tuple[pathlib.Path, str]:
    """The data directory and the engine of its store; feeds.yaml need not be right for a directory that is named."""
    try:
        loaded = config_file.read(config)
    except errors.ConfigError:
        if data is None:
            raise
        return data, store.SQLITE
    return data or loaded.at(loaded.config.settings.data), loaded.config.settings.store


def _told(copy: store.copies.Copy) -> dict[str, Any]:
    return {name: str(value) if name == "path" else value for name, value in dataclasses.asdict(copy).items()}
