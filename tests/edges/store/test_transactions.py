"""Transactions: whole or not at all, one at a time, and invisible until they are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from stories import NOW, entry, record

from aggregator.core import errors, model
from aggregator.edges import store


class Stop(Exception):
    """What a block may raise."""


def titles(into: store.Store, source: model.SourceState) -> list[str]:
    """The titles of the source's entries."""
    return [stored.entry.title for stored in into.newest([source.row], 0, 1_000)]


def write(writing: store.Writing, source: model.SourceState, name: str) -> None:
    """Insert an entry and what it is known by."""
    kind = record(source, entry(name))
    writing.insert([kind])
    writing.remember(source.row, {key: kind.identified.id for key in kind.identified.keys}, NOW)


@pytest.mark.parametrize("raised", [Stop, KeyboardInterrupt, errors.StoreError])
def test_nothing_is_kept_of_a_block_that_raises(kept: store.Store, source: model.SourceState, raised: type[BaseException]) -> None:
    """Whatever is raised comes through, and nothing that was written before it stays; the store goes on."""
    kind = record(source, entry("heron"))

    def broken() -> None:
        with kept.writing() as writing:
            write(writing, source, "heron")
            writing.save([source])
            writing.tell([store.Event(NOW, "dead", "paper", "dead", "dead")])
            raise raised

    with pytest.raises(raised):
        broken()
    assert titles(kept, source) == []
    assert kept.events(9) == []
    assert kept.seen(source.row, [kind.identified.hash]) == {}
    with kept.writing() as writing:
        write(writing, source, "heron")
    assert titles(kept, source) == ["The heron"]


def test_failed_statement(kept: store.Store, source: model.SourceState) -> None:
    """An id that is there already is refused, and takes the whole transaction with it."""
    with kept.writing() as writing:
        write(writing, source, "heron")

    def twice() -> None:
        with kept.writing() as writing:
            write(writing, source, "ferry")
            write(writing, source, "heron")

    with pytest.raises(errors.StoreError, match=r"(?i)unique"):
        twice()
    assert titles(kept, source) == ["The heron"]


def test_entries_need_their_source(kept: store.Store, source: model.SourceState) -> None:
    """No entry is stored of a source that there is not."""
    stranger = model.SourceState(source.row + 1, "https://no.example/", "https://no.example/")
    with pytest.raises(errors.StoreError), kept.writing() as writing:
        write(writing, stranger, "heron")


def test_readers_see_what_is_kept(kept: store.Store, source: model.SourceState, opened: Callable[[], store.Store]) -> None:
    """While a transaction goes on, the same store and another see what was before it, and all of it afterwards."""
    other = opened()
    with kept.writing() as writing:
        write(writing, source, "heron")
        assert titles(kept, source) == titles(other, source) == []
        write(writing, source, "ferry")
        assert titles(kept, source) == titles(other, source) == []
    assert len(titles(kept, source)) == len(titles(other, source)) == 2


def test_many_threads(kept: store.Store, source: model.SourceState) -> None:
    """Threads write and read as they like: every transaction is there in the end, and none was ever seen in part."""
    seen, failed = [], []

    def work(name: str) -> None:
        try:
            for number in range(10):
                with kept.writing() as writing:
                    write(writing, source, f"{name}{number}a")
                    write(writing, source, f"{name}{number}b")
                seen.append(len(titles(kept, source)))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("heron", "ferry", "kettle", "anvil")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(titles(kept, source)) == 80
    assert all(count % 2 == 0 for count in seen)


def test_writers_wait_for_each_other(kept: store.Store, source: model.SourceState) -> None:
    """A second writer waits until the first is done, and reads what that wrote."""
    begun, found = threading.Event(), []

    def second() -> None:
        begun.set()
        with kept.writing() as writing:
            found.append(len(writing.known(source.row, record(source, entry("heron")).identified.keys)) > 0)

    with kept.writing() as writing:
        thread = threading.Thread(target=second)
        thread.start()
        assert begun.wait(10)
        write(writing, source, "heron")
        assert found == []
    thread.join(10)
    assert found == [True]
