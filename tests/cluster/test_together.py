"""What users do with a cluster, by its commands: several servers, workers that come and go, `once`, and a look at it all."""

from __future__ import annotations

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from cluster.place import FEED, Place, ended, until
from loopback import Answer, Loopback

pytestmark = pytest.mark.anyio
SOURCES = 12
STOPS = 8.0  # seconds


@contextlib.asynccontextmanager
async def sources(place: Place, slow: float = 0.0):  # type: ignore[no-untyped-def]
    """Sources for a feeds.yaml, each with an entry of its own."""
    async with Loopback() as web:
        web.answers = {f"/{number}": Answer(FEED.format(number).encode(), after=slow) for number in range(SOURCES)}
        place.write([web.url(f"/{number}") for number in range(SOURCES)], interval="2s")
        yield web


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def asked(port: int, etag: str = "") -> tuple[int, bytes, dict[str, str]]:
    """What a server says of an output; status 0 when it does not answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/all.rss.xml", headers={"if-none-match": etag} if etag else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as said:
            return said.status, said.read(), {name.lower(): value for name, value in said.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, b"", dict(error.headers)
    except OSError:
        return 0, b"", {}


def command(place: Place, *given: str) -> subprocess.CompletedProcess[str]:
    """A command of the program."""
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *given, "--config", str(place.config)], capture_output=True, text=True, timeout=60
    )


async def test_servers_say_the_same(place: Place) -> None:
    """Bytes, ETag and time; a reader that comes to another one is told that nothing is new."""
    one, other = free_port(), free_port()
    async with sources(place):
        place.start("run", otherwise=("listen: off", f"listen: 127.0.0.1:{one}"))
        await until(lambda: asked(one)[1].count(b"<item>") == SOURCES)
        place.start("run", otherwise=("listen: off", f"listen: 127.0.0.1:{other}"))
        await until(lambda: asked(other)[1].count(b"<item>") == SOURCES)
        (_, body, said), (_, same_body, same) = asked(one), asked(other)
        assert (body, said["etag"], said["last-modified"]) == (same_body, same["etag"], same["last-modified"])
        assert asked(other, said["etag"])[0] == 304


async def test_a_worker_is_stopped(place: Place) -> None:
    """In the middle of its polls: it ends in good time, and others have at once what it had."""
    async with sources(place, slow=2.0) as web:
        place.start("run")
        await until(lambda: place.output("run0").exists() and place.output("run0").read_text("utf-8").count("<item>") == SOURCES)
        worker = place.start("worker")
        await until(lambda: any(node["kind"] == "worker" and node["polls"] for node in place.status()["nodes"]))  # type: ignore[attr-defined]
        begun = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        code, _ = await ended(worker)
        assert (code, time.monotonic() - begun < STOPS) == (0, True)
        assert [node["kind"] for node in place.status()["nodes"]] == ["run"]  # type: ignore[attr-defined]
        web.asked.clear()
        await until(lambda: len({one.path for one in web.asked}) == SOURCES, 20)


async def test_one_pass(place: Place, tmp_path: pathlib.Path) -> None:
    """`once` polls and publishes by itself; a cluster that runs meanwhile does not mind."""
    async with sources(place):
        done = place.start("once")
        code, said = await ended(done)
        assert code == 0, said
        place.start("run")
        await until(lambda: place.output("run1").exists() and place.output("run1").read_text("utf-8").count("<item>") == SOURCES)
        code, said = await ended(place.start("once"))
        assert code == 0, said


async def test_a_look_at_it(place: Place) -> None:
    """Who is there and what waits, in words and as JSON; and that nobody hands out."""
    async with sources(place):
        running = place.start("run")
        await until(lambda: any(node["polls"] for node in place.status().get("nodes", ())))  # type: ignore[attr-defined]
        place.start("worker")
        await until(lambda: len(place.status()["nodes"]) == 2)  # type: ignore[arg-type]
        said = command(place, "cluster", "status")
        assert said.returncode == 0, said.stderr
        assert [line.split()[1:2] for line in said.stdout.splitlines()[1:3]] == [["run"], ["worker"]]
        assert f"of {SOURCES} due and waiting" in said.stdout
        assert "nobody hands out" not in said.stdout
        running.send_signal(signal.SIGTERM)
        await ended(running)
        assert "nobody hands out" in command(place, "cluster", "status").stdout
