"""What waits to be stored, and who waits for that."""

from __future__ import annotations

import asyncio

import pytest

from aggregator import tray
from aggregator.core import model, polls
from aggregator.pipeline import absorb

pytestmark = pytest.mark.anyio
SAID = model.Response("https://a.example/feed", 200)


def brought(row: int, fresh: int = 0) -> absorb.Poll:
    """A poll that brought so many fresh entries; none: the source said that nothing changed."""
    state = model.SourceState(row, "https://a.example/feed", "https://a.example/feed")
    entries = tuple(polls.Fresh(entry, model.Cleaned(entry, "")) for entry in map(model.Entry, map(str, range(fresh))))
    updated = polls.Updated(SAID, "", model.Feed(), entries, frozenset(), (), fresh)
    return absorb.Poll(state, state, updated if fresh else polls.NotModified(SAID))


async def waits(held: tray.Tray) -> bool:
    """Whether somebody who wants to bring more has to wait."""
    try:
        await asyncio.wait_for(held.room(), 0.01)
    except TimeoutError:
        return True
    return False


async def test_in_order_and_in_batches() -> None:
    """What was laid down first is stored first; an empty tray gives nothing."""
    held, all_of_them = tray.Tray(), [brought(row) for row in range(absorb.BATCH + 5)]
    for poll in all_of_them:
        held.put(poll)
    assert [*held.take(), *held.take()] == all_of_them
    assert held.take() == []


async def test_room() -> None:
    """Fresh entries take room until they are stored, not only until they are taken; polls without any take none."""
    held = tray.Tray()
    held.put(brought(1, tray.ROOM))
    assert not await waits(held)
    held.put(brought(2, 1))
    assert await waits(held)
    batch = held.take()
    for row in range(3, 500):
        held.put(brought(row))
    assert await waits(held)
    held.stored(batch)
    assert not await waits(held)


async def test_a_crowd() -> None:
    """When nobody stores any more nobody need wait, and what was brought is still there."""
    held = tray.Tray()
    held.put(brought(1, tray.ROOM + 1))
    held.crowd()
    assert not await waits(held)
    assert len(held.take()) == 1


async def test_news_is_told_once() -> None:
    """Of several polls too."""
    held = tray.Tray()
    held.put(brought(1))
    held.put(brought(2))
    await held.news()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(held.news(), 0.01)
