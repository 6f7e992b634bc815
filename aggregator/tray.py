"""What polls have brought until it is stored; who would bring more waits while there is too much."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aggregator.core import polls
from aggregator.pipeline import absorb

ROOM = 500  # fresh entries that may lie here before further polls wait


class Tray:
    """A queue of polls with their outcomes."""

    def __init__(self) -> None:
        self._polls: asyncio.Queue[absorb.Poll] = asyncio.Queue()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._fresh = 0

    def put(self, poll: absorb.Poll) -> None:
        """Lay down what a poll brought."""
        self._polls.put_nowait(poll)
        self._news.set()
        self._fresh += _fresh(poll)
        if self._fresh > ROOM:
            self._room.clear()

    def take(self) -> list[absorb.Poll]:
        """The next polls to store together; empty when there are none. They count until they are `stored`."""
        return [] if self._polls.empty() else absorb.batch(self._polls)

    def stored(self, batch: Sequence[absorb.Poll]) -> None:
        """Make room for others: these are stored, or never will be."""
        self._fresh -= sum(map(_fresh, batch))
        if self._fresh <= ROOM:
            self._room.set()

    async def news(self) -> None:
        """Wait until something was laid down."""
        await self._news.wait()
        self._news.clear()

    async def room(self) -> None:
        """Wait until there is room."""
        await self._room.wait()

    def crowd(self) -> None:
        """Let those in who wait for room: it may be that nobody stores any more."""
        self._room.set()


def _fresh(poll: absorb.Poll) -> int:
    return len(poll.outcome.fresh) if isinstance(poll.outcome, polls.Updated) else 0
