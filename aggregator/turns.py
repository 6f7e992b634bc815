"""Whose turn it is: bounds on fetches at once, in all and for each host."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aggregator.core import config, urls


class Turns:
    """Waits until a host may be asked; hosts that are the user's own may be asked several times at once."""

    def __init__(self, read: config.Config) -> None:
        self._config = read
        self._slots = asyncio.Semaphore(read.settings.limits.concurrency)
        self._hosts: dict[str, asyncio.Semaphore] = {}

    @contextlib.asynccontextmanager
    async def at(self, url: str) -> AsyncIterator[None]:
        """A turn at the host of this address, for as long as the block runs."""
        async with self._host(url), self._slots:
            yield

    def _host(self, url: str) -> asyncio.Semaphore:
        limits = self._config.settings.limits
        most = limits.per_own_host if config.allowed(self._config, url) else limits.per_host
        return self._hosts.setdefault(urls.host(url), asyncio.Semaphore(most))
