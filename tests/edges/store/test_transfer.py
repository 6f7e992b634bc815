"""A store moved to another engine: every row is there, and new ones come after it."""

from __future__ import annotations

import contextlib
import pathlib

import pytest
import server
from stories import DAY, NOW, entry, keep, record

from aggregator.core import errors
from aggregator.edges import store
from aggregator.edges.store import sqlite, transfer


def filled(folder: pathlib.Path) -> list[str]:
    """A store with entries of a source; their ids."""
    folder.mkdir()
    with contextlib.closing(store.open_store(folder)) as kept:
        kept.enrol([store.Enrolment("https://paper.example/feed", "Paper")], [("all", "All")], "http://127.0.0.1/", NOW)
        (source,) = kept.sources()
        ids = keep(kept, source, *(record(source, entry(name)) for name in ("heron", "ferry", "kettle")))
        kept.note("price", "7")
        kept.tell([store.Event(NOW, "dead", "paper", "title", "text")])
        return ids


def test_every_table_is_moved_or_left_on_purpose(tmp_path: pathlib.Path) -> None:
    """A table that a later version adds must be given a place here."""
    store.open_store(tmp_path).close()
    with contextlib.closing(sqlite.Sqlite(tmp_path / store.FILE, read_only=True)) as db:
        tables = {row[0] for row in db.read("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {*transfer.TABLES, *transfer.LEFT}


def test_there_and_back(tmp_path: pathlib.Path, postgres: server.Server) -> None:
    """What was in a file is in a database, and in a file again; the source and its entries are the same, and more can come."""
    ids, url, back = filled(tmp_path / "a"), postgres.database(), tmp_path / "back.sqlite"
    assert transfer.copy(str(tmp_path / "a"), url)["entries"] == 3
    with contextlib.closing(store.open_store(tmp_path, url)) as kept:
        (source,) = kept.sources()
        assert {stored.entry.id for stored in kept.newest([source.row], 0, 9)} == set(ids)
        assert (kept.noted("price"), len(kept.events(9))) == ("7", 1)
        assert keep(kept, source, record(source, entry("anvil"), NOW + DAY), now=NOW + DAY)
    assert transfer.copy(url, str(back))["entries"] == 4
    (tmp_path / "b").mkdir()
    back.rename(tmp_path / "b" / store.FILE)
    with contextlib.closing(store.open_store(tmp_path / "b")) as kept:
        assert len(kept.newest([kept.sources()[0].row], 0, 9)) == 4


def test_a_goal_with_a_store(tmp_path: pathlib.Path) -> None:
    """Is left as it is."""
    for name in ("a", "b"):
        filled(tmp_path / name)
    with pytest.raises(errors.StoreError, match=r"there is a store in .* already"):
        transfer.copy(str(tmp_path / "a"), str(tmp_path / "b"))


def test_a_store_in_use(tmp_path: pathlib.Path, postgres: server.Server) -> None:
    """Is not copied: it would change meanwhile."""
    filled(tmp_path / "a")
    held = store.Lock(tmp_path / "a")
    with pytest.raises(errors.StoreBusy):
        transfer.copy(str(tmp_path / "a"), str(tmp_path / "c"))
    held.release()
    url = postgres.database()
    with contextlib.closing(store.open_store(tmp_path, url)) as kept:
        now = kept.shared.time()
        kept.shared.beat(store.Node("one-1", "run", "1.0", "f", now, now))
    with pytest.raises(errors.StoreBusy, match="programs are at work"):
        transfer.copy(str(tmp_path / "a"), url)
