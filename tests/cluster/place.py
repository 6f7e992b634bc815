"""A cluster of real programs on loopback: a database, sources that tell what they were asked, and a folder for each program.

The programs are those of the commands, but that they miss each other in seconds: what takes a minute is proportionate. With
FAULTS=all they are as they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable

_PROGRAM = """
import datetime, os, sys
from aggregator import cli, clock
from aggregator.cluster import member
from aggregator.edges import queue
if os.environ.get("FAULTS") != "all":
    queue.LOST, queue.HEARTBEAT, queue._GRACE = 4.0, 1.0, 2.0
    member.BEAT, member.AGAIN, member.LEASE = 1.0, 0.5, datetime.timedelta(seconds=6)
member.PATIENCE = float(os.environ.get("PATIENCE", "120"))
skew = datetime.timedelta(seconds=float(os.environ.get("SKEW", "0")))
real = clock.Clock.now
clock.Clock.now = lambda self: real(self) + skew
cli.main()
"""


FEED = (
    "<rss version='2.0'><channel><title>Source {0}</title><link>http://127.0.0.1/</link><description>d</description>"
    "<item><title>Entry {0}</title><link>http://127.0.0.1/{0}/1</link><guid>urn:{0}</guid>"
    "<description>Words of {0} alone.</description></item></channel></rss>"
)


class Place:
    """Where the programs of a test live."""

    def __init__(self, folder: pathlib.Path, store: str) -> None:
        self.store = store
        self._folder = folder
        self._running: list[subprocess.Popen[str]] = []

    def write(self, urls: list[str], interval: str = "1s", more: str = "") -> None:
        """The feeds.yaml of all."""
        listed = "".join(f"  - {url}\n" for url in urls)
        self.config = self._folder / "feeds.yaml"
        self.config.write_text(
            f"settings:\n  store: {self.store}\n  allow_addresses: [127.0.0.0/8]\n  listen: off\n  interval: {interval}\n{more}"
            f"sources:\n{listed}"
        )

    def start(
        self, command: str, name: str = "", otherwise: tuple[str, str] = ("", ""), **environment: str
    ) -> subprocess.Popen[str]:
        """A program, which has a folder of its own, and a feeds.yaml in which one thing may be otherwise than in that of all."""
        folder = self._folder / (name or f"{command}{len(self._running)}")
        folder.mkdir(exist_ok=True)
        config = self.config
        if otherwise[0]:
            config = folder / "feeds.yaml"
            config.write_text(self.config.read_text("utf-8").replace(*otherwise), "utf-8")
        given = ["--config", str(config), "--data", str(folder / "data")]
        given += ["--output", str(folder / "output")] if command != "worker" else []
        started = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, command, *given, "--level", "warning"],
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", "FAULTS": os.environ.get("FAULTS", ""), **environment},
        )
        self._running.append(started)
        return started

    def status(self) -> dict[str, object]:
        """What `cluster status` says."""
        said = subprocess.run(
            [sys.executable, "-m", "aggregator", "cluster", "status", "--json", "--config", str(self.config)],
            capture_output=True,
            text=True,
        )
        return dict(json.loads(said.stdout)) if said.returncode == 0 else {}

    def output(self, program: str, name: str = "all.rss.xml") -> pathlib.Path:
        """A published file of a program."""
        return self._folder / program / "output" / name

    def close(self) -> None:
        """End all programs."""
        for one in self._running:
            with contextlib.suppress(ProcessLookupError):
                one.send_signal(signal.SIGKILL)
            one.wait()
            if one.stderr:
                one.stderr.close()


async def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.2)


async def ended(program: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str]:
    """The exit code of a program that ends by itself, and what it said."""
    _, said = await asyncio.to_thread(program.communicate, None, seconds)
    return program.returncode, said
