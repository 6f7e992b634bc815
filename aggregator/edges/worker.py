"""The child's side of `workers`: takes jobs from a pipe, one after the other, and bounds what each may cost.

A message is its length in 8 bytes (big-endian) and a pickle. First comes `None`: the child is ready. Then for each job
`(function, args)` one answer `(word, value, worn)`: "done" and the result, "raised" and the exception, or "memory" and None;
`worn` asks to be replaced. What jobs need is imported with them, and asyncio never: an idle child is small.
"""

from __future__ import annotations

import logging
import math
import os
import pickle
import resource
import signal
import sys
import traceback
from typing import BinaryIO

from aggregator.core import errors

_LENGTH = 8
_GRACE = 5  # seconds after which a job ends that no parent ended
_LONGEST = 2_000  # characters of an exception's text


def main() -> None:
    """Serve until the parent closes the pipe; arguments: the seconds and bytes of memory that a job may take."""
    bounds = _Bounds(float(sys.argv[1]), int(sys.argv[2]))
    jobs, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get between the answers
    _be_quiet()
    _send(answers, pickle.dumps(None))
    while (job := _receive(jobs)) is not None:
        bounds.time()
        answer = _answer(job, bounds)
        bounds.lift()
        _send(answers, answer)


def _be_quiet() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the parent decides when its children end
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger().addHandler(logging.NullHandler())


def _receive(pipe: BinaryIO) -> bytes | None:
    length = pipe.read(_LENGTH)
    return pipe.read(int.from_bytes(length, "big")) if len(length) == _LENGTH else None


def _send(pipe: BinaryIO, message: bytes) -> None:
    try:
        pipe.write(len(message).to_bytes(_LENGTH, "big"))
        pipe.write(message)
        pipe.flush()
    except BrokenPipeError:  # the parent is gone
        os._exit(0)


def _answer(job: bytes, bounds: _Bounds) -> bytes:
    try:
        function, args = pickle.loads(job)
        bounds.space()
        result = function(*args)
        return pickle.dumps(("done", result, bounds.worn()))
    except MemoryError:
        bounds.lift()
        return pickle.dumps(("memory", None, True))
    except BaseException as error:
        bounds.lift()
        return pickle.dumps(("raised", _portable(error), bounds.worn()))


def _portable(error: BaseException) -> Exception:
    """The exception itself if it is ours or Python's own and survives pickling; else a RuntimeError with its text and traceback."""
    trace = "".join(traceback.format_exception(error))[-_LONGEST:]
    ours = isinstance(error, errors.AggregatorError)
    if isinstance(error, Exception) and (ours or type(error).__module__ == "builtins") and _survives(error):
        if not ours:
            error.add_note(trace)
        return error
    return RuntimeError(f"{type(error).__qualname__}: {_text(error)[:_LONGEST]}\n{trace}")


def _survives(error: Exception) -> bool:
    try:
        copy = pickle.loads(pickle.dumps(error))
    except Exception:
        return False
    return type(copy) is type(error) and str(copy) == str(error) and len(str(error)) <= _LONGEST


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "its text cannot be made"


class _Bounds:
    """What one job may take: CPU time, and address space on top of what the process and its modules have."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._modules = 0
        self._own = 0

    def time(self) -> None:
        """From now on: CPU time and, should no parent end the job, wall time."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime + self._seconds + 1))
        signal.alarm(math.ceil(self._seconds) + _GRACE)

    def space(self) -> None:
        """From now on: memory. New modules count as the process's own."""
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            self._own = _address_space()
        _limit(resource.RLIMIT_AS, self._own + self._memory)

    def worn(self) -> bool:
        """Whether the process kept so much of what its jobs took that a fresh one is better."""
        return _address_space() - self._own > self._memory // 2

    def lift(self) -> None:
        """Until the next job: memory and wall time are free."""
        signal.alarm(0)
        _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def _limit(what: int, soft: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(what, (soft, hard))


def _address_space() -> int:
    """Bytes of address space in use: Linux tells; 0 elsewhere, where RLIMIT_AS bounds little."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
