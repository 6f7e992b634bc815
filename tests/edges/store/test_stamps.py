"""Stamps in the store: which entries of a source's last document need not be read again."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator.core import dedupe, model, polls
from aggregator.edges import store

HERON, FERRY = entry("heron"), entry("ferry")


def stamp(name: str, came: model.Entry) -> polls.Stamp:
    """The stamp of an entry."""
    return polls.Stamp(name, dedupe.hash_of(came), came.published)


def note(into: store.Store, state: model.SourceState, *stamps: polls.Stamp) -> None:
    """Keep the stamps of a document, as absorbing does."""
    with into.writing() as writing:
        writing.stamp(state.row, stamps)


def test_stamped(kept: store.Store, source: model.SourceState, rival: model.SourceState, opened: Callable[[], store.Store]) -> None:
    """A stamp leads to the entry's published id, its hash and its date, in its own source only, also from the disk."""
    (name,) = keep(kept, source, record(source, HERON))
    note(kept, source, stamp("one", HERON))
    assert opened().stamped(source.row) == {"one": store.Stamped(stamp("one", HERON), name)}
    assert kept.stamped(rival.row) == {}


def test_without_a_date(kept: store.Store, source: model.SourceState) -> None:
    """An entry without a date is known all the same."""
    keep(kept, source, record(source, HERON))
    note(kept, source, polls.Stamp("one", dedupe.hash_of(HERON), None))
    assert [one.stamp.date for one in kept.stamped(source.row).values()] == [None]


def test_only_what_is_stored_as_it_came(kept: store.Store, source: model.SourceState) -> None:
    """What the store does not hold in this version, because it was held back or edited since, has to be read again."""
    keep(kept, source, record(source, HERON))
    note(kept, source, stamp("one", HERON), stamp("two", FERRY))
    assert set(kept.stamped(source.row)) == {"one"}


def test_the_last_document_decides(kept: store.Store, source: model.SourceState, rows: Callable[[str], int]) -> None:
    """Stamps that a document no longer carries are gone; copies in one document are one."""
    keep(kept, source, record(source, HERON), record(source, FERRY))
    note(kept, source, stamp("one", HERON), stamp("two", FERRY))
    note(kept, source, stamp("two", FERRY), stamp("three", HERON), stamp("three", HERON))
    assert set(kept.stamped(source.row)) == {"two", "three"}
    note(kept, source)
    assert rows("stamps") == 0


def test_thousands(kept: store.Store, source: model.SourceState, rows: Callable[[str], int]) -> None:
    """As many as a document may have."""
    note(kept, source, *(stamp(str(number), HERON) for number in range(2_000)))
    note(kept, source, stamp("0", HERON))
    assert rows("stamps") == 1


def test_a_source_that_was_removed(kept: store.Store, source: model.SourceState, rows: Callable[[str], int]) -> None:
    """Its stamps go when its entries do."""
    note(kept, source, stamp("one", HERON))
    kept.enrol([], [], "http://127.0.0.1/", NOW)
    kept.housekeep(NOW + DAY - HOUR, DAY)
    assert rows("stamps") == 1
    kept.housekeep(NOW + DAY + HOUR, datetime.timedelta(days=1))
    assert rows("stamps") == 0
