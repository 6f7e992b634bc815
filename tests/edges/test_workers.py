"""Functions run in processes that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import signal
import sys
from collections.abc import AsyncIterator, Callable

import psutil
import pytest
from edges import worker_jobs

from aggregator.core import errors
from aggregator.edges import workers

pytestmark = pytest.mark.anyio

Make = Callable[..., workers.Workers]
_PARENT = """
import asyncio
from edges import worker_jobs
from aggregator.edges import workers

async def main():
    pool = workers.Workers(count=1, seconds=60, memory=100_000_000)
    print(await pool.run(worker_jobs.process), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def _until(fulfilled: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not fulfilled():
            await asyncio.sleep(0.01)


@pytest.fixture
async def make(anyio_backend: str) -> AsyncIterator[Make]:
    """Makes workers, one process with generous bounds unless told otherwise, and closes them."""
    made: list[workers.Workers] = []

    def one(*, count: int = 1, seconds: float = 30, memory: int = 200_000_000) -> workers.Workers:
        made.append(workers.Workers(count=count, seconds=seconds, memory=memory))
        return made[-1]

    yield one
    for pool in made:
        await pool.aclose()


async def test_results_come_back_from_another_process(make: Make) -> None:
    """A job runs elsewhere; the process stays for the next one."""
    pool = make()
    first = await pool.run(worker_jobs.process)
    assert first != os.getpid()
    assert await pool.run(worker_jobs.process) == first


async def test_no_process_starts_before_the_first_job(make: Make) -> None:
    """Commands that never parse pay for no process."""
    before = psutil.Process().children()
    make(count=4)
    assert psutil.Process().children() == before


async def test_an_idle_process_is_small(make: Make) -> None:
    """What jobs need is imported with the jobs; asyncio and the parsers are not there before."""
    imported = await make().run(worker_jobs.modules)
    assert not {"asyncio", "httpx", "lxml", "feedparser", "pydantic", "pytest"} & set(imported)


@pytest.mark.parametrize("size", [0, 1, 65_536, 10_000_000])
async def test_values_of_any_size_go_both_ways(make: Make, size: int) -> None:
    """Pipes hold 64 kB; nobody waits for the other with both full."""
    value = os.urandom(size)
    assert await make().run(worker_jobs.echo, value) == value


async def test_as_many_jobs_at_once_as_there_are_processes(make: Make, tmp_path: pathlib.Path) -> None:
    """Jobs that wait for each other meet in processes of their own."""
    pool = make(count=3)
    seen = await asyncio.gather(*(pool.run(worker_jobs.meet, str(tmp_path), str(n), 2) for n in range(3)))
    assert len(set(seen)) == 3


async def test_never_more_processes_than_counted(make: Make) -> None:
    """The rest wait."""
    pool = make(count=2)
    seen = await asyncio.gather(*(pool.run(worker_jobs.process, n) for n in range(20)))
    assert len(set(seen)) <= 2


async def test_jobs_run_in_the_order_of_their_arrival(make: Make, tmp_path: pathlib.Path) -> None:
    """Nobody is overtaken."""
    pool, notes = make(), tmp_path / "notes"
    await asyncio.gather(*(pool.run(worker_jobs.note, str(notes), n) for n in range(30)))
    assert [int(line) for line in notes.read_text().split()] == list(range(30))


@pytest.mark.parametrize("job", [worker_jobs.sleep_for_ever, worker_jobs.spin])
async def test_a_job_that_takes_too_long_is_ended(make: Make, job: Callable[[], object]) -> None:
    """Whether it burns time or sleeps, it costs its own result and no other."""
    pool = make(seconds=0.5)
    with pytest.raises(errors.WorkerKilled, match=rf"{job.__name__} took longer than 0\.5 s and was ended"):
        await pool.run(job)
    assert await pool.run(worker_jobs.echo, 1) == 1


async def test_a_job_that_needs_too_much_memory_is_ended(make: Make) -> None:
    """The limit counts what the job takes on top of the process; below it, jobs run."""
    pool = make(memory=200_000_000)
    assert await pool.run(worker_jobs.hog, 150_000_000) == 150_000_000
    with pytest.raises(errors.WorkerKilled, match="hog needed more than 200 MB and was ended"):
        await pool.run(worker_jobs.hog, 250_000_000)
    assert await pool.run(worker_jobs.hog, 150_000_000) == 150_000_000


async def test_a_process_that_keeps_too_much_is_replaced(make: Make) -> None:
    """What one job leaves behind must not take the place of the next one's memory for ever."""
    pool = make(memory=200_000_000)
    small = await pool.run(worker_jobs.keep, 20_000_000)
    big = await pool.run(worker_jobs.keep, 120_000_000)
    assert small == big
    assert await pool.run(worker_jobs.process) != big


@pytest.mark.parametrize(
    ("job", "argument", "fate"),
    [
        (os._exit, 3, "the process of _exit ended by itself with status 3"),
        (worker_jobs.signal_self, signal.SIGABRT, "the process of signal_self was ended by signal SIGABRT"),
        (worker_jobs.signal_self, signal.SIGSEGV, "the process of signal_self was ended by signal SIGSEGV"),
        (worker_jobs.signal_self, signal.SIGKILL, "was ended by signal SIGKILL; is this machine out of memory"),
        (worker_jobs.signal_self, signal.SIGXCPU, "signal_self took longer than 30 s"),
    ],
)
async def test_a_process_that_dies_costs_its_job_only(make: Make, job: Callable[[int], object], argument: int, fate: str) -> None:
    """The next job finds a fresh process, and the text says what happened."""
    pool = make()
    with pytest.raises(errors.WorkerKilled, match=fate):
        await pool.run(job, argument)
    assert await pool.run(worker_jobs.echo, 1) == 1


async def test_an_idle_process_that_died_costs_nothing(make: Make) -> None:
    """Whoever ended it, the next job does not notice."""
    pool = make()
    child = psutil.Process(await pool.run(worker_jobs.process))
    child.kill()
    await _until(lambda: not psutil.pid_exists(child.pid))
    assert await pool.run(worker_jobs.process) != child.pid


async def test_endless_recursion_is_an_ordinary_error(make: Make) -> None:
    """The process survives it."""
    pool = make()
    child = await pool.run(worker_jobs.process)
    with pytest.raises(RecursionError):
        await pool.run(worker_jobs.recurse)
    assert await pool.run(worker_jobs.process) == child


@pytest.mark.parametrize(
    ("kind", "arrives", "text"),
    [
        ("ours", errors.ParseError, "^no feed$"),
        ("python", ValueError, "^no number"),
        ("strange", RuntimeError, "(?s)^StrangeError: this and that.*worker_jobs.py"),
        ("exit", RuntimeError, "^SystemExit: 3"),
        ("long", RuntimeError, "^ValueError: x{2000}\n"),
    ],
)
async def test_exceptions_arrive(make: Make, kind: str, arrives: type[Exception], text: str) -> None:
    """Ours and Python's own as themselves, everything else as an error that tells what it was and where."""
    with pytest.raises(arrives, match=text):
        await make().run(worker_jobs.fail, kind)


async def test_an_exception_of_ours_arrives_whole_or_told(make: Make) -> None:
    """What pickling would break is not raised broken."""
    with pytest.raises((errors.StatusError, RuntimeError), match="gone"):
        await make().run(worker_jobs.fail, "status")


async def test_pythons_own_exceptions_bring_their_traceback(make: Make) -> None:
    """A bug in a job is found by where it was raised, not by where it was awaited."""
    with pytest.raises(ValueError, match="no number") as caught:
        await make().run(worker_jobs.fail, "python")
    assert "worker_jobs.py" in caught.value.__notes__[0]


async def test_results_that_cannot_be_sent_are_an_error(make: Make) -> None:
    """And the process goes on."""
    pool = make()
    with pytest.raises(Exception, match="pickle"):
        await pool.run(worker_jobs.unpicklable)
    assert await pool.run(worker_jobs.echo, 1) == 1


async def test_printing_disturbs_nothing(make: Make) -> None:
    """What libraries print goes to standard error, not between the answers."""
    pool = make()
    assert await pool.run(worker_jobs.shout) == "quiet"
    assert await pool.run(worker_jobs.echo, "after") == "after"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_signals_for_the_program_do_not_end_jobs(make: Make, number: int) -> None:
    """A terminal or a service manager signals all processes; the parent decides which of its children end."""
    assert await make().run(worker_jobs.signal_self, number) == number


async def test_processes_are_out_of_the_terminals_reach(make: Make) -> None:
    """Even while they start, Ctrl-C means the parent only."""
    assert os.getsid(await make().run(worker_jobs.process)) != os.getsid(0)


async def test_a_cancelled_job_leaves_no_answer_behind(make: Make, tmp_path: pathlib.Path) -> None:
    """Its process ends, and the next job gets its own answer."""
    pool, started = make(), tmp_path / "started"
    job = asyncio.create_task(pool.run(worker_jobs.sleep_for_ever, str(started)))
    await _until(lambda: started.exists())
    job.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await job
    assert not psutil.pid_exists(int(started.read_text()))
    assert await pool.run(worker_jobs.echo, "mine") == "mine"


async def test_jobs_cancelled_at_any_moment(make: Make) -> None:
    """Starting, writing, waiting or reading: whoever comes next gets the answer to his own question."""
    pool = make()
    for turns in range(12):
        job = asyncio.create_task(pool.run(worker_jobs.echo, b"x" * 200_000))
        for _ in range(turns):
            await asyncio.sleep(0)
        job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await job
        assert await pool.run(worker_jobs.echo, turns) == turns


async def test_closing_ends_processes_and_jobs(make: Make, tmp_path: pathlib.Path) -> None:
    """Nothing is left, and whoever waits is told."""
    pool, started = make(), tmp_path / "started"
    job = asyncio.create_task(pool.run(worker_jobs.sleep_for_ever, str(started)))
    await _until(lambda: started.exists())
    await pool.aclose()
    with pytest.raises(errors.WorkerKilled, match="because the program stops"):
        await job
    assert not psutil.pid_exists(int(started.read_text()))
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(worker_jobs.echo, 1)


async def test_closing_while_a_process_starts(make: Make) -> None:
    """A process that is ready too late does nothing and ends."""
    pool = make()
    job = asyncio.create_task(pool.run(worker_jobs.process))
    await asyncio.sleep(0)
    await pool.aclose()
    with pytest.raises(errors.WorkerKilled, match="because the program stops"):
        await job
    assert psutil.Process().children() == []


async def test_processes_end_with_their_parent() -> None:
    """Even when the parent is killed outright."""
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[1])}
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", _PARENT, stdout=asyncio.subprocess.PIPE, env=environment)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    await parent.wait()
    await _until(lambda: not psutil.pid_exists(child))
