"""A store of every schema there ever was is brought up to date, and keeps what is in it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import pathlib
import sqlite3

import pytest
from stories import NOW, entry, keep, record

from aggregator.edges import store
from aggregator.edges.store import migrate

SCRIPTS = migrate.scripts()
KNOWN = pathlib.Path(__file__).parents[2] / "cases" / "migrations.json"
TABLES = ("sources", "outputs", "entries", "aliases")
NAMES = ("heron", "ferry", "kettle")


def filled(folder: pathlib.Path) -> dict[str, str]:
    """A store of today with some entries; their ids by title."""
    with contextlib.closing(store.open_store(folder)) as kept:
        kept.enrol([store.Enrolment("https://paper.example/feed", "Paper")], [("all", "All")], "http://127.0.0.1/", NOW)
        (source,) = kept.sources()
        keep(kept, source, *(record(source, entry(name)) for name in NAMES))
        return {stored.entry.title: stored.entry.id for stored in kept.newest([source.row], 0, 9)}


def made(folder: pathlib.Path, schema: int, today: pathlib.Path) -> None:
    """A store of a former schema with what today's holds, as far as it had a place for that."""
    with (
        contextlib.closing(sqlite3.connect(folder / store.FILE)) as former,
        contextlib.closing(sqlite3.connect(today / store.FILE)) as latter,
    ):
        for step in range(1, schema + 1):
            former.executescript(SCRIPTS[step])
        former.execute(f"PRAGMA user_version = {schema}")
        for table in TABLES:
            there = {row[1] for row in latter.execute(f"PRAGMA table_info({table})")}
            here = former.execute(f"PRAGMA table_info({table})").fetchall()
            wanted = {row[1]: row[1] if row[1] in there else "''" for row in here if row[1] in there or row[3]}  # [3]: NOT NULL
            rows = latter.execute(f"SELECT {', '.join(wanted.values())} FROM {table}").fetchall()
            marks = ", ".join("?" * len(wanted))
            former.executemany(f"INSERT INTO {table} ({', '.join(wanted)}) VALUES ({marks})", rows)
        former.commit()


@pytest.mark.parametrize("schema", sorted(SCRIPTS))
def test_every_schema(tmp_path: pathlib.Path, schema: int) -> None:
    """Entries keep their ids and are known again; an older store is copied before anything is changed."""
    today, former = tmp_path / "today", tmp_path / "former"
    today.mkdir()
    former.mkdir()
    ids = filled(today)
    made(former, schema, today)
    with contextlib.closing(store.open_store(former)) as kept:
        (source,) = kept.sources()
        assert (source.url, source.name) == ("https://paper.example/feed", "Paper")
        assert {stored.entry.title: stored.entry.id for stored in kept.newest([source.row], 0, 9)} == ids
        hashes = [record(source, entry(name)).identified.hash for name in NAMES]
        assert set(kept.seen(source.row, hashes).values()) == set(ids.values())
        assert keep(kept, source, record(source, entry("anvil")))
    older = schema < max(SCRIPTS)
    assert [path.name for path in former.glob("backups/*")] == ([f"before-schema-{max(SCRIPTS)}.sqlite"] if older else [])


def test_steps_are_never_changed() -> None:
    """Stores out there have run them as they were: what is to be changed is a step more."""
    known = json.loads(KNOWN.read_text("utf-8"))
    assert {str(step): hashlib.sha256(script.encode()).hexdigest() for step, script in SCRIPTS.items()} == known
