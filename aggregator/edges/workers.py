"""Runs functions in processes that can be killed: plain picklable values in and out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from aggregator.core import errors

T = TypeVar("T")

# the child finds modules where its parent does, and not in whatever directory the program was started from
_BOOT = "import sys; sys.path[:] = sys.argv[3:]; from aggregator.edges import worker; worker.main()"
_START = 30.0  # seconds for a process to start, on a machine under load
_AHEAD = 1 << 20  # bytes of an answer that may wait to be read
_LENGTH = 8
_TIMES = (signal.SIGXCPU, signal.SIGALRM)


class Workers:
    """At most `count` processes, each started when first needed, each doing one job at a time; jobs wait in order.

    A job that takes longer than `seconds`, needs more than `memory` bytes or ends its process costs that job only: it raises
    WorkerKilled and the process is replaced. The processes end with their parent, or when it closes them; until then they
    ignore SIGINT, SIGTERM and SIGHUP.
    """

    def __init__(self, *, count: int, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._places = asyncio.Semaphore(count)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._closed = False

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """What `function(*args)` returns or raises in another process; function, arguments and result must be picklable.

        Errors of ours and Python's own exceptions arrive as themselves, all others as a RuntimeError with text and traceback.
        Cancelling ends the process.
        """
        name = getattr(function, "__qualname__", "the job")
        async with self._places:
            if self._closed:
                raise RuntimeError("these workers are closed")
            job = pickle.dumps((function, args))
            word, value = await self._done(job, name)
        if word == "memory":
            raise errors.WorkerKilled(f"{name} needed more than {self._memory / 1e6:g} MB and was ended")
        if word == "raised":
            raise value
        return value  # type: ignore[no-any-return]

    async def aclose(self) -> None:
        """End all processes; jobs under way raise WorkerKilled."""
        self._closed = True
        children, self._idle = [*self._idle, *self._busy], []
        for child in children:
            await child.end()

    async def _done(self, job: bytes, name: str) -> tuple[str, Any]:
        child = await self._child()
        self._busy.add(child)
        try:
            if self._closed:  # while it started
                raise EOFError
            async with asyncio.timeout(self._seconds):
                word, value, worn = await child.ask(job)
        except BaseException as error:
            await child.end()
            if isinstance(error, TimeoutError):
                raise errors.WorkerKilled(self._took_long(name)) from None
            if isinstance(error, EOFError | OSError):
                raise errors.WorkerKilled(self._fate(child, name)) from None
            raise
        finally:
            self._busy.discard(child)
        if worn or self._closed:
            await child.end()
        else:
            self._idle.append(child)
        return word, value

    async def _child(self) -> _Child:
        while self._idle:
            child = self._idle.pop()  # the one used last: the others' memory may be paged out
            if child.lives():
                return child
            await child.end()
        return await _start(self._seconds, self._memory)

    def _took_long(self, name: str) -> str:
        return f"{name} took longer than {self._seconds:g} s and was ended"

    def _fate(self, child: _Child, name: str) -> str:
        code = child.process.returncode or 0
        if self._closed:
            return f"{name} was ended because the program stops"
        if -code in _TIMES:
            return self._took_long(name)
        if code < 0:
            hint = "; is this machine out of memory?" if -code == signal.SIGKILL else ""
            signal_name = next((one.name for one in signal.Signals if one == -code), str(-code))
            return f"the process of {name} was ended by signal {signal_name}{hint}"
        return f"the process of {name} ended by itself with status {code}"


class _Child:
    """One process; see `worker` for what goes through its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._jobs = process.stdin
        self._answers = process.stdout

    async def ask(self, job: bytes) -> Any:
        """The answer to a job; EOFError or OSError when the process ends over it."""
        self._jobs.write(len(job).to_bytes(_LENGTH, "big"))
        self._jobs.write(job)
        await self._jobs.drain()
        return await self.answer()

    async def answer(self) -> Any:
        """The next message."""
        length = await self._answers.readexactly(_LENGTH)
        return pickle.loads(await self._answers.readexactly(int.from_bytes(length, "big")))

    def lives(self) -> bool:
        """Asked of the system: the event loop may not have heard yet that it ended."""
        try:
            return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

    async def end(self) -> None:
        """Kill the process and wait until it is gone."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)  # Process.kill() would reap it and lose how it ended
        self._jobs.close()
        await self.process.wait()


async def _start(seconds: float, memory: int) -> _Child:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-W", "ignore", "-c", _BOOT, str(seconds), str(memory), *sys.path)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=_AHEAD, start_new_session=True)
    child = _Child(process)
    try:
        async with asyncio.timeout(_START):
            await child.answer()
    except BaseException as error:
        await child.end()
        if isinstance(error, TimeoutError | EOFError | OSError):
            raise errors.WorkerKilled(f"a worker process did not start within {_START:g} s, or ended at once") from None
        raise
    return child
