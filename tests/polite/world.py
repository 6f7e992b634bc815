"""Days of one aggregator among the servers of a case, played in moments: its clock jumps from one due time to the next."""

from __future__ import annotations

import asyncio
import datetime
import pathlib
import re
from collections.abc import Mapping
from typing import Any

from polite.server import Servers

from aggregator import clock, engine, passes
from aggregator.edges import config_file

START = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
MOST = 20_000  # steps: more are a loop
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(said: str | float) -> float:
    """`90`, `2h`, `1.5d` in seconds."""
    if not isinstance(said, str):
        return said
    found = re.fullmatch(r"([\d.]+)([smhd])", said)
    assert found, said
    return float(found[1]) * _UNITS[found[2]]


class Played(clock.Clock):
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime.datetime:
        """The moment that it is set to."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Go on by so much."""
        end = self.moment + seconds * SECOND
        await asyncio.sleep(0)
        self.moment = max(self.moment, end)


class World:
    """A folder with the feeds.yaml of a case, its servers, and its time."""

    def __init__(self, folder: pathlib.Path, case: Mapping[str, Any]) -> None:
        self.case = case
        self.clock = Played()
        self.servers = Servers(case["servers"], self.clock.now)
        self.file = folder / "feeds.yaml"

    async def play(self) -> None:
        """All of it: until the end, with a restart at each of the times that are named."""
        async with self.servers:
            sources = self.case.get("sources", list(self.case["servers"]))
            for stage in [*self.case.get("restarts", []), {"at": self.case["for"]}]:
                self._write(sources)
                said = self.file.read_bytes()
                await self._run(START + seconds(stage["at"]) * SECOND)
                assert self.file.read_bytes() == said, "feeds.yaml is its user's"
                sources = stage.get("sources", sources)

    def _write(self, sources: list[str]) -> None:
        settings = f"settings:\n  listen: off\n  contact: https://me.example/\n  proxy: {self.servers.url}\n"
        settings += "".join(f"  {line}\n" for line in self.case.get("settings", []))
        self.file.write_text(settings + "sources:\n" + "".join(f"  - http://{source}\n" for source in sources), "utf-8")

    async def _run(self, end: datetime.datetime) -> None:
        async with engine.Engine(config_file.read(self.file), ticking=self.clock) as at_work:
            for _ in range(MOST):
                await asyncio.gather(*at_work.start(at_work.due(self.clock.now())))
                await at_work.store_brought()
                coming = self._next(at_work)
                if coming is None or coming > end:
                    break
                self.clock.moment = max(coming, self.clock.moment)
            else:
                raise AssertionError("it asks without end")
            self.clock.moment = max(end, self.clock.moment)
            self.told = [event.kind for event in reversed(at_work.store.events(99))]
            self.states = {state.url.removeprefix("http://"): state for state in at_work.store.sources(counted=True)}
            self.health = {place: at_work.health_of(state) for place, state in self.states.items()}
            self.suggestions = {
                source["url"].removeprefix("http://"): source["suggestion"] for source in passes.status(self.file, None)["sources"]
            }

    def _next(self, at_work: engine.Engine) -> datetime.datetime | None:
        """When something is due next: a source at its time, or when its host may be asked."""
        moments = [
            max(state.due_at, at_work.waits_until(state) or state.due_at) for state in at_work.states.values() if state.due_at
        ]
        return min(moments, default=None)

    def times(self, place: str) -> list[float]:
        """When an address, or whatever lies under a domain, was asked, in seconds since the start."""
        found = [asked for asked in self.servers.asked if place == asked.place or asked.place.partition("/")[0].endswith(place)]
        return [(asked.at - START) / SECOND for asked in found]
