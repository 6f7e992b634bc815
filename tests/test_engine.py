"""The engine: what is due, how much at once, and that nothing a source or the disk does makes it lose or forget anything."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import json
import pathlib
import re
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from gate import Gate
from waiting import until

from aggregator import clock, engine, housekeeping, printer, tray
from aggregator.core import errors, model
from aggregator.edges import config_file, store
from aggregator.pipeline import refresh

pytestmark = pytest.mark.anyio
HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 6))
HOUR = datetime.timedelta(hours=1)


class Standing(clock.Clock):
    """A clock that stands, so that a plan does not depend on the hour it is made at."""

    def now(self) -> datetime.datetime:
        """A Tuesday's noon."""
        return datetime.datetime(2030, 1, 1, 12, tzinfo=datetime.UTC)


class Bench:
    """A folder with a feeds.yaml, and engines on it."""

    def __init__(self, folder: pathlib.Path, gate: Gate) -> None:
        self.folder = folder
        self.gate = gate

    def write(self, *sources: str, settings: str = "") -> config_file.Loaded:
        """Save a feeds.yaml with these lines of sources; the configuration."""
        text = f"settings: {{allow_addresses: [127.0.0.0/8], listen: off{settings and ', '}{settings}}}\nsources:\n"
        (self.folder / "feeds.yaml").write_text(text + "".join(f"  - {source}\n" for source in sources), "utf-8")
        return config_file.read(self.folder / "feeds.yaml")

    def paths(self, *paths: str, settings: str = "") -> config_file.Loaded:
        """The same for bare paths of the gate."""
        return self.write(*(self.gate.url(path) for path in paths), settings=settings)

    @contextlib.asynccontextmanager
    async def running(self, loaded: config_file.Loaded, ticking: clock.Clock = clock.SYSTEM) -> AsyncIterator[engine.Engine]:
        """An engine, whose tasks all end well."""
        complaints: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        async with engine.Engine(loaded, ticking=ticking) as at_work:
            yield at_work
            await at_work.settle(10)
        assert complaints == []


@pytest.fixture
async def gate(anyio_backend: str) -> AsyncIterator[Gate]:
    """A server of feeds, its gate open."""
    async with Gate(HOSTS) as gate:
        yield gate


@pytest.fixture
def bench(tmp_path: pathlib.Path, gate: Gate) -> Bench:
    """A folder and the server."""
    return Bench(tmp_path, gate)


async def polled(at_work: engine.Engine) -> None:
    """Poll what is due and store what that brings."""
    await asyncio.gather(*at_work.start(at_work.due(at_work.clock.now())))
    await at_work.store_brought()


def named(at_work: engine.Engine) -> dict[str, model.SourceState]:
    """The states by the last part of their urls."""
    return {state.url.rpartition("/")[2]: state for state in at_work.states.values()}


def due(at_work: engine.Engine) -> list[str]:
    """What is due now, by the last part of the urls."""
    return [state.url.rpartition("/")[2] for state in at_work.due(engine.now())]


def remember(at_work: engine.Engine, state: model.SourceState) -> None:
    """Have the store and the engine remember a source's state."""
    with at_work.store.writing() as writing:
        writing.save([state])
    at_work.states[state.row] = state


async def test_due(bench: Bench) -> None:
    """What was never polled is due, what was polled is not, what is paused never; after a restart that is the same."""
    paused = f"{{url: '{bench.gate.url('/c')}', paused: true}}"
    loaded = bench.write(bench.gate.url("/a"), bench.gate.url("/b"), paused)
    async with bench.running(loaded) as at_work:
        assert due(at_work) == ["a", "b"]
        tasks = at_work.start(at_work.due(engine.now())[:1])
        assert due(at_work) == ["b"]
        await asyncio.gather(*tasks)
        assert due(at_work) == ["b"]
        await at_work.store_brought()
        assert due(at_work) == ["b"]
    async with bench.running(loaded) as at_work:
        assert due(at_work) == ["b"]
        await polled(at_work)
        assert due(at_work) == []
        assert [state.url for state in at_work.all_but_waiting(engine.now())] == [bench.gate.url("/a"), bench.gate.url("/b")]
    assert bench.gate.asked == ["/a", "/b"]


