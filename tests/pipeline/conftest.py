"""A store to absorb into and to publish from; real edges and a real server to refresh from."""

from __future__ import annotations

import ipaddress
import pathlib
from collections.abc import AsyncIterator, Iterator

import pytest
from loopback import Loopback
from pipeline.desk import Desk
from pipeline.office import Office
from pipeline.reader import AGENT, LIMITS, Reader

from aggregator.edges import fetch, store, workers
from aggregator.pipeline import pages, refresh


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One loop for all of these tests, so that their worker process is started once."""
    return "asyncio"


@pytest.fixture
def kept(tmp_path: pathlib.Path) -> Iterator[store.Store]:
    """An empty store."""
    kept = store.open_store(tmp_path)
    yield kept
    kept.close()


@pytest.fixture
def desk(kept: store.Store) -> Desk:
    """A desk with three sources."""
    return Desk(kept)


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    """A server that says what a test tells it."""
    async with Loopback() as server:
        yield server


@pytest.fixture(scope="module")
async def pool(anyio_backend: str) -> AsyncIterator[workers.Workers]:
    """A worker process."""
    pool = workers.Workers(count=1, seconds=LIMITS.job_seconds, memory=LIMITS.job_memory)
    yield pool
    await pool.aclose()


@pytest.fixture
async def reader(kept: store.Store, pool: workers.Workers, server: Loopback) -> AsyncIterator[Reader]:
    """A reader of the server's /feed."""
    fetcher = fetch.Fetcher(limits=LIMITS, user_agent=AGENT, allow=[ipaddress.ip_network("127.0.0.0/8")])
    yield Reader(refresh.Edges(kept, fetcher, pool, pages.Pages(fetcher, pool, AGENT, lambda _: True), LIMITS), server)
    await fetcher.aclose()


@pytest.fixture
def office(desk: Desk, tmp_path: pathlib.Path) -> Office:
    """An office that publishes what comes in at the desk."""
    return Office(desk, tmp_path / "output")
