"""One aggregator at work on one data directory: opens the edges, polls what is due, publishes; for the daemon and for one pass."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import functools
import logging
import pathlib
import random
import time
from collections.abc import Awaitable, Callable, Sequence

from aggregator import budget, clock, flights, ledger, logs, printer, readers, roster, safekeeping, subscriptions, tray, turns
from aggregator.core import config, coverage, errors, health, model, polls
from aggregator.edges import config_file, publish, store, threads
from aggregator.pipeline import absorb, amend, refresh, republish

Reading = Callable[[], Awaitable[absorb.Poll | None]]
PATIENCE = 5.0  # seconds before trying again what the store or the disk refused


@dataclasses.dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says over the settings."""

    data: pathlib.Path | None = None
    output: pathlib.Path | None = None
    helping: bool = False  # it polls what it is handed: it knows no other sources, publishes nothing and holds no directory


class Engine:
    """Everything that a running aggregator holds. Open it with `async with`; one process for each data directory.

    With a store that is `shared` by programs on several machines, its time is the clock of that store.
    """

    def __init__(self, loaded: config_file.Loaded, overrides: Overrides = Overrides(), ticking: clock.Clock = clock.SYSTEM) -> None:
        settings, self.loaded = loaded.config.settings, loaded
        self.shared = settings.store != store.SQLITE
        self.clock = clock.Shared() if self.shared else ticking
        self._helping = overrides.helping
        self.data = overrides.data or loaded.at(settings.data)
        self.output = overrides.output or loaded.at(settings.output)
        self.states: dict[int, model.SourceState] = {}
        self.printer = printer.Printer(self.clock)
        self.ledger = ledger.Ledger()
        self.readers = readers.Readers()
        self._log = logging.getLogger(logs.NAME)
        self._flights = flights.Flights()
        self._tray = tray.Tray()
        self._storing = asyncio.Lock()
        self._wait_until = 0.0
        self.roster = roster.Roster.of(loaded.config)
        self.subscriptions: subscriptions.Subscriptions | None = None  # the daemon's, for only it can be delivered to

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
        self._lock = None if self._helping else store.Lock(self.data)
        try:
            self.store = safekeeping.opened(
                self.data, self.clock.now(), self.configuration.settings.store, making=not self._helping
            )
            self.follow_clock()
            if not self._helping:
                with contextlib.suppress(errors.PublishError):
                    publish.sweep(self.output)
                self.states = self._enrol(self.loaded)
            self.budget = budget.Budget(self.roster, self.store.noted(budget.NOTE), self.clock)
            self.turns = turns.Turns(self.configuration, self.clock, self.store.hosts())
            await self._open_edges()
        except BaseException:
            self._release()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close_edges()
        self.store.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def follow_clock(self) -> datetime.timedelta:
        """Follow the clock that the store shares; by how much it is ahead of this machine's. Raises StoreError."""
        return self.clock.follow(self.store.shared.time) if isinstance(self.clock, clock.Shared) else datetime.timedelta(0)

    def _enrol(self, loaded: config_file.Loaded) -> dict[int, model.SourceState]:
        moment, said = self.clock.now(), roster.Roster.of(loaded.config)
        self.store.enrol(said.sources(), said.outputs(republish.OPERATIONS), config.base_url(loaded.config.settings), moment)
        self.store.follow_file(said.verdicts(), moment)
        return said.known(self.store, moment)

    async def _open_edges(self) -> None:
        self.edges = refresh.edges(self.store, self.configuration, user_agent(self.configuration.settings.contact), self.turns)

    async def _close_edges(self) -> None:
        await self.edges.workers.aclose()
        await self.edges.fetcher.aclose()

    async def adopt(self, loaded: config_file.Loaded) -> None:
        """Go on with another configuration; where the store and the outputs lie stays as it was. Raises StoreError."""
        changed = loaded.config.settings != self.configuration.settings
        async with self._storing:
            self.states, self.loaded = {} if self._helping else await threads.run(self._enrol, loaded), loaded
            self.roster = roster.Roster.of(loaded.config)
            self.budget.adopt(self.roster)
        if changed:
            await self.settle(self.configuration.settings.limits.seconds)
            await self._close_edges()
            self.turns.adopt(self.configuration)
            await self._open_edges()
        self.touch()

    def due(self, moment: datetime.datetime) -> list[model.SourceState]:
        """The sources to poll now."""
        idle = (state for row, state in self.states.items() if row not in self._flights.rows)
        return [state for state in self.roster.due(idle, moment) if not self.turns.waits(self.address(state))]

    def all_but_waiting(self, moment: datetime.datetime) -> list[model.SourceState]:
        """Every source that may be polled: not paused, and its server did not ask us to wait."""
        free = self.roster.all_but_waiting(self.states.values(), moment)
        return [state for state in free if not self.turns.asks_to_wait(self.address(state))]

    def waits_until(self, state: model.SourceState) -> datetime.datetime | None:
        """Until when the host of a source is left alone; None: it is not."""
        return self.turns.until(self.address(state))

    def address(self, state: model.SourceState) -> str:
        """Where a source is asked now; the roster may be a moment older."""
        source = self.roster.by_url.get(state.url)
        return refresh.address(source, state)[0] if source else state.url

    def start(self, states: Sequence[model.SourceState], done: Callable[[], None] = lambda: None) -> list[asyncio.Task[bool]]:
        """Begin to poll these sources; what they bring waits for `store_brought`, and each task tells whether there is anything.

        `done` is called after each.
        """
        if time.monotonic() < self._wait_until:
            return []
        self._flights.rows |= {state.row for state in states}
        readings = [(state.row, functools.partial(self._poll, state)) for state in states]
        return [self._flights.kept(asyncio.create_task(self._read(*reading, done))) for reading in readings]

    def deliver(self, row: int, reading: Reading, done: Callable[[], None]) -> bool:
        """Begin to read what a hub delivered of a source; False while it is being asked, or the store refuses."""
        free = row not in self._flights.rows and time.monotonic() >= self._wait_until
        if free:
            self._flights.rows.add(row)
            self._flights.kept(asyncio.create_task(self._read(row, reading, done)))
        return free

    async def settle(self, seconds: float) -> None:
        """Wait for the polls under way, at most so long; those that take longer are given up and polled again another time."""
        self._tray.crowd()
        await self._flights.settle(seconds)

    async def _read(self, row: int, reading: Reading, done: Callable[[], None]) -> bool:
        poll = None
        try:
            poll = await reading()
        finally:
            if poll is None:
                self._flights.rows.discard(row)
        if poll is not None:
            self._tray.put(poll)
        done()
        return poll is not None

    async def _poll(self, state: model.SourceState) -> absorb.Poll | None:
        source = self.roster.by_url[state.url]
        outcome = await self._asked(source, state)
        if outcome is None:
            return None
        pace, now = self._pace(source), self.clock.now()
        after = polls.settle(state, outcome, pace, now, random.random())
        if self.subscriptions is not None:
            after = self.subscriptions.polled(source, after, outcome, now, adaptive=pace.interval is None)
        logs.polled(after, outcome)
        return absorb.Poll(state, after, outcome, self.terms(source))

    async def _asked(self, source: config.Source, state: model.SourceState) -> polls.Outcome | None:
        """What asking a source came to; None when its host refused others while it waited for its turn."""
        url = refresh.address(source, state)[0]
        async with self.turns.at(url) as free:
            if not free:
                return None
            await self._tray.room()
            asked = coverage.asked(state, self.clock.now())
            outcome = await refresh.guarded(state, refresh.refresh(self.edges, source, asked, self.roster.policy(source)))
            self.turns.heard(url, outcome)
            return outcome

    def terms(self, source: config.Source) -> absorb.Terms:
        """By which what a source brings is judged."""
        settings = self.configuration.settings
        own = config.base_url(settings) if settings.url else None
        return absorb.Terms(settings.duplicate_window, self.roster.share(source), own, self.roster.interval(source) is None)

    def _pace(self, source: config.Source) -> polls.Pace:
        """How often to poll a source, which was just polled."""
        interval = self.roster.interval(source)
        if interval is None:
            self.ledger.counts["adaptive"] += 1
            if not self.shared:  # else who handed it out has charged it
                self.budget.charge()
        return polls.Pace(interval, self.budget.aim)

    # storing and publishing

    async def store_brought(self) -> absorb.Tally:
        """Store what polls have brought so far; what the store refuses is polled again when it is due."""
        total = absorb.Tally()
        async with self._storing:
            while batch := self._tray.take():
                total += await self._store(batch)
        return total

    async def wait_brought(self) -> None:
        """Wait until a poll has brought something."""
        await self._tray.news()

    async def _store(self, taken: Sequence[absorb.Poll]) -> absorb.Tally:
        batch = [poll for poll in taken if self.states.get(poll.after.row, poll.before).url == poll.before.url]
        changed = self.turns.changed
        try:
            absorbed = await threads.run(absorb.absorb, self.store, batch, self.clock.now(), tuple(changed.values()))
        except errors.StoreCorrupt:
            raise
        except errors.StoreError as error:
            self._log.error("cannot store %d polls: %s", len(batch), error)
            self._wait_until = time.monotonic() + PATIENCE
            self.ledger.refused()
            self.states |= {row: state for row, state in absorb.postponed(batch).items() if row in self.states}
            return absorb.Tally(sources=len(batch), failed=len(batch))
        finally:
            self._flights.rows -= {poll.after.row for poll in taken}
            self._tray.stored(taken)
            self.printer.stale.polled(((poll.before, poll.after, poll.outcome) for poll in batch), self.clock.now())
        self.states |= {after.row: self._named(after) for after in absorbed.states if after.row in self.states}
        if self.subscriptions is not None:
            self.subscriptions.stored(batch, absorbed.carried, self.clock.now())
        self.turns.saved(changed)
        self.ledger.stored(batch, absorbed, self.clock.now())
        self._log_news(absorbed.tally)
        return absorbed.tally

    def _named(self, after: model.SourceState) -> model.SourceState:
        """A state after a poll, under the address and name that feeds.yaml gives by now."""
        current = self.states[after.row]
        return dataclasses.replace(after, url=current.url, name=current.name)

    def _log_news(self, tally: absorb.Tally) -> None:
        if tally.entries_new or tally.entries_changed:
            extra = {"new": tally.entries_new, "changed": tally.entries_changed, "duplicates": tally.duplicates}
            self._log.info("stored what %d polls brought", tally.sources, extra=extra)

    def patience_ends(self) -> None:
        """Try again at once what the store or the disk refused, and publish: there will be no later."""
        self._wait_until = 0.0
        self.printer.rest_ends()

    # what changes between polls

    async def amend(self) -> None:
        """Bring stored entries up to what is known by now, and ask again for pages that did not come."""
        if time.monotonic() >= self._wait_until:
            await self._flights.kept(asyncio.create_task(self._amend()))

    async def _amend(self) -> None:
        desk = amend.Desk(self.edges, self.states, self.roster.by_url, self.roster.policy)
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
        self.ledger.published(press.after, press.topics)

    def touch(self) -> None:
        """Have the outputs published again: something that they depend on was written to the store."""
        self.printer.touch()

    @property
    def requests(self) -> int:
        """HTTP requests made so far, redirects, pages and robots.txt included."""
        return self.edges.fetcher.requests

    @property
    def received(self) -> int:
        """Bytes of bodies received so far, as they came over the wire."""
        return self.edges.fetcher.received

    def health_of(self, state: model.SourceState) -> health.Health:
        """How a source is doing."""
        return health.health(state, self.clock.now(), paused=self.roster.paused(state))


now, user_agent = clock.SYSTEM.now, roster.user_agent
