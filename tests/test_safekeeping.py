"""The store copied, put back, and restored by itself; as people and programs see it."""

from __future__ import annotations

import contextlib
import datetime
import logging
import pathlib

import pytest
from archive import Archive
from edges.store.test_copies import spoil
from stories import DAY, NOW
from test_cli import call
from test_cli_asking import asked

from aggregator import safekeeping
from aggregator.core import config, errors
from aggregator.edges import store
from aggregator.pipeline import republish


def published(kept: store.Store, archive: Archive, folder: pathlib.Path) -> dict[str, bytes]:
    """The files that are published from a store."""
    press = republish.Press(kept, folder, config.load(archive.feeds.read_text("utf-8")), "1")
    assert republish.republish(press) == ()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_there_and_back(archive: Archive, tmp_path: pathlib.Path) -> None:
    """A copy made while the store is open publishes the same bytes from another data directory."""
    target = tmp_path / "copy.sqlite"
    made = asked(archive, "backup", str(target))
    assert set(made) == {"path", "bytes", "sources", "entries", "schema"}
    assert (made["path"], made["sources"], made["entries"], made["bytes"]) == (str(target), 3, 14, target.stat().st_size)
    other = tmp_path / "elsewhere"
    put = asked(archive, "restore", str(target), "--data", str(other))
    assert (put["entries"], put["data"], put["aside"]) == (14, str(other), None)
    with contextlib.closing(store.open_store(other)) as restored:
        assert published(restored, archive, tmp_path / "two") == published(archive.store, archive, tmp_path / "one")


def test_for_people(archive: Archive, tmp_path: pathlib.Path) -> None:
    """In words: how much it is, and where the store is that was there before."""
    words = ("--config", str(archive.feeds))
    done = call("backup", str(tmp_path / "copy.sqlite"), *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "14 entries of 3 sources" in " ".join(done.stdout.split())
    done = call("backup", str(tmp_path / "copy.sqlite"), *words)
    assert (done.returncode, "exists; name a new file" in done.stderr) == (1, True)
    archive.store.close()
    done = call("restore", str(tmp_path / "copy.sqlite"), *words)
    assert done.returncode == 0
    assert "is set aside: " in done.stdout
    assert len(list(archive.data.glob("store-aside-*.sqlite"))) == 1


def test_not_while_a_daemon_is_at_work(archive: Archive, tmp_path: pathlib.Path) -> None:
    """To restore is refused; to copy is not."""
    held = store.Lock(archive.data)
    try:
        asked(archive, "backup", str(tmp_path / "copy.sqlite"))
        assert "in use by another aggregator" in asked(archive, "restore", str(tmp_path / "copy.sqlite"), code=1)["error"]
    finally:
        held.release()


def test_a_damaged_store_is_restored(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    """From the newest automatic copy, and loudly: in the log, and for the operations feed."""
    safekeeping.automatic(archive.data, NOW, 3, lambda: True)
    before = [stored.entry.id for stored in archive.store.newest([1, 2, 3], 0, 99)]
    archive.store.close()
    spoil(archive.data / store.FILE, 0)
    with caplog.at_level(logging.ERROR), contextlib.closing(safekeeping.opened(archive.data, NOW + DAY)) as kept:
        assert [stored.entry.id for stored in kept.newest([1, 2, 3], 0, 99)] == before
        (event, *_) = kept.events(9)
    assert (event.kind, event.title) == ("restored", "The store was damaged; a copy is in its place")
    assert "with 14 entries; what there was is set aside as store-aside-" in event.text
    assert event.text in caplog.text


def test_damage_that_the_last_run_met(archive: Archive) -> None:
    """It is looked for at the start, where opening alone would not show it."""
    safekeeping.automatic(archive.data, NOW, 3, lambda: True)
    archive.store.close()
    spoil(archive.data / store.FILE, (archive.data / store.FILE).stat().st_size - 3 * 4_096)
    store.open_store(archive.data).close()
    store.copies.suspect(archive.data)
    with contextlib.closing(safekeeping.opened(archive.data, NOW + DAY)) as kept:
        assert kept.events(1)[0].kind == "restored"


def test_damage_without_a_copy(archive: Archive) -> None:
    """Ends with what to do; nothing is moved."""
    archive.store.close()
    spoil(archive.data / store.FILE, 0)
    before = {path.name: path.read_bytes() for path in archive.data.iterdir() if path.is_file()}
    with pytest.raises(errors.StoreCorrupt, match="put a copy of it back"):
        safekeeping.opened(archive.data, NOW)
    assert {path.name: path.read_bytes() for path in archive.data.iterdir() if path.is_file()} == before


def test_no_copy_is_made_when_it_is_not_wanted(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    """Nor is that worth a word; that a copy failed is."""
    safekeeping.automatic(archive.data, NOW, 3, lambda: False)
    assert store.copies.automatic_copies(archive.data) == []
    (archive.data / "backups").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        safekeeping.automatic(archive.data, NOW + datetime.timedelta(days=2), 3, lambda: True)
    assert "no copy of the store was made" in caplog.text
