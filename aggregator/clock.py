"""The present, and waiting in it: given to whoever needs them, so that days can be played in seconds."""

from __future__ import annotations

import asyncio
import datetime


class Clock:
    """The system's clock."""

    def now(self) -> datetime.datetime:
        """The present, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait so long."""
        await asyncio.sleep(seconds)


SYSTEM = Clock()
