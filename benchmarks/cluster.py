"""How polls grow with programs, and what the queue costs: python -m benchmarks.cluster [--seconds 20] [--sources 3000]

A server of its own answers each poll after 0.4 seconds that nothing has changed; PostgreSQL, from Debian's packages, lies in a
temporary directory. In one run: the same sources with one, two and four programs (one `run` and the rest `worker`), each of which
asks at most 40 sources at once; then the CPU of the programs per poll beside that of the same polls on one machine with SQLite.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import psutil
import psycopg

from aggregator.core.schedule import batches as handed
from aggregator.edges import queue

ROOT = pathlib.Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
import server  # noqa: E402

SLOW = 0.4  # seconds that a source takes to answer
AT_ONCE = 40


def main() -> None:
    """Print the figures as a table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--sources", type=int, default=3_000)
    asked.add_argument("--programs", type=int, nargs="*", default=[1, 2, 4])
    given = asked.parse_args()
    with answering() as port, server.started("shared_preload_libraries=pg_stat_statements") as postgres:
        ideal = AT_ONCE / SLOW
        first = 0.0
        print(
            f"{'programs':>10}{'polls/s':>10}{'of one':>8}{'ideal':>8}{'CPU ms/poll':>13}{'queries':>9}{'transactions':>14} a poll"
        )
        for programs in given.programs:
            rate, cpu, asked_for = measured(postgres.database(), port, programs, given.sources, given.seconds)
            first = first or rate
            print(
                f"{programs:>10}{rate:>10.0f}{rate / first:>7.2f}x{programs * ideal:>8.0f}{cpu * 1e3:>13.2f}"
                f"{asked_for[0]:>9.2f}{asked_for[1]:>14.2f}"
            )
        rate, cpu, _ = measured("sqlite", port, 1, given.sources, given.seconds)
        print(f"{'sqlite':>10}{rate:>10.0f}{rate / first:>7.2f}x{ideal:>8.0f}{cpu * 1e3:>13.2f}")
        print(f"the queue alone: {asyncio.run(queued(postgres.database())) * 1e3:.3f} ms of CPU per poll")


async def queued(url: str, batches: int = 200) -> float:
    """CPU seconds of the queue per poll, in full batches whose polls do nothing."""
    rows, left, done = handed.MOST, batches, asyncio.Event()

    async def poll(_: queue.Claims) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    async def lost(_: queue.Claims) -> None:
        raise AssertionError("nobody is lost here")

    of = queue.Queue(url, 1)
    of.prepare()
    begun = time.process_time()
    with psycopg.connect(url) as connection:
        of.put(connection, [queue.Job([(place * rows + row, 1) for row in range(rows)]) for place in range(batches)])
    working = asyncio.create_task(of.work(queue.Work(poll, lost, None, hosts=AT_ONCE, mixed=3)))
    await done.wait()
    used_up = time.process_time() - begun
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return used_up / (batches * rows)


def measured(store: str, port: int, programs: int, sources: int, seconds: float) -> tuple[float, float, tuple[float, ...]]:
    """Polls a second, CPU seconds of our programs per poll, and queries and transactions of the database, once all is known."""
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        listed = "".join(f"  - http://127.0.0.1:{port}/{number}\n" for number in range(sources))
        (home / "feeds.yaml").write_text(
            f"settings:\n  store: {store}\n  allow_addresses: [127.0.0.0/8]\n  listen: off\n  interval: 1s\n"
            f"  limits: {{concurrency: {AT_ONCE}, per_own_host: {AT_ONCE}}}\nsources:\n{listed}"
        )
        with contextlib.ExitStack() as stack:
            running = [stack.enter_context(program(home, "run"))]
            wait_for(home, store, sources)
            running += [stack.enter_context(program(home, "worker")) for _ in range(programs - 1)]
            time.sleep(8)
            before, cpu, asked = polls(port), used(running), statements(store)
            time.sleep(seconds)
            done = polls(port) - before
            new = tuple((after - earlier) / done for after, earlier in zip(statements(store), asked, strict=True))
            return done / seconds, (used(running) - cpu) / done, new


@contextlib.contextmanager
def program(home: pathlib.Path, command: str) -> Iterator[psutil.Process]:
    """One of our programs while it runs."""
    aggregator = pathlib.Path(sys.executable).with_name("aggregator")
    started = subprocess.Popen([aggregator, command, "--level", "error"], cwd=home)
    try:
        yield psutil.Process(started.pid)
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait()


def wait_for(home: pathlib.Path, store: str, sources: int) -> None:
    """Wait until each source was polled once."""
    aggregator = pathlib.Path(sys.executable).with_name("aggregator")
    while True:
        time.sleep(3)
        said = subprocess.run([aggregator, "status", "--json"], cwd=home, capture_output=True, text=True)
        if said.returncode == 0 and sum(one["state"] != "new" for one in json.loads(said.stdout)["sources"]) >= sources:
            return


def used(running: Sequence[psutil.Process]) -> float:
    """CPU seconds of programs and their children."""
    every = [one for each in running for one in (each, *each.children(recursive=True))]
    return sum(sum(one.cpu_times()[:2]) for one in every)


def statements(store: str) -> tuple[float, ...]:
    """How many queries and transactions a database has seen, those of the queue included; none for SQLite."""
    if store == "sqlite":
        return (0.0, 0.0)
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    with psycopg.connect(store) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        row = connection.execute(
            f"SELECT sum(calls), (SELECT xact_commit FROM pg_stat_database WHERE datid = {here}) "
            f"FROM pg_stat_statements WHERE dbid = {here} AND toplevel"
        ).fetchone()
    return tuple(float(each) for each in row) if row else (0.0, 0.0)


@contextlib.contextmanager
def answering() -> Iterator[int]:
    """The port of a server of sources, in a process of its own; `/polls` tells how many it has answered."""
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.cluster_sources"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline())
    finally:
        child.kill()


def polls(port: int) -> int:
    """How many polls the sources have answered."""

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /polls HTTP/1.1\r\nhost: x\r\n\r\n")
        said = await reader.readuntil(b"\n\n")
        writer.close()
        return int(said.strip().rpartition(b"\n")[2])

    return asyncio.run(ask())


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
