"""What hubs deliver, taken in: a `serve.Callbacks` over an engine and its subscriptions."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import functools
from collections.abc import Mapping

from aggregator import engine, logs, subscriptions
from aggregator.core import config, model, polls, websub
from aggregator.edges import config_file, serve
from aggregator.pipeline import absorb, refresh

AT_ONCE = 4  # deliveries that are read at the same time
WAITING = 64  # deliveries that wait to be read,
OF_ONE = 8  # of one source, so that no hub keeps the others out,
BODIES = 4  # and how many of the largest kind they may be together
OUTCOMES = ("new", "known", "unreadable", "unsigned", "refused")


class Push:
    """Deliveries wait here for their turn; `tick` each second, `renew` now and then."""

    def __init__(self, of: engine.Engine) -> None:
        self._engine = of
        self._loaded: config_file.Loaded | None = None
        self._listening = False
        self._waiting: collections.deque[tuple[int, model.Response]] = collections.deque()
        self._reading = 0
        self.counts: collections.Counter[str] = collections.Counter()
        self.subscriptions = of.subscriptions = subscriptions.Subscriptions(of.store, lambda: of.states, of.clock.now, of.touch)

    def open(self, *, listening: bool) -> None:
        """Begin; `listening`: whether hubs find anybody at our address."""
        self._listening, self._loaded = listening, self._engine.loaded
        self.subscriptions.open(self._place())

    def _place(self) -> websub.Place | None:
        read = self._engine.configuration
        base = config.reached(read) if self._listening else None
        return None if base is None else websub.Place(base, functools.partial(config.allowed, read))

    async def tick(self) -> None:
        """Read what waits, poll what has to be polled after all."""
        self._read_waiting()
        states = self._engine.states
        for row, moment in self.subscriptions.hurried().items():
            if row in states and (due_at := states[row].due_at) is not None:
                states[row] = dataclasses.replace(states[row], due_at=min(moment, due_at))

    async def renew(self) -> None:
        """Follow feeds.yaml, and ask hubs for what is due."""
        if self._loaded is not self._engine.loaded:
            self._loaded = self._engine.loaded
            self.subscriptions.follow(self._place())
        of = self._engine
        polled = [row for row, state in of.states.items() if not of.roster.paused(state)]
        await self.subscriptions.tick(self._post, polled)

    async def _post(self, hub: str, form: Mapping[str, str]) -> None:
        """Ask a hub; one in the user's own networks is named by its address, so a name must not lead there."""
        await self._engine.edges.fetcher.post(hub, form, allow=config.allowed(self._engine.configuration, hub))

    async def aclose(self) -> None:
        """Stop asking hubs, and store what was learned of them."""
        await self.subscriptions.aclose()

    def _read_waiting(self) -> None:
        for _ in range(len(self._waiting)):
            row, response = self._waiting.popleft()
            state = self._engine.states.get(row)
            if state is None:
                continue
            reading = functools.partial(self._read, state, response)
            if self._reading < AT_ONCE and self._engine.deliver(row, reading, self._read_waiting):
                self._reading += 1
            else:
                self._waiting.append((row, response))

    async def _read(self, state: model.SourceState, response: model.Response) -> absorb.Poll | None:
        of, source = self._engine, self._engine.roster.by_url[state.url]
        try:
            outcome = await refresh.guarded(state, refresh.take(of.edges, source, state, of.roster.policy(source), response))
        finally:
            self._reading -= 1
        logs.delivered(state, outcome)
        if not isinstance(outcome, polls.Updated):
            self.counts["unreadable"] += 1
            return None
        self.counts["new" if outcome.fresh else "known"] += 1
        return absorb.Poll(state, polls.delivered(state, outcome, of.clock.now()), outcome, of.terms(source))

    # serve.Callbacks

    @property
    def largest(self) -> int:
        """As for fetches."""
        return self._engine.configuration.settings.limits.body

    @property
    def patience(self) -> float:
        """As for fetches."""
        return self._engine.configuration.settings.limits.seconds

    def known(self, token: str) -> bool:
        """Whether there is such a subscription."""
        return self.subscriptions.get(token) is not None

    async def confirm(self, token: str, asked: Mapping[str, str]) -> str | None:
        """What the subscriptions say."""
        return await self.subscriptions.confirm(token, asked)

    def full(self, token: str) -> bool:
        """By their number, those of one source too, and by their size."""
        one = self.subscriptions.get(token)
        same = sum(one is not None and row == one.source for row, _ in self._waiting)
        held = sum(len(response.body) for _, response in self._waiting)
        return len(self._waiting) >= WAITING or same >= OF_ONE or held > BODIES * self.largest

    async def take(self, token: str, delivery: serve.Delivery) -> None:
        """Have it read if it is live and signed; else nothing becomes of it."""
        one = self.subscriptions.get(token)
        if (
            one is None
            or not one.live
            or not await asyncio.to_thread(websub.signed, delivery.signatures, one.secret, delivery.body)
        ):
            self.counts["unsigned"] += 1
            return
        self._waiting.append((one.source, model.Response(one.document, 200, delivery.body, delivery.content_type)))
        self._read_waiting()

    def refused(self) -> None:
        """Count it."""
        self.counts["refused"] += 1
