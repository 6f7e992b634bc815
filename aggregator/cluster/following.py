"""What a program that serves does beside its polls: follows what others store, and publishes, or takes over what is published."""

from __future__ import annotations

import datetime

from aggregator import engine
from aggregator.cluster import mirror
from aggregator.core import model
from aggregator.edges import threads
from aggregator.pipeline import republish

_BEHIND = datetime.timedelta(seconds=5)  # by which a poll may be stored later than one that was made after it
ANEW = datetime.timedelta(minutes=10)  # after which all sources are read again


class Following:
    """Of one engine. `leads`: it does what is done once in a cluster."""

    def __init__(self, of: engine.Engine) -> None:
        self.leads = False
        self._engine = of
        self._mirror = mirror.Mirror(of.output)
        self._since = self._read_at = of.clock.now()
        self._change = max((state.change for state in of.states.values()), default=0)
        self._told = 0
        self._given: datetime.datetime | None = None

    async def tick(self) -> None:
        """Follow, then publish or take over. Raises StoreError, PublishError."""
        of, shared = self._engine, self._engine.store.shared
        self._notice(await threads.run(self._polled))
        leads = await threads.run(shared.lead)
        if leads and not self.leads:
            of.touch()
        self.leads = leads
        if leads:
            await of.publish()
            if of.printer.published_at != self._given:
                await threads.run(self._mirror.give, shared)
                self._given = of.printer.published_at
        elif await threads.run(self._mirror.take, shared) or of.printer.published_at is None:
            await threads.run(self._look)

    def _polled(self) -> tuple[list[model.SourceState], int]:
        """The sources that changed, and the number of what the operator was told last."""
        of, now = self._engine, self._engine.clock.now()
        since, change = self._since - _BEHIND, self._change
        if now - self._read_at > ANEW:
            since, change, self._read_at = datetime.datetime.fromtimestamp(0, datetime.UTC), -1, now
        found = of.store.shared.polled(since, change)
        self._since = now
        return found, of.store.shared.told()

    def _notice(self, found: tuple[list[model.SourceState], int]) -> None:
        of, (states, told) = self._engine, found
        changed = [state for state in states if state.change > self._change]
        failing = any(
            state.failures and state.failures != of.states[state.row].failures for state in states if state.row in of.states
        )
        of.states |= {state.row: state for state in states if state.row in of.states}
        of.printer.stale.sources({state.row for state in changed}, said=failing or told != self._told)
        self._change = max((state.change for state in changed), default=self._change)
        self._told = told

    def _look(self) -> None:
        """Know what the outputs that were taken over show, and where their archives are."""
        of = self._engine
        there = of.store.shared.files()
        if not there:
            return
        press = republish.Press(of.store, of.output, of.configuration, of.loaded.fingerprint, of.printer.shown)
        republish.look(press)
        parts = mirror.archives(there)
        of.printer.archives = {one.name: ((), tuple(parts.get(one.path, ()))) for one in of.configuration.outputs}
        of.printer.published_at = of.clock.now()
