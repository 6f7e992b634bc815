"""The queue of batches that programs on several machines share: Procrastinate, in the PostgreSQL that has the store.

What it holds is worth nothing for long: sources, their due times and the claims on them stand in the store. So nothing is ever
parked for later, a job that was lost is thrown away and its sources handed out again, and another version of Procrastinate begins
with empty tables of its own. https://procrastinate.readthedocs.io/en/stable/
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aggregator.core import errors

try:
    import procrastinate
    import psycopg
    from procrastinate import exceptions, jobs, manager, schema
except ImportError:  # the extra is not installed; the store has said so before
    procrastinate = None  # type: ignore[assignment]

HEARTBEAT = 5.0  # seconds between signs of life of a worker
LOST = 20.0  # seconds without one, after which its jobs are thrown away
EVERY_SECOND = "* * * * * */1"
_POOL: dict[str, Any] = {"min_size": 1, "max_size": 6, "timeout": 10.0}
_GRACE = 4.0  # seconds for jobs under way when stopping
_POLL = "poll"
_TICK = "tick"

Claims = Sequence[tuple[int, int]]
"""Rows of sources and their fences."""


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """A batch to be polled; no two jobs of one `host` are under way at once, whoever has them. "" is no host."""

    claims: Claims
    host: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Work:
    """What a program does: `poll` a batch, `tick` every second (None: it does not tick); how many jobs of each kind at once.

    `lost` is told of batches whose program is gone.
    """

    poll: Callable[[Claims], Awaitable[None]]
    lost: Callable[[Claims], Awaitable[None]]
    tick: Callable[[], Awaitable[None]] | None
    hosts: int
    mixed: int


class Queue:
    """The queue at the address of a database; `version` keeps programs apart that do not understand each other's jobs."""

    def __init__(self, url: str, version: int) -> None:
        self._url = url
        self._schema = f"aggregator_queue_{procrastinate.__version__.replace('.', '_')}"
        self._names = {lane: f"{lane}-{version}" for lane in ("hosts", "mixed", _TICK)}
        self._manager = manager.JobManager(procrastinate.SyncPsycopgConnector())
        for name in ("procrastinate", "psycopg.pool"):  # what matters we say ourselves
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def prepare(self) -> None:
        """Make the tables unless they are there. Raises StoreError."""
        try:
            with psycopg.connect(self._url, connect_timeout=10) as connection:
                connection.execute("SELECT pg_advisory_xact_lock(hashtext('aggregator'), 9)")
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
                connection.execute(f"SET LOCAL search_path TO {self._schema}")
                if connection.execute(f"SELECT to_regclass('{self._schema}.procrastinate_jobs')").fetchone() == (None,):
                    connection.execute(schema.SchemaManager.get_schema())
        except psycopg.Error as error:
            raise errors.StoreError(f"the queue cannot be made: {' '.join(str(error).split())}") from error

    def put(self, connection: object, batches: Sequence[Job]) -> None:
        """Queue batches in the transaction that is under way on a connection to the database, as its last act."""
        waiting = [
            jobs.Job(
                queue=self._names["hosts" if job.host else "mixed"],
                lock=f"host:{job.host}" if job.host else None,
                queueing_lock=None,  # a claim in the store says whether a source waits already
                task_name=_POLL,
                task_kwargs={"claims": [list(claim) for claim in job.claims]},
            )
            for job in batches
        ]
        psycopg_connection: Any = connection
        psycopg_connection.execute(f"SET LOCAL search_path TO {self._schema}")
        self._manager.batch_defer_jobs(waiting, connection=psycopg_connection)

    async def work(self, work: Work) -> None:
        """Do jobs until cancelled. Raises StoreError when the database cannot be reached; what was under way is ended then."""
        ticking, quiet = self._app(work.poll, work.tick), self._app(work.poll, None)
        lanes = [self._names["hosts"], *([self._names[_TICK]] if work.tick else [])]
        try:
            async with ticking.open_async(), quiet.open_async():
                both = (self._run(ticking, lanes, work.hosts), self._run(quiet, [self._names["mixed"]], work.mixed))
                running = [asyncio.create_task(one) for one in (*both, self._sweep(ticking, work.lost))]
                try:
                    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for one in running:
                        one.cancel()
                    ended = await asyncio.gather(*running, return_exceptions=True)
            for error in ended:
                if isinstance(error, Exception):
                    raise error
        except (exceptions.ConnectorException, psycopg.Error) as error:
            raise errors.StoreError(f"the queue cannot be reached: {error}") from error
        raise errors.StoreError("the queue was lost")

    async def _run(self, app: procrastinate.App, queues: list[str], concurrency: int) -> None:
        await app.run_worker_async(
            queues=queues,
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="always",
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=_GRACE,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=LOST,
        )

    async def _sweep(self, app: procrastinate.App, lost: Callable[[Claims], Awaitable[None]]) -> None:
        """Throw away the jobs of programs that are gone: Procrastinate keeps them, and their locks, for ever.

        They are not tried again, which can collide with a job that waits already (UniqueViolation): their sources are handed out.
        """
        while True:
            await asyncio.sleep(LOST / 4)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=LOST):
                with contextlib.suppress(exceptions.ConnectorException):  # another program may be faster
                    await app.job_manager.finish_job_by_id_async(job.id or 0, jobs.Status.FAILED, delete_job=True)
                    claims: Any = job.task_kwargs.get("claims", [])
                    if claims:
                        await lost([(row, fence) for row, fence in claims])

    def _app(self, poll: Callable[[Claims], Awaitable[None]], tick: Callable[[], Awaitable[None]] | None) -> procrastinate.App:
        app = procrastinate.App(connector=self._connector())

        @app.task(name=_POLL)
        async def _poll(claims: list[tuple[int, int]]) -> None:
            await poll([(row, fence) for row, fence in claims])

        if tick is not None:

            @app.periodic(cron=EVERY_SECOND)
            @app.task(name=_TICK, queue=self._names[_TICK], queueing_lock=self._names[_TICK], lock=self._names[_TICK])
            async def _tick(timestamp: int) -> None:
                await tick()

        return app

    def _connector(self) -> procrastinate.PsycopgConnector:
        return procrastinate.PsycopgConnector(
            conninfo=self._url, kwargs={"options": f"-c search_path={self._schema}", "connect_timeout": 10}, **_POOL
        )

    def backlog(self) -> tuple[int, int]:
        """How many jobs wait, and how many are under way. Raises StoreError."""
        sql = f"SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing') FROM {self._schema}."
        try:
            with psycopg.connect(self._url, connect_timeout=10) as connection:
                row = connection.execute(f"{sql}procrastinate_jobs WHERE task_name = '{_POLL}'").fetchone()
        except psycopg.errors.UndefinedTable:
            return 0, 0
        except psycopg.Error as error:
            raise errors.StoreError(f"the queue cannot be read: {' '.join(str(error).split())}") from error
        return (row[0], row[1]) if row else (0, 0)
