"""CPU time by stage of a poll, measured where the daemon's own functions begin and end."""

from __future__ import annotations

import collections
import functools
import time
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from aggregator.core import parse
from aggregator.edges import fetch, workers
from aggregator.pipeline import absorb, compare, republish

STAGES = ("fetch", "hash", "parse", "clean", "compare", "store", "publish")
_WORK = {"parsing": "parse", "cleaning": "clean"}


def metered(function: Callable[..., Any], *given: object) -> tuple[Any, float]:
    """In a worker: what a job returns, and the CPU seconds that it took.

    By the clock of the thread: under a limit of CPU time that of the process goes on only when the process is left.
    """
    begun = time.thread_time()
    result = function(*given)
    return result, time.thread_time() - begun


class Meter:
    """CPU seconds by stage since `read` last; from when it is made until the program ends."""

    def __init__(self) -> None:
        self._spent: collections.Counter[str] = collections.Counter()
        _replace(fetch.Fetcher, "fetch", self._stepped("fetch", fetch.Fetcher.fetch))
        _replace(parse, "gist", self._timed("hash", parse.gist))
        _replace(compare, "compare", self._timed("compare", compare.compare))
        _replace(compare, "keep", self._timed("compare", compare.keep))
        _replace(absorb, "absorb", self._timed("store", absorb.absorb))
        _replace(republish, "republish", self._timed("publish", republish.republish))
        _replace(workers.Workers, "run", self._worked(workers.Workers.run))

    def read(self) -> dict[str, float]:
        """The seconds of each stage since this was asked last; comparing is a part of storing and is taken out of it."""
        spent, self._spent = self._spent, collections.Counter()
        spent["store"] -= spent["compare"]
        return {stage: spent[stage] for stage in STAGES}

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*given: object, **named: object) -> object:
            begun = time.thread_time()
            try:
                return function(*given, **named)
            finally:
                self._spent[stage] += time.thread_time() - begun

        return run

    def _stepped(self, stage: str, function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def run(*given: object, **named: object) -> object:
            return await _Steps(function(*given, **named), functools.partial(self._spent_on, stage))

        return run

    def _worked(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def run(pool: workers.Workers, job: Callable[..., Any], *given: object) -> object:
            result, spent = await function(pool, metered, job, *given)
            self._spent_on(_WORK[job.__name__], spent)
            return result

        return run

    def _spent_on(self, stage: str, seconds: float) -> None:
        self._spent[stage] += seconds


class _Steps:
    """Awaits a coroutine and tells what each of its steps took; what others do in between is not its own."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], tell: Callable[[float], None]) -> None:
        self._coroutine = coroutine
        self._tell = tell

    def __await__(self) -> Generator[Any, Any, Any]:
        step: Callable[[], Any] = functools.partial(self._coroutine.send, None)
        while True:
            begun = time.thread_time()
            try:
                waited_for = step()
            except StopIteration as end:
                return end.value
            finally:
                self._tell(time.thread_time() - begun)
            try:
                step = functools.partial(self._coroutine.send, (yield waited_for))
            except BaseException as error:
                step = functools.partial(self._coroutine.throw, error)


def _replace(where: object, name: str, function: Callable[..., Any]) -> None:
    setattr(where, name, function)
