"""What befalls a cluster: programs killed, the database restarted and gone, clocks that are wrong, another version.

A selection runs always; all of them with FAULTS=all.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import os
import pathlib
import signal
import time

import pytest
import server
from cluster.place import FEED, Place, ended, until
from cluster.wire import Wire
from loopback import Answer, Asked, Loopback

from aggregator.core import errors
from aggregator.edges import store
from aggregator.edges.store import migrate

pytestmark = pytest.mark.anyio
SOURCES = 30
among_all = pytest.mark.skipif(os.environ.get("FAULTS") != "all", reason="one of many faults: FAULTS=all has them all")
RUN, WORKER = "https://run.example/", "https://worker.example/"


@contextlib.asynccontextmanager
async def sources(place: Place, slow: float = 0.0):  # type: ignore[no-untyped-def]
    """Sources for a feeds.yaml, each with an entry of its own; who asks is told by the contact."""

    def feed(asked: Asked) -> Answer:
        return Answer(FEED.format(asked.path.strip("/")).encode(), after=slow)

    async with Loopback() as web:
        web.answers = {f"/{number}": feed for number in range(SOURCES)}
        place.write([web.url(f"/{number}") for number in range(SOURCES)], more=f"  contact: {RUN}\n")
        yield web


def entries(place: Place, program: str = "run0") -> int:
    """How many entries a program publishes."""
    path = place.output(program)
    return path.read_text("utf-8").count("<item>") if path.exists() else 0


def doubled(place: Place) -> list[str]:
    """Entries that are stored more than once."""
    with contextlib.closing(store.open_store(pathlib.Path(), place.store, read_only=True)) as kept:
        titles = collections.Counter(one.entry.title for one in kept.newest([state.row for state in kept.sources()], 0, 999))
    return [title for title, count in titles.items() if count > 1]


def held(web: Loopback) -> set[str]:
    """What the worker was asking last."""
    return {one.path for one in web.asked[-9:] if WORKER in one.headers["user-agent"]}


def polling(place: Place, kind: str) -> bool:
    """Whether a program of this kind is there and polls."""
    before = {node["name"]: node["polls"] for node in place.status()["nodes"]}  # type: ignore[attr-defined]
    time.sleep(3)
    now = place.status()["nodes"]
    return any(node["kind"] == kind and node["polls"] > before.get(node["name"], 0) for node in now)  # type: ignore[attr-defined]


async def asked_anew(web: Loopback, count: int = SOURCES) -> None:
    """Wait until so many sources were asked once more."""
    web.asked.clear()
    await until(lambda: len({one.path for one in web.asked}) >= count)


async def test_a_worker_is_killed(place: Place) -> None:
    """In the middle of a batch; that is polled by others within a minute, and nothing is stored twice."""
    async with sources(place, slow=1.0) as web:
        place.start("run")
        await until(lambda: entries(place) == SOURCES)
        worker = place.start("worker", otherwise=(RUN, WORKER))
        while not held(web):
            await asyncio.sleep(0.1)
            web.asked[:-SOURCES] = []
        worker.send_signal(signal.SIGKILL)
        lost = held(web)
        web.asked.clear()
        await until(lambda: {one.path for one in web.asked} >= lost, 60)
        await asked_anew(web)
        assert doubled(place) == []


async def test_who_hands_out_is_killed(place: Place) -> None:
    """Another one hands out, leads and publishes, the same bytes; it had them before, too."""
    async with sources(place) as web:
        first = place.start("run", "run0")
        await until(lambda: entries(place) == SOURCES)
        place.start("run", "run1")
        await until(lambda: entries(place, "run1") == SOURCES)
        assert place.output("run1").read_bytes() == place.output("run0").read_bytes()
        assert int(place.output("run1").stat().st_mtime) == int(place.output("run0").stat().st_mtime)
        first.send_signal(signal.SIGKILL)
        await asked_anew(web)
        news = (
            FEED.format("nought").replace("Entry nought", "Late news of nought").replace("alone", "and of a heron in the mill race")
        )
        web.answers["/0"] = Answer(news.encode())
        await until(lambda: "Late news of nought" in place.output("run1").read_text("utf-8"))
        assert doubled(place) == []


async def test_the_database_is_restarted(place: Place, postgres: server.Server) -> None:
    """Polls go on by themselves."""
    async with sources(place) as web:
        place.start("run")
        place.write([web.url(f"/{number}") for number in range(SOURCES)])
        await until(lambda: entries(place) == SOURCES)
        place.start("worker")
        await asked_anew(web)
        postgres.stop("immediate")
        postgres.start()
        await asked_anew(web)
        assert doubled(place) == []


@among_all
async def test_the_database_stays_away(place: Place, postgres: server.Server) -> None:
    """A worker ends for its supervisor, with a message; it does not hang."""
    async with sources(place):
        place.start("run")
        await until(lambda: entries(place) == SOURCES)
        worker = place.start("worker", PATIENCE="3")
        await until(lambda: len(place.status().get("nodes", ())) == 2)  # type: ignore[arg-type]
        postgres.stop()
        try:
            code, said = await ended(worker)
        finally:
            postgres.start()
        assert code == 1
        assert "ends, to be started anew" in said


@among_all
async def test_the_database_says_nothing(place: Place) -> None:
    """Cut off for a while, without a word: nothing is lost, polls go on by themselves."""
    async with Wire(place.store) as wire, sources(place) as web:
        place.start("run")
        await until(lambda: entries(place) == SOURCES)
        place.start("worker", otherwise=(place.store, wire.store))
        await until(lambda: len(place.status().get("nodes", ())) == 2)  # type: ignore[arg-type]
        wire.cut()
        await asked_anew(web)  # by the other one, who takes over what the worker had
        wire.mend()
        await until(lambda: polling(place, "worker"))
        assert doubled(place) == []


async def test_the_database_says_nothing_for_long(place: Place) -> None:
    """What hangs ends for its supervisor, with a word of why."""
    async with Wire(place.store) as wire, sources(place):
        with contextlib.closing(store.open_store(pathlib.Path(), place.store)):
            hanging = place.start("worker", otherwise=(place.store, wire.store), PATIENCE="3")
            await until(lambda: place.status().get("nodes"))
        wire.cut()
        code, said = await ended(hanging)
        assert code == 1
        assert "the database has said nothing for 3 s" in said


@among_all
async def test_a_clock_that_is_wrong(place: Place) -> None:
    """A worker whose machine is an hour ahead polls by the time of the database, and says so."""
    async with sources(place) as web:
        place.start("run")
        await until(lambda: entries(place) == SOURCES)
        worker = place.start("worker", SKEW="3600")
        await until(lambda: len(place.status().get("nodes", ())) == 2)  # type: ignore[arg-type]
        await asked_anew(web)
        await asked_anew(web)
        with contextlib.closing(store.open_store(pathlib.Path(), place.store, read_only=True)) as kept:
            now = kept.shared.time()
            assert all(state.polled_at and abs((now - state.polled_at).total_seconds()) < 60 for state in kept.sources())
        worker.send_signal(signal.SIGTERM)
        code, said = await ended(worker)
        assert code == 0
        assert "the clock of this machine is wrong by +3600 s" in said


async def test_another_version(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """Programs of the version before end with a message once the store is brought up to date, and refuse to start."""
    async with sources(place):
        running = place.start("run")
        await until(lambda: entries(place) == SOURCES)
        steps = migrate.scripts() | {migrate.newest() + 1: "CREATE TABLE hues (name TEXT)"}
        with monkeypatch.context() as patch:
            patch.setattr(migrate, "scripts", lambda: steps)
            store.open_store(tmp_path, place.store).close()
        code, said = await ended(running)
        assert (code, "install the same version everywhere" in said) == (1, True)
        code, said = await ended(place.start("worker"))
        assert (code, "was written by a newer version" in said) == (1, True)
        with pytest.raises(errors.StoreNewer):
            store.open_store(tmp_path, place.store)
