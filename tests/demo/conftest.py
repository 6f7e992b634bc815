"""A newsroom that really serves, and a clock that only a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from demo import reading

from aggregator import demo


@pytest.fixture
def clock() -> reading.Settable:
    """A clock that stands at 0."""
    return reading.Settable()


@pytest.fixture
async def newsroom(clock: reading.Settable) -> AsyncIterator[demo.Newsroom]:
    """A started newsroom; its script stands where the clock stands."""
    room = demo.Newsroom(seed=1, start=reading.START, clock=clock)
    await room.start()
    yield room
    await room.stop()


@pytest.fixture
async def client(newsroom: demo.Newsroom) -> AsyncIterator[httpx.AsyncClient]:
    """A client for it that follows no redirects."""
    async with httpx.AsyncClient(base_url=newsroom.base, trust_env=False) as client:
        yield client
