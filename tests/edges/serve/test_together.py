"""Shared making."""

import asyncio

import pytest

from aggregator.edges.serve import together

pytestmark = pytest.mark.anyio


async def test_one_making_for_all_who_wait() -> None:
    """Callers at the same time get what one making returned."""
    makings = []

    async def making() -> object:
        makings.append(1)
        await asyncio.sleep(0)
        return object()

    shared: together.Together[object] = together.Together()
    made = await asyncio.gather(*(shared.make("a", making) for _ in range(50)))
    assert len(makings) == 1
    assert len(set(made)) == 1


async def test_the_next_caller_makes_anew() -> None:
    """What was made is not kept: a later caller gets a new one."""
    shared: together.Together[object] = together.Together()

    async def making() -> object:
        return object()

    assert await shared.make("a", making) is not await shared.make("a", making)


async def test_keys_are_apart() -> None:
    """Makings under different keys do not mix."""
    shared: together.Together[str] = together.Together()

    async def making(word: str) -> str:
        await asyncio.sleep(0)
        return word

    made = await asyncio.gather(*(shared.make(word, lambda word=word: making(word)) for word in ("a", "b")))
    assert made == ["a", "b"]


async def test_giving_up_stops_nobody_else() -> None:
    """A caller that is cancelled leaves the making to the others."""
    shared: together.Together[str] = together.Together()
    finish = asyncio.Event()

    async def making() -> str:
        await finish.wait()
        return "made"

    first = asyncio.ensure_future(shared.make("a", making))
    second = asyncio.ensure_future(shared.make("a", making))
    await asyncio.sleep(0)
    first.cancel()
    finish.set()
    assert await second == "made"


async def test_an_error_reaches_all_and_is_not_kept() -> None:
    """All who waited get the error; the next caller gets a new try."""
    shared: together.Together[str] = together.Together()

    async def failing() -> str:
        await asyncio.sleep(0)
        raise MemoryError

    async def working() -> str:
        return "made"

    results = await asyncio.gather(*(shared.make("a", failing) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [MemoryError] * 3
    assert await shared.make("a", working) == "made"
