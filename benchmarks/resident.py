"""What a poll costs a daemon that is up and running, by what it brings, and as sources grow.

    python -m benchmarks.resident [--sources 1000,10000,100000] [--polled 1000] [--entries 5]

For each number a store of its own knows so many sources; `--polled` of them are polled over loopback, round by round: first seen,
not modified (304), the same bytes, another build date, one new entry. CPU milliseconds of the main process and of the workers for
each poll, published included, and of each stage; then what a tick costs that finds nothing due, and the resident set at the end.
What no stage accounts for is waiting for turns, planning, and passing things on.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import datetime
import multiprocessing
import pathlib
import resource
import tempfile
import time
from email.utils import format_datetime
from multiprocessing.sharedctypes import Synchronized
from typing import Any

import psutil

from aggregator import engine, housekeeping
from aggregator.edges import config_file
from benchmarks import stages

ROUNDS = ("first", "not modified", "same bytes", "touched", "one new")
WORDS = "harbour lantern gravel ferry ledger orchard kettle drizzle anvil meadow pulley saffron tiller walnut quarry ribbon".split()
EPOCH = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def document(source: int, entries: int, generation: int, touched: int) -> bytes:
    """The feed of a source: a few made-up entries, one more for each generation, and a build date."""
    items = []
    for number in reversed(range(entries + generation)):
        places = range(120)
        said = " ".join(f"{WORDS[(source * 7 + number * 3 + n) % len(WORDS)]}{(source + n * number) % 97}" for n in places)
        dated = format_datetime(EPOCH + datetime.timedelta(hours=number))
        link = f"<link>https://s{source}.example/{number}</link><guid>{source}-{number}</guid>"
        items.append(f"<item><title>{said[:40]}</title>{link}<pubDate>{dated}</pubDate><description>{said}</description></item>")
    built = format_datetime(EPOCH + datetime.timedelta(days=touched))
    head = f"<title>Source {source}</title><link>https://s{source}.example/</link><lastBuildDate>{built}</lastBuildDate>"
    return f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


def serve(port: Synchronized[int], mode: Synchronized[int], entries: int) -> None:
    """Answer every GET by the mode: an index of ROUNDS."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        source, now = int(asked.split(" ", 2)[1].strip("/")), mode.value
        tag = f'"{max(0, now - 2)}"' if now > 2 else '"0"'
        if now == 1 and "if-none-match" in asked.lower():
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nConnection: close\r\n\r\n".encode())
        else:
            body = document(source, entries, int(now == 4), int(now >= 3))
            head = f"HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(main())


def _spent() -> tuple[float, float]:
    """CPU seconds of this process, and of its workers so far, living ones included."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children() if "worker" in " ".join(child.cmdline()))
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime + living


async def measured(
    folder: pathlib.Path, sources: int, polled: int, port: int, mode: Synchronized[int], meter: stages.Meter
) -> None:
    """Print the figures for a number of sources."""
    lines = "".join(f"  - {{url: 'http://127.0.0.1:{port}/{number}', interval: 1h}}\n" for number in range(sources))
    head = "settings: {allow_addresses: [127.0.0.0/8], listen: 'off', limits: {per_own_host: 50}}\nsources:\n"
    path = folder / "feeds.yaml"
    path.write_text(head + lines, "utf-8")
    begun = time.process_time()
    loaded = config_file.read(path)
    async with engine.Engine(loaded, engine.Overrides(folder / "data", folder / "output")) as at_work:
        await housekeeping.housekeep(at_work)
        print(f"{sources:9,d} sources: ready after {time.process_time() - begun:.1f} s of CPU", flush=True)
        for number, name in enumerate(ROUNDS):
            mode.value = number
            print(f"  {name:14s} {await _round(at_work, polled, meter)}", flush=True)
        later = engine.now() + datetime.timedelta(hours=1)
        at_work.states = {row: dataclasses.replace(state, due_at=later) for row, state in at_work.states.items()}
        begun = time.process_time()
        for _ in range(10):
            assert not at_work.due(engine.now())
        print(f"  {'idle tick':14s} {(time.process_time() - begun) * 100:7.2f} ms")
    print(f"  {'resident set':14s} {psutil.Process().memory_info().rss / 1e6:7.0f} MB", flush=True)


async def _round(at_work: engine.Engine, polled: int, meter: stages.Meter) -> str:
    meter.read()
    before = _spent()
    states = list(at_work.states.values())[:polled]
    under_way: set[Any] = set(at_work.start(states))
    while under_way:
        _, under_way = await asyncio.wait(under_way, timeout=0.05)
        await at_work.store_brought()
        await at_work.publish()
    main, children = (1000 * (now - then) / polled for now, then in zip(_spent(), before, strict=True))
    parts = ", ".join(f"{stage} {1000 * seconds / polled:.2f}" for stage, seconds in meter.read().items())
    return f"{main:7.2f} ms in the main process, {children:7.2f} ms in workers, a poll: {parts}"


def main() -> None:
    """Print figures for each number of sources."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", default="1000,10000,100000")
    parser.add_argument("--polled", type=int, default=1_000)
    parser.add_argument("--entries", type=int, default=5)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    port, mode = context.Value("i", 0), context.Value("i", 0)
    server = context.Process(target=serve, args=(port, mode, options.entries), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.05)
    meter = stages.Meter()
    for sources in map(int, options.sources.split(",")):
        mode.value = 0
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measured(pathlib.Path(folder), sources, options.polled, port.value, mode, meter))
    server.terminate()


if __name__ == "__main__":
    main()
