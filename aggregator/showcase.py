"""The demo: the newsroom and a daemon that reads it, both on loopback, in a folder of their own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import pathlib
import tempfile

from aggregator import daemon, demo
from aggregator.core import errors


async def show(*, listen: str, port: int, seed: int, speed: float, seconds: float | None, folder: pathlib.Path | None) -> None:
    """Run both until a signal comes, or for so many seconds; without `folder` nothing is left behind."""
    with contextlib.ExitStack() as stack:
        place = folder or pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aggregator-demo-")))
        newsroom = demo.Newsroom(seed=seed, start=datetime.datetime.now(datetime.UTC), speed=speed)
        await _start(newsroom, port)
        try:
            feeds = place / "feeds.yaml"
            _save(feeds, newsroom.feeds_yaml(listen=f'"{listen}"'))
            await _run(daemon.Daemon(daemon.Options(feeds)), newsroom.base, listen, place, seconds)
        finally:
            await newsroom.stop()


async def _start(newsroom: demo.Newsroom, port: int) -> None:
    try:
        await newsroom.start(port)
    except (OSError, OverflowError) as error:
        raise errors.ListenError(f"cannot serve the newsroom on 127.0.0.1:{port}: {error}; choose another --port") from error


def _save(feeds: pathlib.Path, text: str) -> None:
    """Write the demo's feeds.yaml, over an older one of its own, never over somebody's work."""
    try:
        feeds.parent.mkdir(parents=True, exist_ok=True)
        if feeds.exists() and not feeds.read_text("utf-8", "replace").startswith(text.partition("\n")[0]):
            raise errors.PublishError(f"{feeds} is no feeds.yaml of the demo and stays as it is; choose another --folder")
        feeds.write_text(text, "utf-8")
    except OSError as error:
        raise errors.PublishError(f"cannot write {feeds}: {error.strerror}; choose another --folder") from error


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
