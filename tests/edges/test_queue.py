"""The queue: batches reach whoever works, in one transaction with the claims, and those of a lost program come back."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator

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
        self.gone: list[queue.Claims] = []
        self.ticks = 0

    async def poll(self, claims: queue.Claims) -> None:
        """Take note of a batch."""
        self.polled.append(claims)

    async def tick(self) -> None:
        """Take note of a tick."""
        self.ticks += 1

    async def lost(self, claims: queue.Claims) -> None:
        """Take note of what a program that is gone had."""
        self.gone.append(claims)

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


_STUCK = """
import asyncio, sys
from aggregator.edges import queue
queue.HEARTBEAT = 0.3

async def stuck(*_):
    print("taken", flush=True)
    await asyncio.sleep(600)

work = queue.Work(stuck, stuck, stuck if sys.argv[2] == "ticking" else None, hosts=1, mixed=1)
asyncio.run(queue.Queue(sys.argv[1], 1).work(work))
"""


@contextlib.contextmanager
def stuck(bench: Bench, what: str) -> Iterator[subprocess.Popen[str]]:
    """A program that has taken one thing and does not come to an end with it."""
    command = [sys.executable, "-c", _STUCK, bench.url, what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "taken\n"
        try:
            yield program
        finally:
            program.kill()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs are missed soon."""
    monkeypatch.setattr(queue, "HEARTBEAT", 0.3)
    monkeypatch.setattr(queue, "LOST", 1.5)


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


@pytest.mark.usefixtures("impatient")
async def test_a_program_is_killed_in_the_middle(bench: Bench) -> None:
    """Its batch is told of once, and thrown away; until then nobody else is sent to that host."""
    bench.put(queue.Job([(1, 1)], "paper.example"))
    with stuck(bench, "quiet") as program:
        bench.put(queue.Job([(2, 1)], "paper.example"), queue.Job([(3, 1)], "rival.example"))
        async with bench.working():
            await bench.until(1)
            await asyncio.sleep(3)
            assert (bench.polled, bench.gone) == ([[(3, 1)]], []), "slow is not gone"
            program.kill()
            await bench.until(2)
            assert (bench.polled, bench.gone) == ([[(3, 1)], [(2, 1)]], [[(1, 1)]])
    assert bench.queue.backlog() == (0, 0)


@pytest.mark.usefixtures("impatient")
async def test_a_program_is_killed_in_a_tick(bench: Bench) -> None:
    """The next tick waits already then; the lost one does not collide with it, and ticks go on."""
    with stuck(bench, "ticking") as program:
        async with bench.working(ticking=True):
            await asyncio.sleep(2)
            assert bench.ticks == 0, "two ticks at once hand out one host twice"
            program.kill()
            async with asyncio.timeout(20):
                while bench.ticks < 3:
                    await asyncio.sleep(0.1)
    assert bench.gone == []
