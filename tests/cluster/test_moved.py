"""A running user moves from one engine to the other: what readers get stays the same, byte for byte."""

from __future__ import annotations

import contextlib
import pathlib

import server
from archive import Archive

from aggregator import moving
from aggregator.core import config
from aggregator.edges import store
from aggregator.pipeline import republish


def published(kept: store.Store, read: config.Config, folder: pathlib.Path) -> dict[str, bytes]:
    """What a store publishes, by name of the file."""
    assert republish.republish(republish.Press(kept, folder, read, "fingerprint")) == ()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_outputs_before_and_after(archive: Archive, postgres: server.Server, tmp_path: pathlib.Path) -> None:
    """Entries, duplicates, stories and times come along; so do the ids of feeds."""
    read, url = config.load(archive.feeds.read_text("utf-8")), postgres.database()
    before = published(archive.store, read, tmp_path / "before")
    archive.store.close()
    done = moving.copy(str(archive.data), url)
    assert (done["sources"], done["entries"] > 9) == (3, True)
    with contextlib.closing(store.open_store(tmp_path, url)) as kept:
        after = published(kept, read, tmp_path / "after")
    assert len(before["all.json"]) > 1_000
    assert after == before
