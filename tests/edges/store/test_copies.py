"""Copies of the store: whole, of one moment, and never in the way of anything."""

from __future__ import annotations

import contextlib
import datetime
import pathlib
import sqlite3
import threading

import pytest
from stories import NOW, entry, keep, record

from aggregator.core import errors
from aggregator.edges import store
from aggregator.edges.store import copies

DAY = datetime.timedelta(days=1)


def always() -> bool:
    """A copy that is wanted."""
    return True


def filled(folder: pathlib.Path, *names: str) -> store.Store:
    """An open store with these entries."""
    kept = store.open_store(folder)
    kept.enrol([store.Enrolment("https://paper.example/feed", None)], [], "", NOW)
    (source,) = kept.sources()
    if names:
        keep(kept, source, *(record(source, entry(name)) for name in names))
    return kept


def titles(folder: pathlib.Path) -> set[str]:
    """The entries of the store in a data directory."""
    with contextlib.closing(store.open_store(folder)) as kept:
        return {stored.entry.title for source in kept.sources() for stored in kept.newest([source.row], 0, 9_999)}


def spoil(path: pathlib.Path, start: int | None = None) -> None:
    """Damage two pages of a store, in its middle or from a byte on."""
    data = bytearray(path.read_bytes())
    place = len(data) // 8_192 * 4_096 if start is None else start
    data[place : place + 8_192] = b"\x55" * 8_192
    path.write_bytes(data)


def test_a_copy_while_others_write(tmp_path: pathlib.Path) -> None:
    """It is whole and of one moment, however much is written meanwhile."""
    with contextlib.closing(filled(tmp_path, "n0")) as kept:
        (source,) = kept.sources()
        stopped = threading.Event()

        def write() -> None:
            number = 1
            while not stopped.is_set():
                keep(kept, source, record(source, entry(f"n{number}")))
                number += 1

        thread = threading.Thread(target=write)
        thread.start()
        try:
            made = [copies.copy(tmp_path, tmp_path / f"copy{number}.sqlite") for number in range(3)]
        finally:
            stopped.set()
            thread.join()
    assert [one.entries for one in made] == sorted(one.entries for one in made)
    assert all(copies.checked(one.path, one.path) == one for one in made)


def test_back_again(tmp_path: pathlib.Path) -> None:
    """A copy that is put back is the store again; what was there is set aside, whole."""
    filled(tmp_path, "old").close()
    made = copies.copy(tmp_path, tmp_path / "copy.sqlite")
    with contextlib.closing(store.open_store(tmp_path)) as kept:
        (source,) = kept.sources()
        keep(kept, source, record(source, entry("new")))
    found, aside = copies.restore(tmp_path, made.path, NOW)
    assert (found.entries, titles(tmp_path)) == (1, {"The old"})
    assert aside is not None
    (tmp_path / "other").mkdir()
    copies.restore(tmp_path / "other", aside, NOW)
    assert titles(tmp_path / "other") == {"The old", "The new"}
    assert not list(tmp_path.glob(".*"))


def test_restoring_what_lies_in_a_log(tmp_path: pathlib.Path) -> None:
    """A store that was copied by hand while it was open comes with what had not reached its file, and is left as it is."""
    with contextlib.closing(filled(tmp_path, "heron")):
        (tmp_path / "hand").mkdir()
        for path in tmp_path.glob("store.sqlite*"):
            (tmp_path / "hand" / path.name).write_bytes(path.read_bytes())
    before = {path.name: path.read_bytes() for path in (tmp_path / "hand").iterdir()}
    (tmp_path / "other").mkdir()
    assert copies.restore(tmp_path / "other", tmp_path / "hand" / store.FILE, NOW)[0].entries == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "hand").iterdir()} == before


@pytest.mark.parametrize("case", ["nothing", "text", "foreign", "damaged", "newer", "folder"])
def test_what_is_no_copy(tmp_path: pathlib.Path, case: str) -> None:
    """It is refused with a reason that names it, and the store stays as it is."""
    filled(tmp_path, *(f"n{number}" for number in range(300))).close()
    path = tmp_path / "given.sqlite"
    if case == "text":
        path.write_text("no database at all" * 1_000)
    elif case == "folder":
        path.mkdir()
    elif case == "foreign":
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE fish (name)")
    elif case in ("damaged", "newer"):
        copies.copy(tmp_path, path)
        if case == "damaged":
            spoil(path)
        else:
            with contextlib.closing(sqlite3.connect(path)) as other:
                other.execute("PRAGMA user_version = 9999")
    with pytest.raises(errors.StoreError, match=r"given\.sqlite") as caught:
        copies.restore(tmp_path, path, NOW)
    assert "aggregator-" not in str(caught.value)
    assert len(titles(tmp_path)) == 300
    assert not list(tmp_path.glob("store-aside*"))


