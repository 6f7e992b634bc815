"""One making for all who wait: callers that want the same thing at the same time share the work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Runs one making a key at a time. A caller that gives up does not stop it for the others; an error reaches all of them."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Future[T]] = {}

    async def make(self, key: str, making: Callable[[], Awaitable[T]]) -> T:
        """What the making under way for this key returns, or else what `making` does."""
        future = self._under_way.get(key)
        if future is None:
            future = asyncio.ensure_future(making())
            self._under_way[key] = future
            future.add_done_callback(lambda _: self._under_way.pop(key))
        return await asyncio.shield(future)
