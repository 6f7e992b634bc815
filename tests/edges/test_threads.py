"""Threads whose end is waited for."""

from __future__ import annotations

import asyncio
import threading

import pytest
from waiting import until

from aggregator.edges import threads

pytestmark = pytest.mark.anyio


async def test_result_and_error() -> None:
    """What the work returns comes back, what it raises is raised, and it ran in another thread."""
    assert await threads.run(int, "7") == 7
    assert await threads.run(threading.get_ident) != threading.get_ident()
    with pytest.raises(ValueError, match="invalid literal"):
        await threads.run(int, "seven")


@pytest.mark.parametrize("fails", [False, True])
async def test_cancelled(fails: bool) -> None:
    """Who is cancelled while waiting ends only when the work has, however that ends."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(10)
        ended.set()
        if fails:
            raise RuntimeError("too late")

    waiting = asyncio.create_task(threads.run(work))
    await until(begun.is_set)
    waiting.cancel()
    await asyncio.sleep(0.1)
    assert not waiting.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended.is_set()
