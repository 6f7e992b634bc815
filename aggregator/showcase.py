"""The demo: the newsroom and a daemon that reads it, both on loopback, in a folder of their own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import pathlib
import tempfile

from aggregator import daemon, demo


async def show(*, listen: str, port: int, seed: int, speed: float, seconds: float | None, folder: pathlib.Path | None) -> None:
    """Run both until a signal comes, or for so many seconds; without `folder` nothing is left behind."""
    with contextlib.ExitStack() as stack:
        place = folder or pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aggregator-demo-")))
        place.mkdir(parents=True, exist_ok=True)
        newsroom = demo.Newsroom(seed=seed, start=datetime.datetime.now(datetime.UTC), speed=speed)
        await newsroom.start(port)
        try:
            feeds = place / "feeds.yaml"
            feeds.write_text(newsroom.feeds_yaml(listen=f'"{listen}"'), "utf-8")
            await _run(daemon.Daemon(daemon.Options(feeds)), newsroom.base, listen, place, seconds)
        finally:
            await newsroom.stop()


async def _run(running: daemon.Daemon, newsroom: str, listen: str, place: pathlib.Path, seconds: float | None) -> None:
    work = asyncio.create_task(running.run())
    ready = asyncio.create_task(running.ready.wait())
    await asyncio.wait({work, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if running.ready.is_set():
        print(_where(newsroom, listen, place), flush=True)
    if seconds is not None:
        await asyncio.wait({work}, timeout=seconds)
        running.stop()
    await work
    print("The demo has ended.", flush=True)


def _where(newsroom: str, listen: str, place: pathlib.Path) -> str:
    served = [f"  the outputs      http://{listen}/", f"  a merged feed    http://{listen}/all.atom.xml"]
    lines = [
        "The newsroom publishes, the aggregator reads it; watch for a minute or two.",
        "",
        f"  the sources      {newsroom}/",
        *(served if listen != "off" else ()),
        f"  the files        {place / 'output'}",
        f"  feeds.yaml       {place / 'feeds.yaml'}  (edit it, the daemon follows)",
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)
