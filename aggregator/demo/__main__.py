"""The newsroom alone: python -m aggregator.demo --port 8090."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import signal
import sys

from aggregator import demo


def main() -> int:
    """Run until SIGINT or SIGTERM; 1 when the port is taken, 2 for wrong flags."""
    parser = argparse.ArgumentParser(prog="python -m aggregator.demo", description="A local newsroom of made-up sources.")
    parser.add_argument("--port", type=int, default=8090, help="of 127.0.0.1; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another order of events")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times as fast the script runs")
    given = parser.parse_args()
    if not 0 <= given.port <= 65_535 or given.speed <= 0:
        parser.error("--port is 0 to 65535, --speed more than 0")
    return asyncio.run(_serve(given.port, given.seed, given.speed))


async def _serve(port: int, seed: int, speed: float) -> int:
    newsroom = demo.Newsroom(seed=seed, start=datetime.datetime.now(datetime.UTC), speed=speed)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await newsroom.start(port)
    except OSError as error:
        print(f"The newsroom cannot listen on port {port}: {error.strerror}. Choose another with --port.", file=sys.stderr)
        return 1
    print(f"The newsroom is at {newsroom.base}/ (Ctrl-C ends it). Its feeds:")
    for source in newsroom.sources:
        print(f"  {newsroom.url(source)}  {source.name}")
    sys.stdout.flush()
    await ended.wait()
    await newsroom.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
