"""What is subscribed to at hubs: kept in the store, asked for when that is due, and judged by what polls show."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import datetime
import functools
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from aggregator import logs
from aggregator.core import config, errors, model, polls, urls, websub
from aggregator.edges import store, threads
from aggregator.pipeline import absorb

Post = Callable[[str, Mapping[str, str]], Awaitable[None]]
"""Sends a form to an address; raises FetchError (`fetch.Fetcher.post`)."""

AT_ONCE = 4  # hubs asked at the same time
SPREAD = 600.0  # seconds over which the sources of trusted hubs are polled after a start
TOLD_AGAIN = datetime.timedelta(days=3)  # before the operator is told the same once more


class Subscriptions:
    """All subscriptions.

    `states` gives the sources by row; `clock` the present; `told` is called when the operator was told something.
    """

    def __init__(
        self,
        kept: store.Store,
        states: Callable[[], Mapping[int, model.SourceState]],
        clock: Callable[[], datetime.datetime],
        told: Callable[[], None],
    ) -> None:
        self._store = kept
        self._states = states
        self._clock = clock
        self._told = told
        self._place: websub.Place | None = None
        self._since = clock()
        self._held = {one.token: one for one in kept.subscriptions()}
        self._current = {one.source: one.token for one in self._held.values() if not one.leaving}
        self._changed: set[str] = set()
        self._events: list[store.Event] = []
        self._hurried: dict[int, datetime.datetime] = {}
        self._saving = asyncio.Lock()
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._log = logging.getLogger(logs.NAME)

    # asked by others

    def get(self, token: str) -> websub.Subscription | None:
        """The subscription of a token."""
        return self._held.get(token)

    def of(self, source: int) -> websub.Subscription | None:
        """The subscription of a source, unless it is on its way out."""
        return self._held.get(self._current.get(source, ""))

    def counts(self) -> collections.Counter[str]:
        """How many there are in each state."""
        return collections.Counter(one.state for one in list(self._held.values()))

    def hurried(self) -> dict[int, datetime.datetime]:
        """The sources that have to be polled soon because their hub may have missed something, and when; told once."""
        hurried, self._hurried = self._hurried, {}
        return hurried

    # what feeds.yaml says

    def open(self, place: websub.Place | None) -> None:
        """Begin: deliveries of the time before may be lost, so what was trusted is polled once, soon."""
        now = self._since = self._clock()
        self._hurried = {
            one.source: now + datetime.timedelta(seconds=SPREAD * random.random()) for one in self._held.values() if one.trusted
        }
        self.follow(place)

    def follow(self, place: websub.Place | None) -> None:
        """Go by where hubs reach us from now on; None: nowhere. What was subscribed to with another address is given up."""
        self._place = place
        for one in list(self._held.values()):
            if place is None or not one.callback.startswith(place.base):
                self._leave(one)

    def _leave(self, one: websub.Subscription) -> None:
        if one.leaving:
            return
        if one.trusted:
            self._hurried[one.source] = self._clock()
        del self._current[one.source]
        leaving = websub.left(one, self._clock())
        if leaving is None:
            self._forget(one)
        else:
            self._put(leaving)

    # what polls show

    def polled(
        self, source: config.Source, after: model.SourceState, outcome: polls.Outcome, now: datetime.datetime, *, adaptive: bool
    ) -> model.SourceState:
        """The state of a source after a poll, which waits long for the next one if its hub is trusted."""
        if isinstance(outcome, polls.Updated):
            self._heard(source, after.row, outcome, now)
        one = self.of(after.row)
        if isinstance(outcome, polls.Failed) or not adaptive or after.due_at is None or one is None or not one.trusted:
            return after
        return dataclasses.replace(after, due_at=websub.rested(after.due_at, now, random.random()))

    def _heard(self, source: config.Source, row: int, outcome: polls.Updated, now: datetime.datetime) -> None:
        """Subscribe to what a document announces; give up what it announces no more."""
        place, one = self._place, self.of(row)
        announced = functools.partial(websub.announced, outcome.response, outcome.feed, allow=source.allow_addresses)
        said = None if place is None or private(source) else announced(place)
        revised = None if one is None else websub.revised(one, said)
        if revised is not None:
            self._put(revised)
            return
        if one is not None:
            self._leave(one)
        if said is not None and place is not None:
            token = secrets.token_urlsafe(32)
            callback = f"{place.base}websub/{token}"
            made = websub.Subscription(token, secrets.token_hex(32), callback, row, said.topic, said.hubs, said.document, now)
            self._put(made)
            self._current[row] = token

    def stored(self, batch: Sequence[absorb.Poll], carried: Mapping[int, absorb.Carried], now: datetime.datetime) -> None:
        """Learn from what polls and deliveries brought how far hubs may be trusted."""
        for poll in batch:
            row, outcome = poll.before.row, poll.outcome
            one, found = self.of(row), carried.get(row)
            if one is None or found is None or not isinstance(outcome, polls.Updated):
                continue
            if outcome.partial:
                self._put(websub.delivered(one, found.new))
            else:
                read = poll.before.success_at
                self._judge(one, websub.Seen(found.ids, found.new, read if read and read >= self._since else None), now)

    def _judge(self, one: websub.Subscription, seen: websub.Seen, now: datetime.datetime) -> None:
        after = websub.judged(one, seen, now)
        self._put(after)
        if one.trusted and not after.trusted:
            count = websub.missed(one, seen, now)
            said = f"A poll showed {count} entries that it did not deliver. The source is polled as before until it proves itself."
            self._tell("distrusted", one, "has a hub that misses entries", said)
            self._hurried[one.source] = now

    # what hubs say

    async def confirm(self, token: str, asked: Mapping[str, str]) -> str | None:
        """The words to answer what a hub asks; None when we did not ask for that."""
        one, now = self._held[token], self._clock()
        if asked.get("hub.mode") == "denied" and asked.get("hub.topic") == one.topic:
            self._lost(one, websub.denied(one, asked.get("hub.reason", ""), now), "hub", "is refused by its hub")
            words = "noted"
        elif not websub.accepts(one, asked):
            return None
        else:
            words = asked["hub.challenge"]
            if one.leaving:
                self._forget(one)
            else:
                self._put(websub.verified(one, asked.get("hub.lease_seconds"), now))
                self._log.info("subscribed to %s", self._called(one))
        await self.save()
        return words

    def _lost(self, one: websub.Subscription, after: websub.Subscription, kind: str, title: str) -> None:
        """It is live no more."""
        if one.leaving:
            self._forget(one)
            return
        self._put(after)
        self._tell(kind, one, title, f"{after.error or 'its lease ended and no new one came'}; the source is polled as before.")
        if one.trusted:
            self._hurried[one.source] = self._clock()

    # what is due

    async def tick(self, post: Post, wanted: Iterable[int]) -> None:
        """Ask hubs for what is due, renew, give up what is no longer among the `wanted` sources."""
        rows = set(wanted)
        for one in list(self._held.values()):
            if one.source not in rows:
                self._leave(one)
        now = self._clock()
        for token, one in list(self._held.items()):
            match websub.due(one, now):
                case "over":
                    self._forget(one)
                case "expired":
                    self._lost(one, websub.expired(one), "lease", "has lost its subscription")
                case "unanswered":
                    self._failed(one, "the hub did not verify the subscription", refused=False)
                case "ask" if token not in self._tasks:
                    self._tasks[token] = asyncio.create_task(self._ask(token, post))
                    self._tasks[token].add_done_callback(lambda _, done=token: self._tasks.pop(done))  # type: ignore[misc]
        await self.save()

    async def settle(self) -> None:
        """Wait for the hubs that are being asked."""
        await asyncio.gather(*self._tasks.values())
        await self.save()

    async def aclose(self) -> None:
        """Stop asking."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self.save()

    async def _ask(self, token: str, post: Post) -> None:
        async with self._asking:
            waited = self._held.get(token)
            if waited is None or websub.due(waited, self._clock()) != "ask":
                return
            one = self._put(websub.begun(waited, self._clock()))
            await self.save()  # before the hub verifies, which it may do while it is being asked
            said, refused = "", False
            try:
                await post(one.hubs[one.hub], websub.form(one))
            except errors.FetchError as error:
                said, refused = str(error), isinstance(error, errors.StatusError) and error.status < 500
        current = self._held.get(token)
        if said and current is not None and current.asked_at == one.asked_at:
            self._failed(current, said, refused=refused)
        await self.save()

    def _failed(self, one: websub.Subscription, said: str, *, refused: bool) -> None:
        after = self._put(websub.failed(one, said, self._clock(), random.random()))
        if refused and after.failures == 1 and not after.leaving:
            self._tell("hub", after, "is refused by its hub", f"{said}; the source is polled as before.")
        self._log.debug("no subscription to %s: %s", self._called(one), said)

    # keeping

    def _put(self, one: websub.Subscription) -> websub.Subscription:
        if self._held.get(one.token) != one:
            self._held[one.token] = one
            self._changed.add(one.token)
        return one

    def _forget(self, one: websub.Subscription) -> None:
        del self._held[one.token]
        self._changed.add(one.token)

    def _called(self, one: websub.Subscription) -> str:
        state = self._states().get(one.source)
        return state.called if state is not None else urls.redact(one.topic)

    def _tell(self, kind: str, one: websub.Subscription, title: str, said: str) -> None:
        state = self._states().get(one.source)
        if state is not None:
            subject = urls.redact(state.first_url)
            self._events.append(store.Event(self._clock(), kind, subject, f"{state.called} {title}", said))

    async def save(self) -> None:
        """Store what has changed. Raises StoreCorrupt; what the store refuses otherwise is stored the next time."""
        async with self._saving:
            changed, events = self._changed, self._events
            self._changed, self._events = set(), []
            if not changed and not events:
                return
            kept = [self._held[token] for token in changed if token in self._held]
            try:
                await threads.run(self._write, kept, [token for token in changed if token not in self._held], events)
            except errors.StoreCorrupt:
                raise
            except errors.StoreError as error:
                self._changed |= changed
                self._events = events + self._events
                self._log.error("cannot store subscriptions: %s", error)
            else:
                if events:
                    self._told()

    def _write(self, kept: Sequence[websub.Subscription], gone: Sequence[str], events: Sequence[store.Event]) -> None:
        with self._store.writing() as writing:
            writing.subscribe(kept, gone)
            writing.tell([one for one in events if not writing.told(one.kind, one.subject, one.at - TOLD_AGAIN)])


def private(source: config.Source) -> bool:
    """Whether a source is the user's own affair: what it takes to read it is told to no hub."""
    return bool(source.headers) or urls.redact(source.url) != source.url
