"""A program's part in a cluster: polls the batches that it is handed, says that it is there, and ends rather than hang."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence

import aggregator
from aggregator import budget, engine, logs
from aggregator.cluster import handing
from aggregator.core import errors, model
from aggregator.core.schedule import batches
from aggregator.edges import queue, store, supervisor, threads

GATHER = 0.05  # seconds in which polls that end together are gathered into one transaction
BEAT = 5.0  # seconds between signs of life
LEASE = datetime.timedelta(seconds=45)  # for which a source is ours without one
PATIENCE = 120.0  # seconds without the database, after which the program ends, for its supervisor to start it anew
AGAIN = 2.0  # seconds before the queue is tried again
SKEW = 5.0  # seconds by which a machine's clock may be wrong before that is told


class Member:
    """One program of a cluster; one that is `ticking` also hands out. `stop` is called when it must end; `failure` says why."""

    def __init__(self, of: engine.Engine, kind: str, stop: Callable[[], None], *, ticking: bool) -> None:
        self.failure: BaseException | None = None
        self._engine = of
        self._kind = kind
        self._stop = stop
        self._ticking = ticking
        self._log = logging.getLogger(logs.NAME)
        self._queue = queue.Queue(of.configuration.settings.store, store.schema())
        self._held: set[store.Claim] = set()
        self._started = of.clock.now()
        self._heard = time.monotonic()
        self._late = False  # the machine's clock was told to be wrong
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"

    async def join(self) -> None:
        """Make the queue, and say that this program is there. Raises StoreError."""
        await threads.run(self._queue.prepare)
        await self._beat()

    async def run(self) -> None:
        """Take part until cancelled."""
        others = [asyncio.create_task(work) for work in (self._beating(), self._collecting())]
        bounds = self._engine.configuration.settings.limits.concurrency
        mixed = -(-bounds // batches.MOST) + 1
        work = queue.Work(self._poll, self._lost, self._tick if self._ticking else None, hosts=bounds, mixed=mixed)
        try:
            while True:
                try:
                    await self._queue.work(work)
                except errors.StoreError as error:
                    self._log.error("%s; it is tried again", error)
                await asyncio.sleep(AGAIN)
        finally:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    async def leave(self) -> None:
        """Store what was polled, let others have the rest, and be gone."""
        with contextlib.suppress(errors.StoreError):
            await self._engine.settle(0)
            await self._engine.store_brought()
            await threads.run(self._engine.store.shared.renew, tuple(self._held), None)
            await threads.run(self._engine.store.shared.leave, self._name)

    # polling what is handed out

    async def _poll(self, handed: queue.Claims) -> None:
        of, claims = self._engine, [store.Claim(*one) for one in handed]
        states = await threads.run(of.store.shared.begin, claims, of.clock.now() + LEASE)
        held = {store.Claim(state.row, state.fence) for state in states}
        self._held |= held
        try:
            if not await self._polled(states):
                await threads.run(of.store.shared.renew, tuple(held), None)
        except asyncio.CancelledError:
            raise  # `leave` lets go of them
        except BaseException:
            self._held -= held
            raise
        self._held -= held

    async def _polled(self, states: Sequence[model.SourceState]) -> bool:
        """Poll sources and store what they bring; whether all of them brought something, be it an error."""
        of = self._engine
        known = [state for state in states if state.url in of.roster.by_url]
        if len(known) < len(states):
            self._log.warning("%d sources were handed out that the feeds.yaml of this host does not name", len(states) - len(known))
        of.turns.know(await threads.run(of.store.hosts))
        brought = await asyncio.gather(*of.start(known), return_exceptions=True)
        await asyncio.sleep(GATHER)
        await of.store_brought()
        return len(brought) == len(states) and all(one is True for one in brought)

    async def _lost(self, handed: queue.Claims) -> None:
        """Let others have what a lost program held."""
        self._log.warning("a program was lost; the %d sources that it had are handed out again", len(handed))
        await threads.run(self._engine.store.shared.renew, [store.Claim(*one) for one in handed], None)

    async def _collecting(self) -> None:
        """Store what polls bring, as it comes."""
        while True:
            await self._engine.wait_brought()
            await asyncio.sleep(GATHER)
            try:
                await self._engine.store_brought()
            except errors.StoreError as error:
                self._log.error("%s", error)

    async def _tick(self) -> None:
        await threads.run(handing.hand_out, self._engine, self._queue)

    # signs of life

    async def _beating(self) -> None:
        said = f"the database has said nothing for {PATIENCE:.0f} s, not even that it cannot; this program ends, to be started anew"
        with supervisor.Watchdog(PATIENCE, said) as watchdog:
            while True:
                await asyncio.sleep(BEAT)
                watchdog.feed()
                try:
                    await self._beat()
                except errors.StoreNewer as error:
                    self._fail(error)
                except errors.StoreError as error:
                    self._missed(error)

    def _missed(self, error: errors.StoreError) -> None:
        self._log.error("%s", error)
        if time.monotonic() - self._heard > PATIENCE:
            self._fail(errors.StoreError(f"{error}. It has been so for {PATIENCE:.0f} s; this program ends, to be started anew"))

    def _fail(self, error: errors.StoreError) -> None:
        self.failure = error
        self._stop()

    async def _beat(self) -> None:
        await threads.run(self._say, tuple(self._held))
        self._engine.budget.follow(await threads.run(self._engine.store.noted, budget.NOTE))
        self._heard = time.monotonic()
        supervisor.notify("WATCHDOG=1")

    def _say(self, held: Sequence[store.Claim]) -> None:
        of = self._engine
        ahead = of.follow_clock().total_seconds()
        if abs(ahead) > SKEW and not self._late:
            self._log.warning("the clock of this machine is wrong by %+.0f s; that of the database is gone by", -ahead)
        self._late = abs(ahead) > SKEW
        counts = of.ledger.counts
        node = store.Node(
            name=self._name,
            kind=self._kind,
            version=aggregator.__version__,
            fingerprint=of.loaded.fingerprint,
            started_at=self._started,
            seen_at=of.clock.now(),
            polls=sum(counts[outcome] for outcome in ("updated", "not_modified", "failed")),
            failures=counts["failed"],
        )
        of.store.shared.beat(node)
        if held:
            of.store.shared.renew(held, of.clock.now() + LEASE)
