"""Runs what waits for the disk in threads, to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def run(work: Callable[..., T], *given: object) -> T:
    """What `work` returns or raises; who is cancelled while waiting goes on waiting to its end, for threads cannot be stopped."""
    running = asyncio.create_task(asyncio.to_thread(work, *given))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise
