"""The daemon: starts, follows feeds.yaml, survives what may happen around it, and stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from gate import Gate
from loopback import Answer, Loopback
from test_engine import busy
from test_lists import opml
from waiting import until

from aggregator import daemon, engine
from aggregator.core import errors
from aggregator.edges import store

pytestmark = pytest.mark.anyio


class Place:
    """A folder with a feeds.yaml and what a daemon makes of it."""

    def __init__(self, folder: pathlib.Path, gate: Gate) -> None:
        self.folder = folder
        self.gate = gate
        self.feeds = folder / "feeds.yaml"
        self._started = 0

    def write(self, *paths: str, listen: str = "off", more: str = "") -> None:
        """Save a feeds.yaml of these paths of the gate, as editors do: beside the old one, renamed over it."""
        text = f"settings: {{allow_addresses: [127.0.0.0/8], listen: '{listen}', interval: 1h}}\nsources:\n"
        self.save(text + "".join(f"  - {self.gate.url(path)}\n" for path in paths) + more)

    def save(self, text: str) -> None:
        """Save any text."""
        (self.folder / "feeds.yaml~").write_text(text, "utf-8")
        (self.folder / "feeds.yaml~").replace(self.feeds)

    def published(self, output: str = "all") -> set[str]:
        """The titles in an output."""
        try:
            read = json.loads((self.folder / "output" / f"{output}.json").read_text("utf-8"))
        except OSError:
            return set()
        return {item["title"].removeprefix("News of /") for item in read["items"]}

    def told(self) -> str:
        """The operations feed."""
        return (self.folder / "output" / "operations.atom.xml").read_text("utf-8")

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[daemon.Daemon]:
        """A daemon in this process, ready; stopped at the end."""
        running = daemon.Daemon(daemon.Options(self.feeds))
        work = asyncio.create_task(running.run())
        await until(lambda: running.ready.is_set() or work.done())
        try:
            yield running
        finally:
            running.stop()
            await asyncio.wait_for(work, 20)

    @contextlib.asynccontextmanager
    async def process(self, *options: str) -> AsyncIterator[Process]:
        """A daemon as a process of its own; killed at the end if it still runs."""
        command = (sys.executable, "-m", "aggregator", "run", "--config", str(self.feeds), "--log", "json", *options)
        self._started += 1
        path = self.folder / f"log-{self._started}"
        with open(path, "wb") as log:
            process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            yield Process(process, path)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


class Process:
    """A daemon that runs, and its log."""

    def __init__(self, process: asyncio.subprocess.Process, log: pathlib.Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        """All that it wrote so far."""
        return self._log.read_text("utf-8")

    async def ready(self) -> None:
        """Wait until it polls."""
        await until(lambda: '"event": "polling ' in self.log or self.process.returncode is not None, 30)
        assert self.process.returncode is None, self.log

    async def ends(self, by: signal.Signals | None = None) -> int:
        """Wait for its end, after sending it a signal; its exit code."""
        if by is not None:
            self.process.send_signal(by)
        return await asyncio.wait_for(self.process.wait(), 30)


@pytest.fixture
async def gate(anyio_backend: str) -> AsyncIterator[Gate]:
    """A server of feeds, its gate open."""
    async with Gate() as gate:
        yield gate


@pytest.fixture
def place(tmp_path: pathlib.Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A folder with one source; daemons in this process tick faster and are less patient."""
    monkeypatch.setattr(daemon, "TICK", 0.05)
    monkeypatch.setattr(engine, "PATIENCE", 0.2)
    place = Place(tmp_path, gate)
    place.write("/a")
    return place


# as a process


