"""What a cluster of many sources takes: python -m benchmarks.cluster_scale [--sources 10000,100000] [--entries 10000] [--words 300]

For each number a feeds.yaml and a database of its own, of PostgreSQL in a temporary directory. What a `run` takes to read and to
begin (CPU seconds of the program, and its memory); the time to publish one output of a thousand sources, and the rest of the
first time, for its tick with nothing due, and to hand out a thousand sources; and the bytes of the database for each source. Then
made-up entries come in polls of ten: how many a second one program stores, bytes of the database and of its log (WAL) for each,
and for each poll that brings nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import psutil
import psycopg

from aggregator import engine
from aggregator.cluster import following, handing
from aggregator.core import model, polls
from aggregator.edges import config_file, queue, store
from aggregator.pipeline import absorb
from benchmarks.store import entries, recent

ROOT = pathlib.Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
import server  # noqa: E402

HANDED = 1_000  # sources
SHOWN = 1_000  # sources in the one output
IDLE = 20  # ticks
LATER = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
Result = TypeVar("Result")


def main() -> None:
    """Print a line for each number, and one for the entries."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sources", default="10000,100000")
    asked.add_argument("--entries", type=int, default=10_000)
    asked.add_argument("--words", type=int, default=300)
    given = asked.parse_args()
    with server.started() as postgres:
        for sources in given.sources.split(","):
            with tempfile.TemporaryDirectory() as folder:
                print(asyncio.run(many(pathlib.Path(folder), postgres.database(), int(sources))), flush=True)
        print(grown(postgres.database(), given.entries, given.words), flush=True)


async def many(folder: pathlib.Path, url: str, sources: int) -> str:
    """A line of what so many sources take."""
    listed = "".join(f"  - https://site{number}.example/feed.xml\n" for number in range(SHOWN, sources))
    listed += "".join(f"  - {{url: https://site{number}.example/feed.xml, categories: [shown]}}\n" for number in range(SHOWN))
    outputs = "outputs:\n  - {name: shown, categories: [shown]}\n"
    (folder / "feeds.yaml").write_text(f"settings:\n  store: {url}\n  listen: off\n{outputs}sources:\n{listed}")
    before, empty = memory(), size(url)
    read_in, loaded = taken(lambda: config_file.read(folder / "feeds.yaml"))
    begun = time.process_time()
    async with engine.Engine(loaded) as of:
        started = time.process_time() - begun
        to = queue.Queue(url, store.schema())
        to.prepare()
        shown = following.Following(of)
        begun = time.perf_counter()
        await shown.tick()
        published = time.perf_counter() - begun
        held, each = memory() - before, (size(url) - empty) / sources
        await asyncio.to_thread(asleep, url, sources)
        begun = time.perf_counter()
        for _ in range(IDLE):
            await asyncio.to_thread(handing.hand_out, of, to)
            await shown.tick()
        idle = (time.perf_counter() - begun) / IDLE
        await asyncio.to_thread(asleep, url, sources - HANDED)
        begun = time.perf_counter()
        handed = await asyncio.to_thread(handing.hand_out, of, to)
        out = time.perf_counter() - begun
    return (
        f"{sources:9,d} sources: feeds.yaml {read_in:.1f} s, start {started:.1f} s, {held / sources:,.0f} bytes of memory each; "
        f"an output of {SHOWN} published in {published:.2f} s; "
        f"idle tick {idle * 1e3:.1f} ms, {handed} handed out in {out * 1e3:.0f} ms; database {each:,.0f} bytes each"
    )


def asleep(url: str, count: int) -> None:
    """Have so many sources be due tomorrow, and the rest now."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE aggregator.sources SET polled_at = NULL, claimed_until = NULL, "
            "due_at = extract(epoch FROM clock_timestamp()) + CASE WHEN id <= %s THEN 86400 ELSE -60 END",
            (count,),
        )
    with psycopg.connect(url, autocommit=True) as connection:  # as autovacuum does in its time
        connection.execute("VACUUM ANALYZE aggregator.sources")


def grown(url: str, count: int, words: int) -> str:
    """A line of what entries, and polls without any, take of the database."""
    into = store.open_store(pathlib.Path(), url)
    into.enrol([store.Enrolment(f"https://s{number}.example/feed", None) for number in range(max(1, count // 100))], [], "", NOW)
    states = into.sources()
    empty, logged = size(url), wal(url)
    brought = list(entries(count, words, 1))
    begun = time.perf_counter()
    for _ in recent(into, states, iter(brought), 10):
        pass
    rate = count / (time.perf_counter() - begun)
    each, each_logged = (size(url) - empty) / count, (wal(url) - logged) / count
    full, logged, quiet = size(url), wal(url), 0
    for now in (NOW + LATER, NOW + 2 * LATER, NOW + 3 * LATER):
        for part in parts(into.sources(), 25):
            absorb.absorb(into, [unchanged(state, now) for state in part], now)
            quiet += len(part)
    into.close()
    return (
        f"{count:9,d} entries of {words} words: {rate:,.0f} a second; each {each:,.0f} bytes, and {each_logged:,.0f} of the log; "
        f"a poll that brings nothing: {(size(url) - full) / quiet:,.0f} and {(wal(url) - logged) / quiet:,.0f} bytes"
    )


def unchanged(state: model.SourceState, now: datetime.datetime) -> absorb.Poll:
    """A poll that brings nothing."""
    outcome = polls.NotModified(model.Response(state.url, 304))
    return absorb.Poll(state, polls.settle(state, outcome, polls.Pace(), now, 0.5), outcome)


def parts(states: list[model.SourceState], count: int) -> Iterator[list[model.SourceState]]:
    """So many at a time."""
    for start in range(0, len(states), count):
        yield states[start : start + count]


def taken(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of something, and what it returns."""
    begun = time.process_time()
    done = work()
    return time.process_time() - begun, done


def memory() -> int:
    """Bytes of this program."""
    return int(psutil.Process().memory_info().rss)


def size(url: str) -> int:
    """Bytes of a database."""
    return asked_for(url, "SELECT pg_database_size(current_database())")


def wal(url: str) -> int:
    """Bytes that the server has logged so far."""
    return asked_for(url, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")


def asked_for(url: str, sql: str) -> int:
    """One number."""
    with psycopg.connect(url) as connection:
        row = connection.execute(sql).fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
