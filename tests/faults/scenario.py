"""Some hours of a small newsroom: entries that are new, edited, copied and withdrawn, and a source that fails in between."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import json
import pathlib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loopback import Answer, Loopback

from aggregator import clock, engine, housekeeping
from aggregator.core import errors
from aggregator.edges import config_file, workers
from aggregator.pipeline import republish

START = datetime.datetime(2030, 1, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
LONG = (
    "The ferry crossed the harbour at dawn with nobody aboard but the mate, who had let the lines go early and said so to all. " * 3
)


def rss(*items: tuple[str, str]) -> Answer:
    """A feed of these entries: names, and what each says."""
    inside = "".join(
        f"<item><guid isPermaLink='false'>{name}</guid><title>Of {name}</title><description>{said}</description></item>"
        for name, said in items
    )
    return Answer(f"<rss version='2.0'><channel><title>News</title>{inside}</channel></rss>".encode())


HERON, FERRY = ("heron", "The heron stood in the mill race."), ("ferry", LONG)
HOURS: tuple[dict[str, Answer], ...] = (
    {"/a": rss(HERON), "/b": rss(("kettle", "A kettle sings.")), "/c": rss(("anvil", "An anvil rings."))},
    {"/a": rss(FERRY, HERON), "/b": rss(("kettle", "A kettle sings.")), "/c": Answer(status=500)},
    {"/a": rss(FERRY, ("heron", "The heron has left the mill race.")), "/b": rss(("copy", LONG)), "/c": Answer(status=500)},
    {
        "/a": rss(FERRY),
        "/b": rss(("copy", LONG), ("quay", "The quay is being painted.")),
        "/c": rss(("saw", "A saw rests."), ("anvil", "An anvil rings.")),
    },
)
"""What each source answers, hour by hour."""
SAME = {"Of copy": "Of ferry"}  # the same article: whichever came first stands for both


class Hourly(clock.Clock):
    """A clock that stands until it is set."""

    moment = START

    def now(self) -> datetime.datetime:
        """The moment that it is set to."""
        return self.moment


@contextlib.contextmanager
def at_hand() -> Iterator[None]:
    """Jobs are done in this process: that workers start and end is tested elsewhere, and takes its time."""

    async def run(_: workers.Workers, function: Callable[..., Any], *given: object) -> Any:
        return function(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers.Workers, "run", run)
        yield


class Play:
    """The scenario in a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.clock = Hourly()
        self.ids: dict[str, set[str]] = {}  # of each title, all that it was ever published under

    async def play(self, mend: Callable[[], None] = lambda: None) -> None:
        """Play all hours, a restart in the middle; then `mend`, and two hours more in which nothing new comes."""
        async with Loopback() as server:
            urls = ", ".join(server.url(path) for path in ("/a", "/b", "/c"))
            settings = "settings: {allow_addresses: [127.0.0.0/8], listen: off, mass_change: off, backups: 0}\n"
            self.feeds = self.folder / "feeds.yaml"
            self.feeds.write_text(settings + f"sources: [{urls}]\n", "utf-8")
            await self._run(server, HOURS[:2])
            await self._run(server, HOURS[2:])
            mend()
            assert await self._run(server, (HOURS[-1], HOURS[-1]))

    async def _run(self, server: Loopback, hours: tuple[dict[str, Answer], ...]) -> bool:
        """Whether it could be started within three tries; else these hours pass without it."""
        for _ in range(3):
            with contextlib.suppress(errors.StoreError):
                async with engine.Engine(config_file.read(self.feeds), ticking=self.clock) as at_work:
                    for answers in hours:
                        server.answers.update(answers)
                        await self._tick(at_work)
                return True
        self.clock.moment += HOUR * len(hours)
        return False

    async def _tick(self, at_work: engine.Engine) -> None:
        """What the daemon does in an hour, as it does it: what the store refuses is tried again the next time."""
        self.clock.moment += HOUR
        at_work.patience_ends()
        for work in (
            functools.partial(housekeeping.housekeep, at_work),
            self._poll(at_work),
            at_work.store_brought,
            at_work.publish,
        ):
            with contextlib.suppress(errors.StoreError):
                await work()
        self._look()

    def _poll(self, at_work: engine.Engine) -> Callable[[], Any]:
        async def poll() -> None:
            await asyncio.gather(*at_work.start(at_work.all_but_waiting(self.clock.now())))

        return poll

    def _look(self) -> None:
        """Every file that is there is whole; what was published of an article is still called the same."""
        for path in (self.folder / "output").glob("*"):
            if path.suffix == ".xml":
                ET.fromstring(path.read_bytes())
        published = self.folder / "output" / "all.json"
        if published.exists():
            for item in json.loads(published.read_text("utf-8"))["items"]:
                self.ids.setdefault(item["title"], set()).add(item["id"])

    async def settled(self) -> tuple[list[str], bool]:
        """The titles of the published articles, and whether the folder holds what the store gives."""
        async with engine.Engine(config_file.read(self.feeds), ticking=self.clock) as at_work:
            elsewhere = self.folder / "elsewhere"
            press = republish.Press(at_work.store, elsewhere, at_work.configuration, at_work.loaded.fingerprint)
            assert republish.republish(press) == ()
        same = all((self.folder / "output" / path.name).read_bytes() == path.read_bytes() for path in elsewhere.iterdir())
        items = json.loads((self.folder / "output" / "all.json").read_text("utf-8"))["items"]
        return [SAME.get(item["title"], item["title"]) for item in items], same
