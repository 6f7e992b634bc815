"""One aggregator at work on one data directory: opens the edges, polls what is due, publishes; for the daemon and for one pass."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import datetime
import functools
import logging
import os
import pathlib
import random
import time
from collections.abc import Callable, Sequence

from aggregator import clock, logs, printer, roster, turns
from aggregator.core import config, coverage, delays, errors, health, model, polls, text
from aggregator.core.schedule import plan, price
from aggregator.edges import config_file, fetch, publish, store, threads, workers
from aggregator.pipeline import absorb, amend, pages, refresh, republish

PATIENCE = 5.0  # seconds before trying again what the store or the disk refused


@dataclasses.dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says over the settings."""

    data: pathlib.Path | None = None
    output: pathlib.Path | None = None


class Engine:
    """Everything that a running aggregator holds. Open it with `async with`; one process for each data directory."""

    def __init__(self, loaded: config_file.Loaded, overrides: Overrides = Overrides(), ticking: clock.Clock = clock.SYSTEM) -> None:
        settings, self.clock = loaded.config.settings, ticking
        self.loaded = loaded
        self.data = overrides.data or loaded.at(settings.data)
        self.output = overrides.output or loaded.at(settings.output)
        self.states: dict[int, model.SourceState] = {}
        self.printer = printer.Printer(ticking)
        self.counts: collections.Counter[str] = collections.Counter()
        self.delays = delays.Delays()
        self._log = logging.getLogger(logs.NAME)
        self._flying: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._brought: asyncio.Queue[absorb.Poll] = asyncio.Queue()
        self._news = asyncio.Event()
        self._storing = asyncio.Lock()
        self._wait_until = 0.0
        self._roster = roster.Roster.of(loaded.config)

    @property
    def configuration(self) -> config.Config:
        """The configuration in force."""
        return self.loaded.config

    @property
    def troubles(self) -> tuple[str, ...]:
        """What stood in the way of publishing the last time."""
        return self.printer.troubles

    async def __aenter__(self) -> Engine:
        """Take the data directory, open the store, enrol the sources. Raises StoreError."""
        self._lock = store.Lock(self.data)
        try:
            self.store = store.open_store(self.data)
            with contextlib.suppress(errors.PublishError):
                publish.sweep(self.output)
            self.states = self._enrol(self.loaded)
            self.price = self._roster.priced(price.load(self.store.price()), self.clock.now())
            self.turns = turns.Turns(self.configuration, self.clock, self.store.hosts())
            await self._open_edges()
        except BaseException:
            self._lock.release()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close_edges()
        self.store.close()
        self._lock.release()

    def _enrol(self, loaded: config_file.Loaded) -> dict[int, model.SourceState]:
        moment, said = self.clock.now(), roster.Roster.of(loaded.config)
        self.store.enrol(said.sources(), said.outputs(republish.OPERATIONS), config.base_url(loaded.config.settings), moment)
        self.store.follow_file(said.verdicts(), moment)
        return said.known(self.store, moment)

    async def _open_edges(self) -> None:
        settings = self.configuration.settings
        limits = settings.limits
        agent = user_agent(settings.contact)
        self._fetcher = fetch.Fetcher(limits=limits, allow=settings.allow_addresses, user_agent=agent, proxy=settings.proxy)
        self._workers = workers.Workers(count=os.cpu_count() or 1, seconds=limits.job_seconds, memory=limits.job_memory)
        own = functools.partial(config.allowed, self.configuration)
        articles = pages.Pages(self._fetcher, self._workers, agent, own, self.turns)
        self._edges = refresh.Edges(self.store, self._fetcher, self._workers, articles, limits)

    async def _close_edges(self) -> None:
        await self._workers.aclose()
        await self._fetcher.aclose()

    async def adopt(self, loaded: config_file.Loaded) -> None:
        """Go on with another configuration; where the store and the outputs lie stays as it was. Raises StoreError."""
        changed = loaded.config.settings != self.configuration.settings
        async with self._storing:
            self.states, self.loaded = await threads.run(self._enrol, loaded), loaded
            self._roster = roster.Roster.of(loaded.config)
            self.price = self._roster.priced(self.price, self.clock.now())
        if changed:
            await self.settle(self.configuration.settings.limits.seconds)
            await self._close_edges()
            self.turns.adopt(self.configuration)
            await self._open_edges()
        self.touch()

    # polling

    def due(self, moment: datetime.datetime) -> list[model.SourceState]:
        """The sources to poll now."""
        due = self._roster.due((state for row, state in self.states.items() if row not in self._flying), moment)
        return [state for state in due if not self.turns.waits(self._address(state))]

    def all_but_waiting(self, moment: datetime.datetime) -> list[model.SourceState]:
        """Every source that may be polled: not paused, and its server did not ask us to wait."""
        free = self._roster.all_but_waiting(self.states.values(), moment)
        return [state for state in free if not self.turns.asks_to_wait(self._address(state))]

    def waits_until(self, state: model.SourceState) -> datetime.datetime | None:
        """Until when the host of a source is left alone; None: it is not."""
        return self.turns.until(self._address(state))

    def _address(self, state: model.SourceState) -> str:
        """Where a source is asked now; the roster may be a moment older."""
        source = self._roster.by_url.get(state.url)
        return refresh.address(source, state)[0] if source else state.url

    def start(self, states: Sequence[model.SourceState], done: Callable[[], None] = lambda: None) -> list[asyncio.Task[None]]:
        """Begin to poll these sources; what they bring waits for `store_brought`. `done` is called after each."""
        if time.monotonic() < self._wait_until:
            return []
        self._flying |= {state.row for state in states}
        tasks = [asyncio.create_task(self._poll(self._roster.by_url[state.url], state, done)) for state in states]
        self._tasks.update(tasks)
        for task in tasks:
            task.add_done_callback(self._tasks.discard)
        return tasks

    async def settle(self, seconds: float) -> None:
        """Wait for the polls under way, at most so long; those that take longer are given up and polled again another time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _poll(self, source: config.Source, state: model.SourceState, done: Callable[[], None]) -> None:
        try:
            outcome = await self._asked(source, state)
        except asyncio.CancelledError:
            self._flying.discard(state.row)
            raise
        if outcome is None:
            self._flying.discard(state.row)
        else:
            self._bring(source, state, outcome)
        done()

    def _bring(self, source: config.Source, state: model.SourceState, outcome: polls.Outcome) -> None:
        after = polls.settle(state, outcome, self._pace(source), self.clock.now(), random.random())
        self._brought.put_nowait(absorb.Poll(state, after, outcome, self._terms(source)))
        self._news.set()
        logs.polled(after, outcome)

    async def _asked(self, source: config.Source, state: model.SourceState) -> polls.Outcome | None:
        """What asking a source came to; None when its host refused others while it waited for its turn."""
        url = refresh.address(source, state)[0]
        async with self.turns.at(url) as free:
            outcome = await self._outcome(source, coverage.asked(state, self.clock.now())) if free else None
            if outcome is not None:
                self.turns.heard(url, outcome)
            return outcome

    def _terms(self, source: config.Source) -> absorb.Terms:
        settings = self.configuration.settings
        own = config.base_url(settings) if settings.url else None
        return absorb.Terms(settings.duplicate_window, self._roster.share(source), own, self._roster.interval(source) is None)

    async def _outcome(self, source: config.Source, state: model.SourceState) -> polls.Outcome:
        try:
            return await refresh.refresh(self._edges, source, state, self._roster.policy(source))
        except errors.StoreError as error:
            return polls.Failed("store", str(error))
        except Exception as error:
            self._log.exception("a bug met while polling %s", state.called)
            said = text.one_line(f"{type(error).__name__}: {error}")
            return polls.Failed("bug", f"a bug of this program: {text.shorten(said, 200)}")

    def _pace(self, source: config.Source) -> polls.Pace:
        """How often to poll a source, which was just polled."""
        interval = self._roster.interval(source)
        if interval is None:
            self.price = price.charged(self.price, self.clock.now().timestamp(), self._roster.budget)
        return polls.Pace(interval, plan.Aim(self.price.level))

    # storing and publishing

    async def store_brought(self) -> absorb.Tally:
        """Store what polls have brought so far; what the store refuses is polled again when it is due."""
        total = absorb.Tally()
        async with self._storing:
            while not self._brought.empty():
                total += await self._store(absorb.batch(self._brought))
        return total

    async def wait_brought(self) -> None:
        """Wait until a poll has brought something."""
        await self._news.wait()
        self._news.clear()

    async def _store(self, batch: Sequence[absorb.Poll]) -> absorb.Tally:
        rows = {poll.after.row for poll in batch}
        batch, changed = (
            [poll for poll in batch if self.states.get(poll.after.row, poll.before).url == poll.before.url],
            self.turns.changed,
        )
        try:
            absorbed = await threads.run(absorb.absorb, self.store, batch, self.clock.now(), tuple(changed.values()))
        except errors.StoreCorrupt:
            raise
        except errors.StoreError as error:
            self._log.error("cannot store %d polls: %s", len(batch), error)
            self._wait_until = time.monotonic() + PATIENCE
            postponed = {
                p.before.row: dataclasses.replace(p.before, due_at=p.after.due_at, retry_at=p.after.retry_at) for p in batch
            }
            self.states |= {row: state for row, state in postponed.items() if row in self.states}
            return absorb.Tally(sources=len(batch), failed=len(batch))
        finally:
            self._flying -= rows
            self.printer.stale.polled(((poll.before, poll.after, poll.outcome) for poll in batch), self.clock.now())
        self.states |= {after.row: self._named(after) for after in absorbed.states if after.row in self.states}
        self.turns.saved(changed)
        self._count(absorbed.tally)
        self.delays = self.delays.counted(absorbed.delays)
        return absorbed.tally

    def _named(self, after: model.SourceState) -> model.SourceState:
        """A state after a poll, under the address and name that feeds.yaml gives by now."""
        current = self.states[after.row]
        return dataclasses.replace(after, url=current.url, name=current.name)

    def _count(self, tally: absorb.Tally) -> None:
        self.counts.update(dataclasses.asdict(tally))
        if tally.entries_new or tally.entries_changed:
            extra = {"new": tally.entries_new, "changed": tally.entries_changed, "duplicates": tally.duplicates}
            self._log.info("stored what %d polls brought", tally.sources, extra=extra)

    def patience_ends(self) -> None:
        """Try again at once what the store or the disk refused: there will be no later."""
        self._wait_until = 0.0

    # what changes between polls

    async def amend(self) -> None:
        """Bring stored entries up to what is known by now, and ask again for pages that did not come."""
        if time.monotonic() >= self._wait_until:
            task = asyncio.create_task(self._amend())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await task

    async def _amend(self) -> None:
        desk = amend.Desk(self._edges, self.states, self._roster.by_url, self._roster.policy)
        changed = 0
        async for step in desk.amended(self.clock.now(), self.configuration.settings.duplicate_window):
            self.printer.stale.anything(changed=step > 0)
            changed += step
        if changed:
            self._log.info("amended stored entries", extra={"entries": changed})

    async def publish(self) -> None:
        """Bring the outputs up to date if anything they depend on has changed."""
        press = republish.Press(self.store, self.output, self.configuration, self.loaded.fingerprint)
        if not await self.printer.publish(press, wait=time.monotonic() < self._wait_until):
            self._wait_until = time.monotonic() + PATIENCE

    def touch(self) -> None:
        """Have the outputs published again: something that they depend on was written to the store."""
        self.printer.touch()

    async def housekeep(self) -> None:
        """Move the hour that rules go by, let go of entries past keeping."""
        settings = self.configuration.settings
        retired = await threads.run(self.store.housekeep, self.clock.now(), settings.keep, settings.duplicate_window)
        await threads.run(self.store.keep_price, price.dump(self.price))
        self.touch()
        if retired:
            self._log.info("retired entries that left their sources long ago", extra={"entries": retired})

    @property
    def requests(self) -> int:
        """HTTP requests made so far, redirects, pages and robots.txt included."""
        return self._fetcher.requests

    @property
    def received(self) -> int:
        """Bytes of bodies received so far, as they came over the wire."""
        return self._fetcher.received

    def health_of(self, state: model.SourceState) -> health.Health:
        """How a source is doing."""
        return health.health(state, self.clock.now(), paused=self._roster.paused(state))


now, user_agent = clock.SYSTEM.now, roster.user_agent
