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
    with contextlib.closing(store.open_store(data or loaded.at(loaded.config.settings.data), read_only=True)) as kept:
        yield loaded.config, kept


@contextlib.contextmanager
def writing(path: pathlib.Path, data: pathlib.Path | None) -> Iterator[store.Store]:
    """The store, which must be there; a daemon may have it open too, SQLite lets one of us write at a time. Raises likewise."""
    loaded = config_file.read(path, data)
    folder = data or loaded.at(loaded.config.settings.data)
    store.open_store(folder, read_only=True).close()  # none there: this makes none
    with contextlib.closing(store.open_store(folder)) as kept:
        yield kept
