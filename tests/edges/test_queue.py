"""The queue: batches reach whoever works, in one transaction with the claims, and those of a lost program come back."""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
import pytest
import server

from aggregator.edges import queue

pytestmark = pytest.mark.anyio


class Bench:
    """A queue in a database of its own, and what was polled, ticked and lost."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.queue = queue.Queue(url, 1)
        self.queue.prepare()
        self.polled: list[queue.Claims] = []
        self.ticks = 0

    async def poll(self, claims: queue.Claims) -> None:
        """Take note of a batch."""
        self.polled.append(claims)

    async def tick(self) -> None:
        """Take note of a tick."""
        self.ticks += 1

    async def lost(self, claims: queue.Claims) -> None:
        """Nothing is lost here."""

    def put(self, *jobs: queue.Job, keep: bool = True) -> None:
        """Queue jobs in a transaction that is kept, or not."""
        with psycopg.connect(self.url) as connection:
            self.queue.put(connection, jobs)
            if not keep:
                connection.rollback()

    @contextlib.asynccontextmanager
    async def working(self, *, ticking: bool = False):  # type: ignore[no-untyped-def]
        """A program that works meanwhile."""
        work = queue.Work(self.poll, self.lost, self.tick if ticking else None, hosts=4, mixed=2)
        task = asyncio.create_task(self.queue.work(work))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, count: int) -> None:
        """Wait until so many batches were polled."""
        async with asyncio.timeout(20):
            while len(self.polled) < count:
                await asyncio.sleep(0.05)


@pytest.fixture
def bench(postgres: server.Server) -> Bench:
    """A queue of one test."""
    return Bench(postgres.database())


async def test_batches_reach_who_works(bench: Bench) -> None:
    """Each once, with rows and fences as they were put; done jobs are gone."""
    bench.put(queue.Job([(1, 7), (2, 8)], "paper.example"), queue.Job([(3, 9)]))
    assert bench.queue.backlog() == (2, 0)
    async with bench.working():
        await bench.until(2)
    assert sorted(bench.polled) == [[(1, 7), (2, 8)], [(3, 9)]]
    assert bench.queue.backlog() == (0, 0)


async def test_nothing_is_queued_that_is_not_claimed(bench: Bench) -> None:
    """A transaction that is not kept leaves no job."""
    bench.put(queue.Job([(1, 1)]), keep=False)
    assert bench.queue.backlog() == (0, 0)


async def test_another_version_takes_no_jobs(bench: Bench) -> None:
    """What one version queues, a program of another one leaves alone."""
    queue.Queue(bench.url, 2).prepare()
    bench.put(queue.Job([(1, 1)]))
    bench.queue = queue.Queue(bench.url, 2)
    async with bench.working():
        await asyncio.sleep(1)
    assert bench.polled == []
    assert bench.queue.backlog() == (1, 0)


async def test_ticks(bench: Bench) -> None:
    """About every second, for who asked for it."""
    async with bench.working(ticking=True):
        async with asyncio.timeout(20):
            while bench.ticks < 2:
                await asyncio.sleep(0.1)
