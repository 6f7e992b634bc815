"""The present, and waiting in it: given to whoever needs them, so that days can be played in seconds."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable


class Clock:
    """The system's clock."""

    def now(self) -> datetime.datetime:
        """The present, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait so long."""
        await asyncio.sleep(seconds)


class Shared(Clock):
    """A clock that follows another one, which programs on several machines share."""

    def __init__(self) -> None:
        self._ahead = datetime.timedelta(0)

    def now(self) -> datetime.datetime:
        """The present by the other clock."""
        return super().now() + self._ahead

    def follow(self, ask: Callable[[], datetime.datetime]) -> datetime.timedelta:
        """Ask the other clock; by how much it is ahead of this machine's. What asking took is shared by halves (as in NTP)."""
        before = super().now()
        other = ask()
        self._ahead = other - (before + (super().now() - before) / 2)
        return self._ahead


SYSTEM = Clock()
