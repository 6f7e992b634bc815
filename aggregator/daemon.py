"""The daemon: opens an engine, drives it by a tick, serves what it publishes, reloads feeds.yaml, stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import logging
import pathlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator import advice, engine, hooks, housekeeping, lists, live, logs, pings, push, retractions
from aggregator.core import config, errors
from aggregator.edges import config_file, serve, store, supervisor, threads

if TYPE_CHECKING:
    from aggregator.cluster import following, member

TICK = 1.0  # seconds
HOUSEKEEPING = 600.0  # seconds
AMENDING = 10.0  # seconds
ADVISING = 86_400.0  # seconds between looks for what only days show
ADVISE_FIRST = datetime.timedelta(minutes=15)  # after the start, when there is less to do
RETRACTING = 1800.0  # seconds between looks for what sources took back
LIST_TOLD = datetime.timedelta(days=1)  # before the operator is told again of a list that cannot be read
LISTS = 3600.0  # seconds between looks at lists of feeds elsewhere
TELLING = 2.0  # seconds between looks whether webhooks and hubs have something to hear
RENEWING = 10.0  # seconds between looks at what hubs are to be asked
GATHER = 0.05  # seconds in which polls that end together are gathered into one transaction
LAST_WORD = 1.0  # seconds in which a hub is told of what was published last
GRACE = 4.0  # seconds for polls under way when stopping
_JOBS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; `listen` is `host:port`, "off", or None for the setting."""

    config: pathlib.Path
    data: pathlib.Path | None = None
    output: pathlib.Path | None = None
    listen: str | None = None


