"""Waiting for a condition, with a deadline; never for luck."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_STEP = 0.02  # seconds


def eventually(condition: Callable[[], T], seconds: float = 15.0) -> T:
    """What `condition` returns as soon as that is true; an AssertionError when it never is."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never happened within {seconds:g} s"
        time.sleep(_STEP)
    return value


async def until(condition: Callable[[], T], seconds: float = 15.0) -> T:
    """The same while the loop goes on."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never happened within {seconds:g} s"
        await asyncio.sleep(_STEP)
    return value
