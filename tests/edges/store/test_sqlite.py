"""SQLite underneath: its settings, damage, a full disk, reading only, and other versions."""

from __future__ import annotations

import pathlib
import shutil
import sqlite3
import subprocess
import sys
import textwrap

import pytest
from stories import NOW, cleaned, entry, keep, prose, record

from aggregator.core import dedupe, errors, model
from aggregator.edges import store
from aggregator.edges.store import database, migrate, packing, sqlite

# A program that stores entries on a disk that is too small, then frees space and goes on; needs a mount namespace of its own.
_SMALL_DISK = """
    import pathlib, subprocess, sys
    from aggregator.core import errors
    from aggregator.edges import store
    import stories
    folder = pathlib.Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    (folder / "ballast").write_bytes(bytes(1_000_000))
    kept = store.open_store(folder)
    kept.enrol([store.Enrolment("https://paper.example/feed", None)], [], "", stories.NOW)
    (source,) = kept.sources()
    number = 0
    try:
        while number < 1_000:
            stories.keep(kept, source, stories.record(source, stories.entry(f"n{number}", content=str(list(range(number, 2000))))))
            number += 1
    except errors.StoreError as error:
        print(error)
    (folder / "ballast").unlink()
    print(number > 0 and len(kept.newest([source.row], 0, 2000)) == number)
    stories.keep(kept, source, stories.record(source, stories.entry("after")))
    print(len(kept.newest([source.row], 0, 2000)) == number + 1)
"""
_UNSHARED = shutil.which("unshare") is not None and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


def enrolled(into: store.Store) -> model.SourceState:
    """The one source of a store."""
    into.enrol([store.Enrolment("https://paper.example/feed", None)], [("world", "World")], "http://127.0.0.1/", NOW)
    return into.sources()[0]


def filled(folder: pathlib.Path, entries: int = 200) -> pathlib.Path:
    """The file of a closed store with entries in it."""
    kept = store.open_store(folder)
    source = enrolled(kept)
    keep(kept, source, *(record(source, entry(f"n{number}")) for number in range(entries)))
    kept.close()
    return folder / store.FILE


