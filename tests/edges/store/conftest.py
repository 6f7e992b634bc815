"""The stores that the contract is for; another backend is a line in BACKENDS."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest
from stories import NOW

from aggregator.core import model
from aggregator.edges import store
from aggregator.edges.store import postgres, sqlite

BACKENDS = ("sqlite", "postgresql")
URL = "https://paper.example/feed"


@pytest.fixture(params=BACKENDS)
def engine(request: pytest.FixtureRequest) -> str:
    """What the setting `store` says: each test runs on every backend."""
    return "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").database()


@pytest.fixture
def opened(engine: str, tmp_path: pathlib.Path) -> Iterator[Callable[[], store.Store]]:
    """Opens the same store, as often as it is called."""
    stores: list[store.Store] = []

    def _open() -> store.Store:
        stores.append(store.open_store(tmp_path, engine))
        return stores[-1]

    yield _open
    for one in stores:
        one.close()


@pytest.fixture
def kept(opened: Callable[[], store.Store]) -> store.Store:
    """An empty store."""
    return opened()


@pytest.fixture
def source(kept: store.Store) -> model.SourceState:
    """The one source of a store."""
    kept.enrol([store.Enrolment(URL, None)], [], "http://127.0.0.1/", NOW)
    (state,) = kept.sources()
    return state


@pytest.fixture
def rival(kept: store.Store, source: model.SourceState) -> model.SourceState:
    """A second source beside the first."""
    named = [store.Enrolment(url, None) for url in (source.url, "https://rival.example/feed")]
    kept.enrol(named, [], "http://127.0.0.1/", NOW)
    return kept.sources()[1]


@pytest.fixture
def rows(kept: store.Store, engine: str, tmp_path: pathlib.Path) -> Callable[[str], int]:
    """Counts the rows of a table, be they of use or left behind."""

    def _rows(table: str) -> int:
        path = tmp_path / store.FILE
        reader = sqlite.Sqlite(path, read_only=True) if engine == store.SQLITE else postgres.Postgres(engine, read_only=True)
        try:
            return int(reader.read(f"SELECT count(*) FROM {table}")[0][0])
        finally:
            reader.close()

    return _rows