async def test_due_time_of_a_wrong_clock(bench: Bench) -> None:
    """A due time further ahead than the longest interval counts as due; one within it does not, nor does one of a rare source."""
    rare = f"{{url: '{bench.gate.url('/rare')}', interval: 40d}}"
    async with bench.running(bench.write(bench.gate.url("/far"), bench.gate.url("/near"), rare)) as at_work:
        for name, hours in (("far", 30), ("near", 23), ("rare", 30 * 24)):
            remember(at_work, dataclasses.replace(named(at_work)[name], due_at=engine.now() + hours * HOUR))
        assert due(at_work) == ["far"]


async def test_gone_source(bench: Bench) -> None:
    """A source that is gone for good is not due by itself, but asked when everything is."""
    async with bench.running(bench.paths("/a")) as at_work:
        remember(at_work, dataclasses.replace(named(at_work)["a"], due_at=None))
        assert at_work.due(engine.now()) == []
        assert len(at_work.all_but_waiting(engine.now())) == 1


async def test_retry_after_binds(bench: Bench) -> None:
    """A server that asked us to wait is not asked before, even when everything is."""
    async with bench.running(bench.paths("/a", "/b")) as at_work:
        remember(at_work, dataclasses.replace(named(at_work)["a"], retry_at=engine.now() + HOUR))
        remember(at_work, dataclasses.replace(named(at_work)["b"], retry_at=engine.now() - HOUR))
        assert [state.url for state in at_work.all_but_waiting(engine.now())] == [bench.gate.url("/b")]


@pytest.mark.parametrize(
    ("limits", "most", "most_at"),
    [("concurrency: 4, per_own_host: 9", 4, 4), ("per_own_host: 2", 10, 2), ("per_own_host: 1", 5, 1)],
)
async def test_bounds(bench: Bench, limits: str, most: int, most_at: int) -> None:
    """No more fetches at once than allowed, in all and from one host; and as many as allowed."""
    sources = [bench.gate.url(f"/{number}", host) for number in range(4) for host in HOSTS]
    async with bench.running(bench.write(*sources, settings=f"limits: {{{limits}}}")) as at_work:
        bench.gate.open.clear()
        tasks = at_work.start(at_work.due(engine.now()))
        await until(lambda: bench.gate.waiting == most)
        await asyncio.sleep(0.2)
        bench.gate.open.set()
        await asyncio.gather(*tasks)
        assert len(bench.gate.asked) == len(sources)
        assert bench.gate.most == most
        assert max(bench.gate.most_at.values()) <= most_at


