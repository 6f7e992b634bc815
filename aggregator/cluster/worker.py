"""A worker: polls what it is handed, on any host, until it is stopped; publishes and serves nothing."""

from __future__ import annotations

import asyncio
import logging
import pathlib
import signal

from aggregator import engine, logs
from aggregator.cluster import member
from aggregator.core import errors
from aggregator.edges import config_file, store, supervisor, threads

TICK = 1.0  # seconds between looks at feeds.yaml
GRACE = 5.0  # seconds for polls under way when stopping


class Worker:
    """One run, from `run` until a signal or `stop`."""

    def __init__(self, config: pathlib.Path, data: pathlib.Path | None) -> None:
        self._config, self._data = config, data
        self._log = logging.getLogger(logs.NAME)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask it to end."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped.

        Raises ConfigError, StoreError when it cannot start; StoreNewer when another version has taken the store; StoreError when
        that was out of reach for too long.
        """
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self.stop)
        watch = config_file.Watch(self._config)
        loaded = config_file.read(self._config, self._data)
        watch.follow(loaded.includes)
        if loaded.config.settings.store == store.SQLITE:
            raise errors.StoreError(
                "a worker needs a store that programs share, but settings.store is sqlite; name a database there: postgresql://…"
            )
        async with engine.Engine(loaded, engine.Overrides(self._data, helping=True)) as of:
            part = member.Member(of, "worker", self.stop, ticking=False)
            await part.join()
            supervisor.notify("READY=1")
            self._log.info("polling what is handed out, up to %d sources at once", loaded.config.settings.limits.concurrency)
            running = asyncio.create_task(part.run())
            await self._until_stopped(of, watch)
            supervisor.notify("STOPPING=1")
            running.cancel()
            await asyncio.wait([running], timeout=GRACE)
            await part.leave()
        self._log.info("stopped")
        if part.failure is not None:
            raise part.failure

    async def _until_stopped(self, of: engine.Engine, watch: config_file.Watch) -> None:
        """Take up a saved feeds.yaml meanwhile; one that does not validate changes nothing."""
        while not self._stopping.is_set():
            if watch.changed():
                try:
                    loaded = await threads.run(config_file.read, self._config, self._data)
                except errors.ConfigError as error:
                    self._log.error("feeds.yaml was not taken up, the last good one goes on:\n%s", error)
                else:
                    watch.follow(loaded.includes)
                    await of.adopt(loaded)
                    self._log.info("feeds.yaml taken up", extra={"sources": len(loaded.config.sources)})
            try:
                await asyncio.wait_for(self._stopping.wait(), TICK)
            except TimeoutError:
                continue
