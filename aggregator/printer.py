"""Brings the outputs up to date when anything they depend on has changed, and remembers what stood in the way."""

from __future__ import annotations

import asyncio
import datetime
import logging

from aggregator import clock, logs
from aggregator.core import errors
from aggregator.edges import threads
from aggregator.pipeline import republish


class Printer:
    """Publishes one at a time; `troubles` are those of the last time, `published_at` when all went well."""

    def __init__(self, time: clock.Clock) -> None:
        self.published_at: datetime.datetime | None = None
        self.troubles: tuple[str, ...] = ()
        self._clock = time
        self._log = logging.getLogger(logs.NAME)
        self._publishing = asyncio.Lock()
        self._dirty = True
        self._asked = 0

    def touch(self) -> None:
        """Something that the outputs depend on has changed."""
        self._dirty = True

    async def publish(self, press: republish.Press, *, wait: bool) -> bool:
        """Publish what has changed, unless it is to `wait`; whether there was no trouble. Raises StoreError."""
        async with self._publishing:
            asked = await threads.run(press.store.asked)
            self._dirty, self._asked = self._dirty or asked != self._asked, asked
            return not self._dirty or wait or await self._publish(press)

    async def _publish(self, press: republish.Press) -> bool:
        self._dirty = False
        try:
            troubles = await threads.run(republish.republish, press)
        except errors.StoreCorrupt:
            raise
        except errors.StoreError as error:
            troubles = (str(error),)
        for trouble in troubles:
            if trouble not in self.troubles:
                self._log.error("cannot publish: %s", trouble)
        self.troubles = troubles
        if troubles:
            self._dirty = True
        else:
            self.published_at = self._clock.now()
        return not troubles
