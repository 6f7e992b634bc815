"""The store that a feeds.yaml names, as commands open it: to be read, or to be written to."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator

from aggregator.core import config
from aggregator.edges import config_file, store


@contextlib.contextmanager
def reading(path: pathlib.Path, data: pathlib.Path | None) -> Iterator[tuple[config.Config, store.Store]]:
    """What feeds.yaml says, and its store (or that in `data`), which nothing changes. Raises ConfigError, StoreError."""
    loaded = config_file.read(path, data)
    with contextlib.closing(store.open_store(*place(loaded, data), read_only=True)) as kept:
        yield loaded.config, kept


@contextlib.contextmanager
def writing(path: pathlib.Path, data: pathlib.Path | None) -> Iterator[store.Store]:
    """The store, which must be there; a daemon may have it open too, one of us writes at a time. Raises likewise."""
    where = place(config_file.read(path, data), data)
    store.open_store(*where, read_only=True).close()  # none there: this makes none
    with contextlib.closing(store.open_store(*where)) as kept:
        yield kept


def place(loaded: config_file.Loaded, data: pathlib.Path | None) -> tuple[pathlib.Path, str]:
    """The data directory, and the engine of the store."""
    settings = loaded.config.settings
    return data or loaded.at(settings.data), settings.store