def test_no_copy_over_another(tmp_path: pathlib.Path) -> None:
    """Nor of a store that is not there, nor to where nothing can be written."""
    with pytest.raises(errors.StoreError, match="there is no store"):
        copies.copy(tmp_path, tmp_path / "a.sqlite")
    filled(tmp_path, "heron").close()
    copies.copy(tmp_path, tmp_path / "a.sqlite")
    with pytest.raises(errors.StoreError, match=r"a\.sqlite exists"):
        copies.copy(tmp_path, tmp_path / "a.sqlite")
    with pytest.raises(errors.StoreError, match="no such file or directory"):
        copies.copy(tmp_path, tmp_path / "nowhere" / "a.sqlite")


def test_a_copy_of_damage_is_none(tmp_path: pathlib.Path) -> None:
    """A damaged store is not copied over good copies."""
    filled(tmp_path, *(f"n{number}" for number in range(300))).close()
    spoil(tmp_path / store.FILE)
    with pytest.raises(errors.StoreCorrupt):
        copies.copy(tmp_path, tmp_path / "a.sqlite")
    assert not (tmp_path / "a.sqlite").exists()


def test_automatic_copies(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One a day, so many of them; none of an empty store, none where the disk is short of room."""
    with contextlib.closing(filled(tmp_path)) as kept:
        assert copies.automatic(tmp_path, NOW, 3, always) is None
        (source,) = kept.sources()
        keep(kept, source, record(source, entry("heron")))
        made = [copies.automatic(tmp_path, NOW + hours * DAY / 24, 3, always) for hours in (0, 5, 25, 26, 60, 90, 120)]
        assert [one is not None for one in made] == [True, False, True, False, True, True, True]
        assert copies.automatic_copies(tmp_path) == [made[6], made[5], made[4]]
        monkeypatch.setattr(copies, "ROOM", 10**12)
        assert copies.automatic(tmp_path, NOW + 30 * DAY, 3, always) is None
        monkeypatch.setattr(copies, "ROOM", 4)
        assert copies.automatic(tmp_path, NOW + 30 * DAY, 0, always) is None
        assert copies.automatic_copies(tmp_path) == []


def test_a_copy_that_is_given_up(tmp_path: pathlib.Path) -> None:
    """It leaves nothing behind."""
    filled(tmp_path, *(f"n{number}" for number in range(2_000))).close()
    with pytest.raises(errors.StoreError, match="interrupted"):
        copies.copy(tmp_path, tmp_path / "a.sqlite", lambda: False)
    assert sorted(path.name for path in tmp_path.iterdir()) == [store.FILE]


def test_recovery(tmp_path: pathlib.Path) -> None:
    """The newest copy that is whole takes the place of a damaged store; without any nothing is touched."""
    filled(tmp_path, *(f"n{number}" for number in range(300))).close()
    assert copies.recover(tmp_path, NOW) is None
    older, newer = (copies.automatic(tmp_path, NOW + days * DAY, 3, always) for days in (0, 2))
    assert newer is not None
    spoil(newer)
    spoil(tmp_path / store.FILE)
    recovered = copies.recover(tmp_path, NOW + 3 * DAY)
    assert recovered is not None
    assert (recovered[0].path, len(titles(tmp_path))) == (older, 300)


def test_suspicion(tmp_path: pathlib.Path) -> None:
    """What the last run took for damage is looked for; a store that is whole is suspected no more."""
    filled(tmp_path, *(f"n{number}" for number in range(300))).close()
    assert not copies.suspected(tmp_path)
    copies.suspect(tmp_path)
    assert not copies.suspected(tmp_path)
    copies.suspect(tmp_path)
    spoil(tmp_path / store.FILE)
    assert copies.suspected(tmp_path)
