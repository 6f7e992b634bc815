"""What housekeeping lets go of, and what it never does. That of age is tested where entries are."""

from __future__ import annotations

import contextlib
import datetime
import os
import pathlib
import sqlite3

import pytest
from stories import NOW, entry, keep, record

from aggregator.core import model
from aggregator.edges import store

DAY = datetime.timedelta(days=1)
KEEP = 180 * DAY


def noise(number: int) -> str:
    """A text that does not pack well."""
    return f"{number} " + os.urandom(2_000).hex()


def fill(kept: store.Store, source: model.SourceState, count: int, now: datetime.datetime = NOW, start: int = 0) -> list[str]:
    """So many entries, which stay in their source."""
    records = [record(source, entry(f"n{number}", content=noise(number))) for number in range(start, start + count)]
    ids = keep(kept, source, *records, now=now)
    return list(ids)


def leave(kept: store.Store, source: model.SourceState, stay: list[str], now: datetime.datetime) -> None:
    """A document that carries only these."""
    with kept.writing() as writing:
        writing.present(source.row, frozenset(stay), now)


@pytest.mark.parametrize("engine", [store.SQLITE])  # the space of a server is its own
def test_the_first_to_leave_go(kept: store.Store, source: model.SourceState) -> None:
    """Until the store is as small as it should be; later ones stay."""
    ids = fill(kept, source, 1_600)
    leave(kept, source, ids[800:], NOW + DAY)
    leave(kept, source, ids[1_200:], NOW + 2 * DAY)
    size = kept._db.size()
    gone = kept.housekeep(NOW + 3 * DAY, KEEP, most=size * 3 // 4)
    left = {stored.entry.id for stored in kept.newest([source.row], 0, 2_000)}
    assert 0 < gone < 1_200
    assert left == set(ids[1_600 - len(left) :])
    assert kept._db.size() <= size * 3 // 4


def test_what_a_document_carries_stays(kept: store.Store, source: model.SourceState) -> None:
    """However small the store should be; what went is remembered, and not taken for new."""
    ids = fill(kept, source, 20)
    leave(kept, source, ids[15:], NOW + DAY)
    assert kept.housekeep(NOW + 2 * DAY, KEEP, most=1) == 15
    assert kept.housekeep(NOW + 2 * DAY, KEEP, most=1) == 0
    assert {stored.entry.id for stored in kept.newest([source.row], 0, 99)} == set(ids[15:])
    assert kept.explained(ids) == set(ids)
    kept.housekeep(NOW + store.REMEMBER, KEEP, most=1)
    assert kept.explained(ids) == set(ids)


def test_entries_of_removed_sources_go_first(kept: store.Store, source: model.SourceState) -> None:
    """They left when their source did."""
    ids = fill(kept, source, 10)
    kept.enrol([store.Enrolment("https://other.example/feed", None)], [], "", NOW + DAY)
    assert kept.housekeep(NOW + 2 * DAY, KEEP, most=1) == len(ids)


def test_without_a_bound(kept: store.Store, source: model.SourceState) -> None:
    """Only age counts."""
    ids = fill(kept, source, 10)
    leave(kept, source, [], NOW)
    assert kept.housekeep(NOW + KEEP - DAY, KEEP) == 0
    assert kept.housekeep(NOW + KEEP + DAY, KEEP) == len(ids)


def test_space_is_given_back(tmp_path: pathlib.Path) -> None:
    """The file becomes smaller, step by step, when entries are gone."""
    with contextlib.closing(store.open_store(tmp_path)) as kept:
        kept.enrol([store.Enrolment("https://paper.example/feed", None)], [], "", NOW)
        (source,) = kept.sources()
        fill(kept, source, 1_000)
        leave(kept, source, [], NOW)
        with contextlib.closing(sqlite3.connect(tmp_path / store.FILE)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = (tmp_path / store.FILE).stat().st_size
        kept.housekeep(NOW + 2 * KEEP, KEEP)
    assert (tmp_path / store.FILE).stat().st_size < before / 2
