"""The polls under way: which sources they ask, and the tasks that do."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

T = TypeVar("T")


class Flights:
    """`rows` are the sources that are being asked, or whose answers are not stored yet."""

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def kept(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        """Hold on to a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self, seconds: float) -> None:
        """Wait for the tasks, at most so long; those that take longer are given up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