async def test_stops_with_work_in_flight(place: Place) -> None:
    """Asked to stop it keeps what it has, gives up what does not end, and exits 0 soon; started again it goes on from there."""
    place.write("/a")
    async with place.process() as first:
        await first.ready()
        await until(lambda: place.published() == {"a"})
        place.gate.open.clear()
        place.write("/a", "/b")
        await until(lambda: place.gate.waiting == 1)
        begun = time.monotonic()
        assert await first.ends(signal.SIGTERM) == 0
        assert time.monotonic() - begun < 8
    assert [json.loads(line)["event"] for line in first.log.splitlines()][-1] == "stopped"
    assert "exception" not in first.log, first.log
    place.gate.open.set()
    async with place.process() as second:
        await until(lambda: place.published() == {"a", "b"})
        assert await second.ends(signal.SIGINT) == 0
    assert place.gate.asked == ["/a", "/b", "/b"]


async def test_serves_and_finishes(place: Place) -> None:
    """It answers over HTTP where it says; a poll that ends while it stops is stored and published."""
    place.write("/a", listen="127.0.0.1:0")
    async with place.process() as running:
        await until(lambda: place.published() == {"a"}, 30)
        found = re.search(r"serving at http://127\.0\.0\.1:(\d+)/", running.log)
        assert found is not None
        assert (await fetched(int(found[1]), "/all.json")).endswith((place.folder / "output" / "all.json").read_bytes())
        place.gate.open.clear()
        place.write("/a", "/b", listen="127.0.0.1:0")
        await until(lambda: place.gate.waiting == 1)
        running.process.send_signal(signal.SIGINT)
        await asyncio.sleep(0.3)
        place.gate.open.set()
        assert await running.ends() == 0
    assert place.published() == {"a", "b"}


async def fetched(port: int, path: str) -> bytes:
    """All that comes back for a GET."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_what_stands_in_the_way(place: Place) -> None:
    """A data directory or port in use ends the start with one line and exit 1; a kill -9 leaves nothing in the way."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        async with place.process() as first:
            await until(lambda: place.published() == {"a"}, 30)
            for options, said in (
                ((), f"the data directory {place.folder}/data is in use by another aggregator; stop it first"),
                (("--data", str(place.folder / "other"), "--listen", listen), listen),
            ):
                async with place.process(*options) as second:
                    assert await second.ends() == 1
                    (line,) = second.log.splitlines()
                    assert line.startswith("aggregator: ")
                    assert said in line
            assert first.process.returncode is None
            await first.ends(signal.SIGKILL)
    place.write("/a", "/b")
    async with place.process() as second:
        await until(lambda: place.published() == {"a", "b"}, 30)
        assert await second.ends(signal.SIGTERM) == 0
    assert place.gate.asked == ["/a", "/b"]


# in this process


async def test_follows_feeds_yaml(place: Place) -> None:
    """A saved feeds.yaml is taken up: new sources are polled, removed ones leave the outputs, new outputs appear."""
    async with place.running():
        await until(lambda: place.published() == {"a"})
        place.write("/a", "/b")
        await until(lambda: place.published() == {"a", "b"})
        place.write("/b", more="outputs: [{name: few}]\n")
        await until(lambda: place.published("few") == {"b"})
        await until(lambda: not (place.folder / "output" / "all.json").exists())
        place.feeds.write_text(place.feeds.read_text("utf-8") + "# edited in place\n", "utf-8")
        place.write("/b", "/a")
        await until(lambda: place.published() == {"a", "b"})
    assert sorted(place.gate.asked) == ["/a", "/b"]


async def test_hangup(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """SIGHUP takes feeds.yaml up again, changed or not."""
    caplog.set_level("INFO")
    async with place.running():
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: "feeds.yaml taken up" in caplog.text)