async def test_polls_wait_for_what_is_not_stored(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """While too much waits to be stored no further source is asked; once it is stored they all are."""
    monkeypatch.setattr(tray, "ROOM", 0)
    sources = [bench.gate.url(f"/{number}") for number in range(6)]
    async with bench.running(bench.write(*sources, settings="limits: {concurrency: 1}")) as at_work:
        tasks = at_work.start(at_work.due(engine.now()))
        await until(lambda: any(task.done() for task in tasks))
        await asyncio.sleep(0.1)
        assert len(bench.gate.asked) == 1
        while not all(task.done() for task in tasks):
            await at_work.wait_brought()
            await at_work.store_brought()
        assert len(bench.gate.asked) == 6


async def test_bound_is_for_the_host_that_is_asked(bench: Bench) -> None:
    """A move that is not believed yet does not take a source out of the queue at its own host."""
    paths = [f"/{number}" for number in range(4)]
    async with bench.running(bench.paths(*paths, settings="limits: {per_own_host: 1}")) as at_work:
        for state, host in zip(list(at_work.states.values()), HOSTS[1:], strict=True):
            remember(at_work, dataclasses.replace(state, moved_to=bench.gate.url("/x", host), moved_count=1))
        await polled(at_work)
        assert bench.gate.most_at["127.0.0.1"] == 1


async def test_believed_move_is_asked_directly(bench: Bench) -> None:
    """A believed move is asked at its new address, in the queue of that host."""
    async with bench.running(bench.paths("/a")) as at_work:
        state = named(at_work)["a"]
        remember(at_work, dataclasses.replace(state, moved_to=bench.gate.url("/new", "127.0.0.3"), moved_count=3))
        await polled(at_work)
        assert bench.gate.asked == ["/new"]
        assert bench.gate.most_at["127.0.0.3"] == 1


async def test_bug_in_one_source(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug that polling one source meets is that source's failure; all others are polled."""
    good = refresh._refresh

    async def buggy(edges: refresh.Edges, source: object, *others: object) -> object:
        if getattr(source, "url", "").endswith("/bad"):
            raise ZeroDivisionError("one\ntwo")
        return await good(edges, source, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(refresh, "_refresh", buggy)
    async with bench.running(bench.paths("/a", "/bad", "/c")) as at_work:
        await polled(at_work)
        states = named(at_work)
        assert (states["bad"].error_kind, states["bad"].error) == ("bug", "a bug of this program: ZeroDivisionError: one two")
        assert (states["a"].failures, states["c"].failures, states["bad"].failures) == (0, 0, 1)
        assert dict(at_work.ledger.counts)["updated"] == 2


async def test_budget(bench: Bench) -> None:
    """Adaptive polls keep to the budget together; explicit intervals are not held back by it."""
    explicit = f"{{url: '{bench.gate.url('/fixed')}', interval: 30m}}"
    loaded = bench.write(bench.gate.url("/a"), bench.gate.url("/b"), explicit, settings="request_budget: 4/day")
    async with bench.running(loaded, Standing()) as at_work:
        begun = at_work.clock.now()
        await polled(at_work)
        waits = {name: state.due_at - begun for name, state in named(at_work).items() if state.due_at}
        assert at_work.budget.interval == 12 * HOUR / datetime.timedelta(seconds=1)
        assert 4 * HOUR < waits["a"] <= 24 * HOUR
        assert 0.45 * HOUR < waits["fixed"] < 0.55 * HOUR


async def test_without_a_budget(bench: Bench) -> None:
    """By default a source's adaptive polls are 24 a day on average, more if it publishes often."""
    async with bench.running(bench.paths("/a"), Standing()) as at_work:
        begun = at_work.clock.now()
        await polled(at_work)
        (state,) = at_work.states.values()
        assert state.due_at is not None
        assert HOUR / 12 <= state.due_at - begun < 3 * HOUR
        assert at_work.budget.interval == 3_600


@contextlib.contextmanager
def busy(at_work: engine.Engine) -> Iterator[None]:
    """The store's one writer is at work all the while."""
    begun, ended = threading.Event(), threading.Event()

    def write() -> None:
        with at_work.store.writing():
            begun.set()
            ended.wait(30)

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        ended.set()
        thread.join()


async def test_poll_that_ends_while_feeds_yaml_is_taken_up(bench: Bench) -> None:
    """A poll that ends in the middle of a reload is stored, and its source is polled again when it is due."""
    async with bench.running(bench.paths("/a", "/b")) as at_work:
        bench.gate.open.clear()
        tasks = at_work.start(at_work.due(engine.now()))
        await until(lambda: bench.gate.waiting == 2)
        with busy(at_work):
            adopting = asyncio.create_task(at_work.adopt(bench.paths("/a", "/c")))
            await asyncio.sleep(0.1)
            bench.gate.open.set()
            await asyncio.wait(tasks, timeout=10)
        await adopting
        await asyncio.gather(*tasks)
        await at_work.store_brought()
        assert named(at_work)["a"].polled_at is not None
        assert due(at_work) == ["c"]


async def test_poll_of_an_address_that_is_configured_no_more(bench: Bench) -> None:
    """What comes from an address that feeds.yaml has changed meanwhile leaves no validators, and the new one is due at once."""
    bench.gate.etag = '"old"'
    async with bench.running(bench.write(f"{{url: '{bench.gate.url('/old')}', name: Paper}}")) as at_work:
        bench.gate.open.clear()
        tasks = at_work.start(at_work.due(engine.now()))
        await until(lambda: bench.gate.waiting == 1)
        await at_work.adopt(bench.write(f"{{url: '{bench.gate.url('/new')}', name: Paper}}"))
        bench.gate.open.set()
        await asyncio.gather(*tasks)
        await at_work.store_brought()
        for state in (*at_work.states.values(), *at_work.store.sources()):
            assert (state.url, state.validators, state.body_hash) == (bench.gate.url("/new"), model.Validators(), "")
        assert due(at_work) == ["new"]
        await polled(at_work)
        assert bench.gate.conditional == []


async def test_poll_that_is_given_up(bench: Bench) -> None:
    """A poll that takes longer than a reload of the settings waits for it is given up, and begun anew."""
    async with bench.running(bench.paths("/a", settings="limits: {seconds: 20}")) as at_work:
        bench.gate.open.clear()
        at_work.start(at_work.due(engine.now()))
        await until(lambda: bench.gate.waiting == 1)
        await at_work.adopt(bench.paths("/a", settings="limits: {seconds: 0.2}"))
        bench.gate.open.set()
        assert due(at_work) == ["a"]
        await polled(at_work)
        assert named(at_work)["a"].success_at is not None


async def test_new_settings_hold(bench: Bench) -> None:
    """Changed settings are in force for the next poll."""
    async with bench.running(bench.paths("/a")) as at_work:
        loaded = bench.write(bench.gate.url("/a"))
        (bench.folder / "feeds.yaml").write_text(loaded.path.read_text().replace("allow_addresses: [127.0.0.0/8], ", ""), "utf-8")
        await at_work.adopt(config_file.read(bench.folder / "feeds.yaml"))
        await polled(at_work)
        assert named(at_work)["a"].error_kind == "address"
        assert bench.gate.asked == []


async def test_removed_while_it_is_polled(bench: Bench) -> None:
    """A poll of a source that is removed meanwhile disturbs nothing."""
    async with bench.running(bench.paths("/a", "/b")) as at_work:
        bench.gate.open.clear()
        tasks = at_work.start(at_work.due(engine.now()))
        await until(lambda: bench.gate.waiting == 2)
        await at_work.adopt(bench.paths("/b"))
        bench.gate.open.set()
        await asyncio.gather(*tasks)
        tally = await at_work.store_brought()
        assert tally.updated + tally.failed + tally.not_modified == tally.sources == 2
        assert list(named(at_work)) == ["b"]
        await at_work.adopt(bench.paths("/b", "/a"))
        assert len(at_work.store.newest([named(at_work)["a"].row], 0, 9)) == 1


async def test_store_that_refuses(bench: Bench) -> None:
    """While the store refuses, polls count as failed, nothing is kept, no more are begun; once it takes them all is made good."""
    async with bench.running(bench.paths("/a", "/b")) as at_work:
        sql(bench.folder, "CREATE TRIGGER refuse BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'not now'); END")
        await asyncio.gather(*at_work.start(at_work.due(engine.now())))
        tally = await at_work.store_brought()
        assert (tally.sources, tally.failed) == (2, 2)
        assert [state.validators for state in at_work.store.sources()] == [model.Validators()] * 2
        assert at_work.start(at_work.all_but_waiting(engine.now())) == []
        sql(bench.folder, "DROP TRIGGER refuse")
        at_work.patience_ends()
        await asyncio.gather(*at_work.start(at_work.all_but_waiting(engine.now())))
        assert (await at_work.store_brought()).entries_new == 2


def sql(folder: pathlib.Path, statement: str) -> None:
    """Do something to the store behind the engine's back."""
    with contextlib.closing(sqlite3.connect(folder / "data" / store.FILE)) as connection:
        connection.execute(statement)
        connection.commit()


async def test_store_that_turns_out_damaged(bench: Bench) -> None:
    """A damaged database is reported, not retried."""
    async with bench.running(bench.paths("/a")) as at_work:
        await polled(at_work)
        sql(bench.folder, "UPDATE entries SET content = x'00'")
        at_work.touch()
        with pytest.raises(errors.StoreCorrupt):
            await at_work.publish()


async def test_data_directory_is_free_after_a_failed_start(bench: Bench) -> None:
    """A start that fails leaves the data directory free, and no process behind."""
    loaded = bench.paths("/a")
    (bench.folder / "data").mkdir()
    (bench.folder / "data" / store.FILE).write_bytes(b"no database" * 1_000)
    with pytest.raises(errors.StoreCorrupt):
        await engine.Engine(loaded).__aenter__()
    store.Lock(bench.folder / "data").release()


async def test_paths_of_the_command_line(bench: Bench, tmp_path: pathlib.Path) -> None:
    """What the command line says about paths goes before the settings, which start at feeds.yaml."""
    loaded = bench.paths("/a", settings="data: state, output: ~/feeds")
    assert engine.Engine(loaded).data == tmp_path / "state"
    assert engine.Engine(loaded).output == pathlib.Path.home() / "feeds"
    overrides = engine.Overrides(tmp_path / "d", tmp_path / "o")
    assert (engine.Engine(loaded, overrides).data, engine.Engine(loaded, overrides).output) == (tmp_path / "d", tmp_path / "o")


async def test_leftovers_of_a_crash_are_swept(bench: Bench) -> None:
    """Unfinished files of a run that was killed are gone after the start; files of others stay."""
    (bench.folder / "output").mkdir()
    for name in (".all.json.aggregator-1234.tmp", ".all.json.swp"):
        (bench.folder / "output" / name).write_text("")
    async with bench.running(bench.paths("/a")):
        assert [path.name for path in (bench.folder / "output").iterdir()] == [".all.json.swp"]


async def test_publishing_only_when_something_changed(bench: Bench) -> None:
    """Nothing is composed anew while neither store nor feeds.yaml changed."""
    async with bench.running(bench.paths("/a")) as at_work:
        await at_work.publish()
        first = at_work.printer.published_at
        await at_work.publish()
        assert at_work.printer.published_at == first
        await polled(at_work)
        await at_work.publish()
        assert at_work.printer.published_at != first


async def test_time_moves_in_small_steps_where_something_is_held(bench: Bench) -> None:
    """Held entries are published by the next step after their time, without any poll; elsewhere time stands for the hour."""

    class Later(clock.Clock):
        passed = datetime.timedelta()

        def now(self) -> datetime.datetime:
            return super().now() + self.passed

    ticking, minutes = Later(), datetime.timedelta(minutes=1)
    holding = config_file.read(bench.write(f"{{url: {bench.gate.url('/a')}, rules: [{{hold: {{up_to: 20m}}}}]}}").path)
    async with bench.running(holding, ticking) as at_work:
        await housekeeping.housekeep(at_work)
        await polled(at_work)
        await at_work.publish()
        shown = at_work.output / "all.json"
        assert json.loads(shown.read_text("utf-8"))["items"] == []
        before = at_work.store.moment()
        ticking.passed = 26 * minutes
        await at_work.publish()
        assert at_work.store.moment() != before
        assert len(json.loads(shown.read_text("utf-8"))["items"]) == 1
    async with bench.running(bench.paths("/a"), ticking) as at_work:
        before = at_work.store.moment()
        ticking.passed += 20 * minutes
        await at_work.publish()
        assert at_work.store.moment() == before


async def test_publishing_rests(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """After publishing that took its time nothing is published for a while; what changed is not forgotten."""
    monkeypatch.setattr(printer, "BRIEF", 0.0)
    monkeypatch.setattr(printer, "REST", 1e6)
    async with bench.running(bench.paths("/a")) as at_work:
        await at_work.publish()
        first = at_work.printer.published_at
        await polled(at_work)
        await at_work.publish()
        assert at_work.printer.published_at == first
        at_work.patience_ends()
        await at_work.publish()
        assert at_work.printer.published_at != first
        assert "/a" in (at_work.output / "all.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("contact", "agent"),
    [(None, r"Aggregator/[\d.]+ \(feed aggregator\)"), ("https://me.example/", r"Aggregator/[\d.]+ \(\+https://me\.example/\)")],
)
def test_user_agent(contact: str | None, agent: str) -> None:
    """An honest name, with whom to ask if feeds.yaml says so."""
    assert re.fullmatch(agent, engine.user_agent(contact))
