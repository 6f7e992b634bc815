"""Tells a hub which of our feeds have changed, so that it may tell who subscribed there."""

from __future__ import annotations

import datetime
import logging

from aggregator import engine, logs
from aggregator.core import errors, urls
from aggregator.edges import store, threads

AT_ONCE = 50  # feeds of which a hub is told in one request
AGAIN = datetime.timedelta(minutes=1)  # after which a hub that did not take it is told again
TRIES = 10  # then it hears of it with the next change
TOLD_AGAIN = datetime.timedelta(days=1)  # before the operator is told again that the hub does not answer


class Pings:
    """`tick` now and then (the publishing side of WebSub: the form that hubs in use take, hub.mode=publish)."""

    def __init__(self, of: engine.Engine) -> None:
        self._engine = of
        self._log = logging.getLogger(logs.NAME)
        self._failures = 0
        self._again: datetime.datetime | None = None

    async def tick(self) -> None:
        """Tell the hub what has changed since the last time. Raises StoreError."""
        of, now = self._engine, self._engine.clock.now()
        hub = of.configuration.settings.hub
        if hub is None:
            of.ledger.topics.clear()
        if hub is None or not of.ledger.topics or (self._again is not None and now < self._again):
            return
        topics = list(of.ledger.topics)[:AT_ONCE]
        try:
            await of.edges.fetcher.post(hub, {"hub.mode": "publish", "hub.url": topics})
        except errors.FetchError as error:
            await self._failed(hub, error, now)
            return
        self._failures, self._again = 0, None
        for topic in topics:
            of.ledger.topics.pop(topic, None)
        self._log.debug("told the hub", extra={"feeds": len(topics)})

    async def _failed(self, hub: str, error: errors.FetchError, now: datetime.datetime) -> None:
        self._failures += 1
        self._again = now + AGAIN
        self._log.warning("the hub does not take what it is told: %s", error, extra={"tries": self._failures})
        if self._failures < TRIES:
            return
        self._failures = 0
        self._engine.ledger.topics.clear()
        shown = urls.redact(hub)
        said = f"{error}. It was told {TRIES} times of what has changed; its subscribers will hear of it with the next change."
        await threads.run(self._tell, store.Event(now, "unheard", shown, f"The hub {shown} does not take what it is told", said))

    def _tell(self, event: store.Event) -> None:
        with self._engine.store.writing() as writing:
            writing.tell_once(event, TOLD_AGAIN)
        self._engine.touch()
