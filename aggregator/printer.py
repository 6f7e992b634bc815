"""Brings the outputs up to date when anything they depend on has changed, and remembers what stood in the way."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import logging

from aggregator import clock, logs, staleness
from aggregator.core import errors, render
from aggregator.edges import threads
from aggregator.pipeline import republish


class Printer:
    """Publishes one at a time; `troubles` are those of the last time, `published_at` when all went well.

    `shown` is what was published of each output last, `stale` what has changed since.
    """

    def __init__(self, time: clock.Clock) -> None:
        self.published_at: datetime.datetime | None = None
        self.troubles: tuple[str, ...] = ()
        self._clock = time
        self._log = logging.getLogger(logs.NAME)
        self._publishing = asyncio.Lock()
        self.shown: dict[str, render.OutputRow] = {}
        self.stale = staleness.Staleness()
        self._asked = 0

    def touch(self) -> None:
        """Something that all outputs depend on has changed."""
        self.stale.anything()

    async def publish(self, press: republish.Press, *, wait: bool) -> bool:
        """Publish what has changed, unless it is to `wait`; whether there was no trouble. Raises StoreError."""
        async with self._publishing:
            asked = await threads.run(press.store.asked)
            self.stale.anything(changed=asked != self._asked)
            self._asked = asked
            return not self.stale or wait or await self._publish(press)

    async def _publish(self, press: republish.Press) -> bool:
        press = dataclasses.replace(press, shown=self.shown, changed=self.stale.taken())
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