def test_settings(tmp_path: pathlib.Path) -> None:
    """A commit survives a loss of power and does not make readers wait; references between tables are checked."""
    with sqlite.Sqlite(tmp_path / "a.sqlite").write() as transaction:
        said = [transaction.execute(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert said == ["wal", 2, 1]


def test_any_number_of_values(tmp_path: pathlib.Path) -> None:
    """`IN (…)` takes more values than SQLite allows in one statement."""
    db = sqlite.Sqlite(tmp_path / "a.sqlite")
    rows = database.within(db.read, "SELECT value FROM (SELECT 7 AS value) WHERE value IN ({})", (), list(range(100_000)))
    assert [tuple(row) for row in rows] == [(7,)]


def test_reading_only_without_a_store(tmp_path: pathlib.Path) -> None:
    """Whoever only reads is told how a store comes to be, and makes none."""
    with pytest.raises(errors.StoreError, match=r"there is no store in .* yet; `aggregator once`"):
        store.open_store(tmp_path / "data", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_reading_only(tmp_path: pathlib.Path) -> None:
    """A store opened for reading reads beside its writer, sees what that keeps, and refuses to write."""
    writer = store.open_store(tmp_path)
    source = enrolled(writer)
    reader = store.open_store(tmp_path, read_only=True)
    keep(writer, source, record(source, entry("heron")))
    assert len(reader.newest([source.row], 0, 9)) == 1
    with pytest.raises(errors.StoreError, match="reading only"):
        reader.enrol([], [], "", NOW)
    reader.close()
    writer.close()


def test_folder_that_is_missing(tmp_path: pathlib.Path) -> None:
    """A store that cannot be opened says which."""
    with pytest.raises(errors.StoreError, match="nowhere"):
        store.open_store(tmp_path / "nowhere")


def test_newer_schema(tmp_path: pathlib.Path) -> None:
    """A store of a newer version is refused, for reading too, and left as it is."""
    path = filled(tmp_path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(errors.StoreNewer, match=r"newer version \(schema 99, this program knows \d+\); install that version"):
            store.open_store(tmp_path, read_only=read_only)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (99,)


def test_older_schema(tmp_path: pathlib.Path) -> None:
    """Whoever only reads is told to bring a store of an older version up to date, not that a column is missing."""
    path = filled(tmp_path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(errors.StoreError, match=r"is of an older version; `aggregator once` or `aggregator run` of this one"):
        store.open_store(tmp_path, read_only=True)


def test_migration_makes_a_backup_first(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of an older version is copied, whole, before it is changed; its entries are there afterwards."""
    filled(tmp_path, 3)
    newest = max(migrate.scripts())
    steps = migrate.scripts() | {
        newest + 1: "-- a; comment\nALTER TABLE outputs ADD COLUMN hue TEXT; CREATE INDEX hues ON outputs (hue);"
    }
    monkeypatch.setattr(migrate, "scripts", lambda: steps)
    kept = store.open_store(tmp_path)
    assert len(kept.newest([1], 0, 9)) == 3
    kept.close()
    columns = "SELECT count(*) FROM pragma_table_info('outputs') WHERE name = 'hue'"
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.name == f"before-schema-{newest + 1}.sqlite"
    for path, version in ((tmp_path / store.FILE, newest + 1), (backup, newest)):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        assert connection.execute(columns).fetchone() == (version - newest,)
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (3,)
        connection.close()
    backup.unlink()
    store.open_store(tmp_path).close()
    assert not backup.exists()


def test_migration_that_fails(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is done whole or not at all, and tried again the next time."""
    filled(tmp_path, 3)
    good = "CREATE TABLE hues (name TEXT)"
    real = migrate.scripts()
    monkeypatch.setattr(migrate, "scripts", lambda: real | {max(real) + 1: good + "; CREATE TABLE hues (name TEXT)"})
    with pytest.raises(errors.StoreError, match="already exists"):
        store.open_store(tmp_path)
    monkeypatch.setattr(migrate, "scripts", lambda: real | {max(real) + 1: good})
    kept = store.open_store(tmp_path)
    assert len(kept.newest([1], 0, 9)) == 3
    kept.close()


def old_store(folder: pathlib.Path) -> dict[str, str]:
    """A store of schema 2 with an entry, its copy and another one; their ids."""
    db = sqlite.Sqlite(folder / store.FILE)
    ids = {name: f"urn:uuid:{name}" for name in ("heron", "copy", "ferry")}
    with db.write() as transaction:
        for step in (1, 2):
            for statement in migrate._statements(migrate.scripts()[step]):
                transaction.execute(statement)
        transaction.execute("PRAGMA user_version = 2")
        sources = [(1, "https://paper.example/feed", "W/1"), (2, "https://rival.example/feed", "")]
        transaction.many("INSERT INTO sources (id, first_url, url, etag) VALUES (?, ?2, ?2, ?)", sources)
        rows = [("heron", 1, "heron", None), ("copy", 2, "heron", ids["heron"]), ("ferry", 2, "ferry", None)]
        for number, (name, source, about, head) in enumerate(rows):
            came = entry(about, host=f"{name}.example")
            packed = packing.pack(came, cleaned(came).text)
            values = (
                source,
                ids[name],
                came.id,
                dedupe.hash_of(came),
                came.link,
                "l",
                "t",
                came.title,
                NOW.timestamp() + number,
                head,
            )
            transaction.execute(
                "INSERT INTO entries (source_id, uid, own_id, hash, link, link_key, text_key, title, first_seen, head, content, "
                "original, page_tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 2)",
                (*values, packed, packing.pack(came)),
            )
            transaction.execute(
                "INSERT INTO aliases (source_id, alias, uid, seen_at) VALUES (?, ?, ?, ?)",
                (source, f"h:{dedupe.hash_of(came)}", ids[name], NOW.timestamp()),
            )
        transaction.execute("INSERT INTO outputs (name, uid, title, made_at) VALUES ('all', 'urn:all', 'All', 0)")
        transaction.execute("INSERT INTO meta (name, value) VALUES ('hour', ?)", (NOW.isoformat(),))
    db.close()
    return ids


def test_from_schema_2(tmp_path: pathlib.Path) -> None:
    """All that a store without sketches and stories held is there; what was found to be a copy is still known to be found so."""
    ids = old_store(tmp_path)
    kept = store.open_store(tmp_path)
    stored = {one.entry.id: one for one in kept.newest([1, 2], 0, 9)}
    assert {id: (one.entry.title, one.group) for id, one in stored.items()} == {
        ids["heron"]: ("The heron", ids["heron"]),
        ids["copy"]: ("The heron", ids["heron"]),
        ids["ferry"]: ("The ferry", ids["ferry"]),
    }
    assert {(one.story, one.backlog, one.held) for one in stored.values()} == {("", None, False)}
    assert [(state.url, state.validators.etag, state.held_until) for state in kept.sources()] == [
        ("https://paper.example/feed", "W/1", None),
        ("https://rival.example/feed", "", None),
    ]
    assert (kept.outputs()["all"].id, kept.moment()) == ("urn:all", NOW)
    with kept.writing() as writing:
        assert [one.id for one in writing.loose(NOW, 9)] == list(ids.values())
        assert writing.decisions() == []
    kept.decide(store.Decision(ids["heron"], ids["copy"], same=False), NOW)
    assert {one.group for one in kept.newest([1, 2], 0, 9)} == set(ids.values())
    kept.take_back(ids["heron"], ids["copy"])
    assert {one.group for one in kept.newest([1, 2], 0, 9)} == {ids["heron"], ids["ferry"]}
    kept.close()
    reader = sqlite.Sqlite(tmp_path / store.FILE, read_only=True)
    assert reader.read("SELECT count(*) FROM entries WHERE judged IS NOT head OR page_tries <> 2")[0][0] == 0
    assert reader.read("SELECT count(*) FROM entries WHERE judged IS NOT NULL")[0][0] == 1
    reader.close()


def test_new_store_needs_no_backup(tmp_path: pathlib.Path) -> None:
    """There is nothing to copy of a store that is just made."""
    store.open_store(tmp_path).close()
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("start", [0, 40, 4096])
def test_damaged_file(tmp_path: pathlib.Path, start: int) -> None:
    """A damaged database is reported as such, with its path and what to do, when it is opened or read."""
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:start] + b"\xa5" * (len(whole) - start))
    with pytest.raises(errors.StoreCorrupt) as caught:
        read_all(tmp_path)
    assert str(path) in str(caught.value)
    assert "is damaged" in str(caught.value)
    assert "put a copy of it back, or move it away" in str(caught.value)


def test_damage_in_the_middle(tmp_path: pathlib.Path) -> None:
    """Damage that only touches entries is met when they are read."""
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xa5" * (len(whole) - len(whole) // 2))
    with pytest.raises(errors.StoreCorrupt):
        read_all(tmp_path)


def test_file_cut_short(tmp_path: pathlib.Path) -> None:
    """A database of which the end is missing is damaged."""
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(errors.StoreCorrupt):
        read_all(tmp_path)


def test_damaged_entry(tmp_path: pathlib.Path) -> None:
    """An entry whose bytes are nonsense, in a database that is sound, is damage too."""
    path = filled(tmp_path, 3)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET content = x'00' WHERE id = 2")
    connection.close()
    with pytest.raises(errors.StoreCorrupt, match="is damaged"):
        read_all(tmp_path)


def read_all(folder: pathlib.Path) -> None:
    """Open a store and read all that is in it."""
    kept = store.open_store(folder)
    try:
        kept.sources(counted=True)
        kept.outputs()
        kept.newest([1], 0, 10_000)
    finally:
        kept.close()


def test_full(tmp_path: pathlib.Path) -> None:
    """A full database keeps what it had, says that nothing was lost, and goes on once there is space."""
    filled(tmp_path, 3)
    db = sqlite.Sqlite(tmp_path / store.FILE)
    kept = store.Store(db)
    (source,) = kept.sources()
    with db.write() as transaction:
        transaction.execute("PRAGMA max_page_count = 1")  # of SQLite's: it cannot grow beyond what it has
    many = [record(source, entry(f"m{number}", content=prose(str(number), 2_000))) for number in range(200)]
    with pytest.raises(errors.StoreError, match="the disk is full; nothing was lost") as caught:
        keep(kept, source, *many)
    assert not isinstance(caught.value, errors.StoreCorrupt)
    assert len(kept.newest([source.row], 0, 999)) == 3
    with db.write() as transaction:
        transaction.execute("PRAGMA max_page_count = 1000000")
    keep(kept, source, *many)
    assert len(kept.newest([source.row], 0, 999)) == 203
    kept.close()


@pytest.mark.skipif(not _UNSHARED, reason="mounting a small disk needs root")
def test_full_disk(tmp_path: pathlib.Path) -> None:
    """The same on a real disk: what was kept stays readable while it is full, and storing goes on once there is space."""
    command = ["unshare", "-m", sys.executable, "-c", textwrap.dedent(_SMALL_DISK), str(tmp_path)]
    tests = str(pathlib.Path(__file__).parents[2])
    done = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": tests, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    assert done.stderr == ""
    said, *then = done.stdout.splitlines()
    assert "the disk is full; nothing was lost" in said
    assert then == ["True", "True"]


def test_copied_store(tmp_path: pathlib.Path) -> None:
    """A closed store is one file, which can be copied as it is."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    shutil.copy(filled(tmp_path / "one", 3), tmp_path / "two")
    assert [path.name for path in (tmp_path / "one").iterdir()] == [store.FILE]
    copy = store.open_store(tmp_path / "two")
    assert len(copy.newest([1], 0, 9)) == 3
    copy.close()