async def test_broken_edit(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """An edit that does not validate changes nothing; the log and the operations feed say why; the next good one counts."""
    async with place.running():
        await until(lambda: place.published() == {"a"})
        place.save("sources:\n  - url: https://e.invalid/\n    intervall: 3m\n")
        await until(lambda: "the last good one goes on" in place.told())
        assert 'feeds.yaml:3:5: unknown key "intervall"' in place.told()
        assert "unknown key" in caplog.text
        assert place.published() == {"a"}
        place.write("/a", "/b")
        await until(lambda: place.published() == {"a", "b"})


@pytest.mark.parametrize("text", [None, "sources: []\n"])
async def test_file_that_says_nothing(place: Place, text: str | None) -> None:
    """A feeds.yaml that vanished, is empty, names no source or is cut off changes nothing, and is told of."""
    async with place.running():
        await until(lambda: place.published() == {"a"})
        if text is None:
            place.feeds.unlink()
        else:
            place.save(text)
        await until(lambda: "the last good one goes on" in place.told())
        assert place.published() == {"a"}
        place.write("/a", "/b")
        await until(lambda: place.published() == {"a", "b"})


async def test_reload_that_the_store_refuses(place: Place) -> None:
    """A good edit that cannot be stored yet is taken up as soon as it can."""
    async with place.running():
        await until(lambda: place.published() == {"a"})
        with trigger(place, "sources"):
            place.write("/a", "/b")
            await asyncio.sleep(0.5)
            assert place.gate.asked == ["/a"]
        await until(lambda: place.published() == {"a", "b"})


@contextlib.contextmanager
def trigger(place: Place, table: str) -> Iterator[None]:
    """The store takes no new rows of a table all the while."""

    def run(statement: str) -> None:
        with contextlib.closing(sqlite3.connect(place.folder / "data" / store.FILE, timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()

    run(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'not now'); END")
    yield
    run("DROP TRIGGER refuse")


async def test_store_that_refuses_for_a_while(place: Place) -> None:
    """While nothing can be stored nothing is lost: it is polled again and published once that works."""
    place.gate.open.clear()
    place.write("/a", more="x-interval: 1s\n")
    place.save(place.feeds.read_text("utf-8").replace("1h", "1s"))
    async with place.running():
        await until(lambda: place.gate.waiting == 1)
        with trigger(place, "entries"):
            place.gate.open.set()
            await until(lambda: len(place.gate.asked) >= 2)
            assert place.published() == set()
        await until(lambda: place.published() == {"a"})


async def test_output_directory_in_the_way(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """When the outputs cannot be written it goes on, says so once, and publishes as soon as it can."""
    (place.folder / "output").write_text("in the way")
    async with place.running():
        await until(lambda: place.gate.asked == ["/a"])
        await until(lambda: caplog.text.count("a file is where the directory should be") >= 1)
        await asyncio.sleep(0.5)
        troubles = [record for record in caplog.records if "cannot publish" in record.message and "all.rss.xml" in record.message]
        (place.folder / "output").unlink()
        await until(lambda: place.published() == {"a"})
    assert len(troubles) <= 1


async def test_damaged_database(place: Place) -> None:
    """A database that turns out damaged ends the daemon with a clear error; what is published stays."""
    running = daemon.Daemon(daemon.Options(place.feeds))
    work = asyncio.create_task(running.run())
    await until(lambda: place.published() == {"a"})
    with contextlib.closing(sqlite3.connect(place.folder / "data" / store.FILE)) as connection:
        connection.execute("UPDATE entries SET content = x'00'")
        connection.commit()
    place.write("/a", more="# touched\n")
    with pytest.raises(errors.StoreCorrupt, match="is damaged"):
        await asyncio.wait_for(work, 20)
    assert place.published() == {"a"}


async def test_bug_in_the_tick(place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A bug that a tick meets is logged, and the next tick goes on."""
    good: Callable[..., object] = engine.Engine.due
    bugs = iter([ZeroDivisionError("odd")] * 3)

    def buggy(of: engine.Engine, moment: object) -> object:
        for bug in bugs:
            raise bug
        return good(of, moment)

    monkeypatch.setattr(engine.Engine, "due", buggy)
    async with place.running():
        await until(lambda: place.published() == {"a"})
    assert caplog.text.count("a bug met in the daemon; it goes on") == 3


async def test_stop_while_storing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while a batch waits to be stored, it is stored, and published, before the end."""
    engines: list[engine.Engine] = []
    enter = engine.Engine.__aenter__

    async def noted(of: engine.Engine) -> engine.Engine:
        engines.append(of)
        return await enter(of)

    monkeypatch.setattr(engine.Engine, "__aenter__", noted)
    place.gate.open.clear()
    async with place.running() as running:
        await until(lambda: place.gate.waiting == 1)
        with busy(engines[0]):
            place.gate.open.set()
            await until(lambda: engines[0]._storing.locked())
            running.stop()
            await asyncio.sleep(0.3)
    assert place.published() == {"a"}


async def test_tells_the_supervisor(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """systemd hears when it is ready, that it lives, that it reloads, and that it stops, in this order."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        heard: list[str] = []

        def hear() -> list[str]:
            with contextlib.suppress(BlockingIOError):
                while True:
                    heard.extend(listening.recv(4096).decode().splitlines())
            return heard

        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        async with place.running():
            await until(lambda: hear().count("WATCHDOG=1") >= 2)
            place.write("/a", "/b")
            await until(lambda: hear().count("READY=1") >= 2)
        hear()
    told = [message for message in dict.fromkeys(heard) if not message.startswith("STATUS")]
    assert told == ["READY=1", "WATCHDOG=1", "RELOADING=1", "STOPPING=1"]
    assert "STATUS=1 sources" in heard
    assert heard.index("RELOADING=1") < len(heard) - heard[::-1].index("READY=1") - 1


async def test_silent_without_a_supervisor(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that does not listen disturbs nothing."""
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    async with place.running():
        await until(lambda: place.published() == {"a"})


async def test_warnings_of_feeds_yaml(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """What feeds.yaml hardly means is said at the start."""
    place.save("settings: {listen: off}\nsources: [{url: 'https://e.invalid/', interval: 1m, paused: true}]\n")
    async with place.running():
        assert "feeds.yaml:2:" in caplog.text
        assert "impolite" in caplog.text


async def test_follows_lists(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list elsewhere that feeds.yaml includes is read at once and then every hour; what it names no more stays, unpolled."""
    monkeypatch.setattr(daemon, "LISTS", 0.1)
    async with Loopback() as server:
        listing = [place.gate.url("/a"), place.gate.url("/b")]
        server.answers["/list"] = lambda _: Answer(opml(*listing))
        settings = "settings: {allow_addresses: [127.0.0.0/8], listen: 'off', interval: 1h}\n"
        place.save(f"{settings}include: {server.url('/list')}\n")
        async with place.running() as running:
            await until(lambda: place.published() == {"a", "b"})
            listing[:] = [place.gate.url("/b"), place.gate.url("/c")]
            await until(lambda: place.published() == {"a", "b", "c"})
            paused = {state.url: running._engine.roster.paused(state) for state in running._engine.states.values()}
            assert paused == {place.gate.url("/a"): True, place.gate.url("/b"): False, place.gate.url("/c"): False}
            server.answers.clear()
            await until(lambda: "cannot be read" in place.told())
        assert place.published() == {"a", "b", "c"}


async def test_settings_that_need_a_restart(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Other places for store, outputs and serving are told to need a restart; the rest of the edit counts."""
    async with place.running():
        text = place.feeds.read_text("utf-8").replace("interval: 1h", "interval: 1h, data: elsewhere, output: there")
        place.save(text + f"  - {place.gate.url('/b')}\n")
        await until(lambda: place.published() == {"a", "b"})
        assert "changed setting data takes effect after a restart" in caplog.text
        assert "changed setting output takes effect after a restart" in caplog.text
    assert not (place.folder / "there").exists()


@pytest.mark.parametrize("text", ["sources: [\n", "sources: []\n"])
async def test_start_with_a_bad_configuration(place: Place, text: str) -> None:
    """It does not start on a feeds.yaml that does not validate, and makes nothing."""
    place.save(text)
    with pytest.raises(errors.ConfigError):
        await daemon.Daemon(daemon.Options(place.feeds)).run()
    assert not (place.folder / "data").exists()
