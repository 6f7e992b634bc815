"""Brings the outputs up to date when anything they depend on has changed, and remembers what stood in the way."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import logging
import time

from aggregator import clock, logs, staleness
from aggregator.core import config, curate, errors, render
from aggregator.edges import threads
from aggregator.pipeline import republish

REST = 9.0  # times as long as publishing took, nothing is published after it: it takes a tenth of the time at most …
BRIEF = 0.1  # … but for what takes less than so many seconds


class Printer:
    """Publishes one at a time; `troubles` are those of the last time, `published_at` when all went well.

    `shown` is what was published of each output last, `stale` what has changed since.
    """

    def __init__(self, ticking: clock.Clock) -> None:
        self.published_at: datetime.datetime | None = None
        self.troubles: tuple[str, ...] = ()
        self._clock = ticking
        self._log = logging.getLogger(logs.NAME)
        self._publishing = asyncio.Lock()
        self.shown: dict[str, render.OutputRow] = {}
        self.archives: dict[str, republish.Archive] = {}
        self.stale = staleness.Staleness()
        self._asked = 0
        self._rests = (0.0, 0.0)  # since when, and how long
        self._holding = ("", False)  # whether a rule holds entries back, in which feeds.yaml

    def rest_ends(self) -> None:
        """Publish at once when asked to next: there may be no later."""
        self._rests = (0.0, 0.0)

    def touch(self) -> None:
        """Something that all outputs depend on has changed."""
        self.stale.anything()

    async def publish(self, press: republish.Press, *, wait: bool) -> bool:
        """Publish what has changed, unless it is to `wait` or rests; whether there was no trouble. Raises StoreError."""
        async with self._publishing:
            await self._pass_time(press)
            asked = await threads.run(press.store.asked)
            self.stale.anything(changed=asked != self._asked)
            self._asked = asked
            return not self.stale or wait or self._resting() or await self._publish(press)

    async def _pass_time(self, press: republish.Press) -> None:
        """Where a rule holds entries back, the time that rules go by moves in small steps."""
        if self._holding[0] != press.fingerprint:
            self._holding = (press.fingerprint, any(rule.name == "hold" for rule in config.every_rule(press.config)))
        if self._holding[1]:
            self.stale.anything(changed=await threads.run(press.store.pass_time, self._clock.now(), curate.STEP))

    def _resting(self) -> bool:
        since, seconds = self._rests
        return 0 <= time.monotonic() - since < seconds

    async def _publish(self, press: republish.Press) -> bool:
        begun = time.monotonic()
        try:
            return await self._published(press)
        finally:
            now = time.monotonic()
            self._rests = (now, REST * (now - begun) if now - begun > BRIEF else 0.0)

    async def _published(self, press: republish.Press) -> bool:
        press = dataclasses.replace(press, shown=self.shown, archives=self.archives, changed=self.stale.taken())
        try:
            troubles = await threads.run(republish.republish, press)
        except errors.StoreCorrupt:
            raise
        except errors.StoreError as error:
            troubles = (str(error),)
        for trouble in set(troubles) - set(self.troubles):
            self._log.error("cannot publish: %s", trouble)
        self.troubles = troubles
        if troubles:
            self.stale.anything()
        else:
            self.published_at = self._clock.now()
        return not troubles