class Daemon:
    """One run, from `run` until a signal or `stop`."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._log = logging.getLogger(logs.NAME)
        self._stopping = asyncio.Event()
        self._reload = False
        self._failure: BaseException | None = None
        self._lists = lists.Lists()
        self._part: member.Member | None = None
        self._following: following.Following | None = None
        self.ready = asyncio.Event()

    def stop(self) -> None:
        """Ask it to end."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until stopped.

        Raises ConfigError, StoreError, ListenError when it cannot start, StoreCorrupt when the database turns out damaged.
        """
        self._listen_to_signals()
        self._watch = config_file.Watch(self._options.config)
        loaded = config_file.read(self._options.config, self._options.data)
        self._watch.follow(loaded.includes)
        for warning in loaded.warnings:
            self._log.warning("%s", warning.at(loaded.path.name))
        overrides = engine.Overrides(self._options.data, self._options.output)
        async with engine.Engine(loaded, overrides) as self._engine:
            self._push = push.Push(self._engine)
            self._hooks, self._pings = hooks.Hooks(self._engine), pings.Pings(self._engine)
            self._view = live.View(self._engine, self._push, self._hooks)
            await self._join()
            server = await self._serve(loaded.config.settings.listen)
            self._push.open(listening=server is not None and self._part is None)
            try:
                await self._work()
            finally:
                await self._end(server)
        if self._failure is not None:
            raise self._failure

    async def _join(self) -> None:
        """Take part in a cluster, if the store is one that programs share."""
        if not self._engine.shared:
            return
        from aggregator.cluster import following, member  # what they need is an extra, and takes its time

        self._part = member.Member(self._engine, "run", self.stop, ticking=True)
        self._following = following.Following(self._engine)
        await self._part.join()

    @property
    def _leads(self) -> bool:
        """Whether this program does what is done by one of all."""
        return self._following is None or self._following.leads

    async def _serve(self, setting: str | None) -> serve.Server | None:
        listen = self._options.listen or setting
        if listen is None or listen == "off":
            return None
        host, _, port = listen.rpartition(":")
        server = serve.Server(serve.application(self._engine.output, self._view, self._push), host.strip("[]"), int(port))
        await server.start()
        self._log.info("serving at http://%s:%d/", host, server.port)
        return server

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._ask_reload)

    async def _work(self) -> None:
        if self._following is not None:
            await self._guarded(self._following.tick)
        if self._leads:
            await housekeeping.housekeep(self._engine, lambda: False)  # to copy the store can wait, sources cannot
            await self._guarded(self._engine.publish)
        self._scheduler = scheduler = AsyncIOScheduler(job_defaults=_JOBS, timezone=datetime.UTC)
        scheduler.add_job(self._job, "interval", args=[self._tick], seconds=TICK, next_run_time=engine.now())
        scheduler.add_job(self._chore, "interval", args=[self._housekeep], seconds=HOUSEKEEPING)
        scheduler.add_job(self._chore, "interval", args=[self._engine.amend], seconds=AMENDING, next_run_time=engine.now())
        scheduler.add_job(self._chore, "interval", args=[self._retract], seconds=RETRACTING)
        later = engine.now() + ADVISE_FIRST
        scheduler.add_job(self._chore, "interval", args=[self._advise], seconds=ADVISING, next_run_time=later)
        scheduler.add_job(self._job, "interval", args=[self._read_lists], seconds=LISTS, next_run_time=engine.now(), id="lists")
        scheduler.add_job(self._chore, "interval", args=[self._pings.tick], seconds=TELLING, next_run_time=engine.now())
        scheduler.add_job(self._chore, "interval", args=[self._hooks.tick], seconds=TELLING, next_run_time=engine.now())
        scheduler.add_job(self._job, "interval", args=[self._push.renew], seconds=RENEWING, next_run_time=engine.now())
        scheduler.start()
        collecting = asyncio.create_task(self._part.run() if self._part is not None else self._collect())
        self.ready.set()
        supervisor.notify("READY=1", f"STATUS={len(self._engine.states)} sources")
        self._log.info("polling %d sources into %s", len(self._engine.states), self._engine.output)
        try:
            await self._stopping.wait()
        finally:
            supervisor.notify("STOPPING=1")
            scheduler.shutdown(wait=False)
            collecting.cancel()
            await asyncio.wait([collecting], timeout=GRACE)

    async def _end(self, server: serve.Server | None) -> None:
        """Finish what can be finished: polls under way, what they brought, the outputs."""
        with contextlib.suppress(errors.StoreError):
            await self._push.tick()
            await self._engine.settle(GRACE if self._part is None else 0)
            self._engine.patience_ends()
            await self._engine.store_brought()
            await (self._engine.publish() if self._following is None else self._following.tick())
        if self._part is not None:
            await self._part.leave()
            self._failure = self._failure or self._part.failure
        with contextlib.suppress(errors.StoreError, TimeoutError):
            async with asyncio.timeout(LAST_WORD):
                await self._pings.tick()
        with contextlib.suppress(errors.StoreError):
            await self._push.aclose()
            await self._hooks.aclose()
        if server is not None:
            await server.stop()
        self._log.info("stopped")

    def _ask_reload(self) -> None:
        self._reload = True

    async def _collect(self) -> None:
        """Store and publish what polls bring, as it comes."""
        while True:
            await self._engine.wait_brought()
            await asyncio.sleep(GATHER)
            await self._guarded(self._absorb)

    async def _absorb(self) -> None:
        await self._engine.store_brought()
        await self._engine.publish()

    async def _job(self, work: Callable[[], Awaitable[None]]) -> None:
        """A job of the scheduler, which cancels what is under way when it ends."""
        with contextlib.suppress(asyncio.CancelledError):
            await self._guarded(work)

    async def _chore(self, work: Callable[[], Awaitable[None]]) -> None:
        """A job that one program of all does."""
        if self._leads:
            await self._job(work)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run a job; a damaged database ends the daemon, whose outputs stand, anything else is logged and tried again."""
        try:
            await work()
        except errors.StoreCorrupt as error:
            store.copies.suspect(self._engine.data)
            self._failure = error
            self.stop()
        except errors.StoreError as error:
            self._log.error("%s", error)
        except Exception:
            self._log.exception("a bug met in the daemon; it goes on")

    async def _tick(self) -> None:
        """What is due: a changed feeds.yaml, polls, outputs that could not be published before."""
        if self._watch.changed() or self._reload:
            supervisor.notify("RELOADING=1")
            try:
                await self._reread()
            finally:
                supervisor.notify("READY=1")
        await self._push.tick()
        if self._following is None:
            self._engine.start(self._engine.due(engine.now()))
            await self._engine.publish()
        else:
            await self._following.tick()
        self._view.refresh()
        supervisor.notify("WATCHDOG=1")

    async def _retract(self) -> None:
        await retractions.look(self._engine)

    async def _advise(self) -> None:
        """Tell the operator what no single poll shows."""
        of = self._engine
        if await threads.run(advice.advise, of.store, of.configuration, engine.now()):
            of.touch()

    async def _read_lists(self) -> None:
        """See what lists elsewhere name by now; what has changed is taken up like a saved feeds.yaml."""
        done = await self._lists.refresh(self._engine.loaded, self._engine.data, self._engine.edges.fetcher, engine.now())
        self._reload = self._reload or done.changed
        if done.events:
            await threads.run(self._tell_once, done.events)
            self._engine.touch()

    def _tell_once(self, events: Sequence[store.Event]) -> None:
        with self._engine.store.writing() as writing:
            for event in events:
                writing.tell_once(event, LIST_TOLD)

    async def _housekeep(self) -> None:
        await housekeeping.housekeep(self._engine, lambda: not self._stopping.is_set())

    async def _reread(self) -> None:
        """Take up a saved feeds.yaml; one that does not validate changes nothing, and is told of."""
        self._reload = False
        try:
            loaded = await threads.run(config_file.read, self._options.config, self._options.data)  # a long one takes its time
        except errors.ConfigError as error:
            self._log.error("feeds.yaml was not taken up, the last good one goes on:\n%s", error)
            event = store.Event(
                engine.now(), "config", "feeds.yaml", "feeds.yaml does not validate; the last good one goes on", str(error)
            )
            await asyncio.to_thread(self._engine.store.tell, [event])
            self._engine.touch()
        else:
            self._watch.follow(loaded.includes)
            new_lists = loaded.lists != self._engine.loaded.lists
            self._needs_restart(self._engine.configuration.settings, loaded.config.settings)
            await self._adopt(loaded)
            if new_lists:
                self._scheduler.modify_job("lists", next_run_time=engine.now())
            self._log.info(
                "feeds.yaml taken up", extra={"sources": len(loaded.config.sources), "outputs": len(loaded.config.outputs)}
            )

    async def _adopt(self, loaded: config_file.Loaded) -> None:
        try:
            await self._engine.adopt(loaded)
        except errors.StoreError:
            self._reload = True  # at the next tick
            raise

    def _needs_restart(self, old: config.Settings, new: config.Settings) -> None:
        for name in ("data", "output", "listen", "store"):
            if getattr(old, name) != getattr(new, name):
                self._log.warning("a changed setting %s takes effect after a restart", name)
