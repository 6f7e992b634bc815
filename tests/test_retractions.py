"""What sources take back, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import pathlib
from collections.abc import AsyncIterator

import pytest
from loopback import Answer, Loopback
from stories import prose
from test_hooks import Ticking

from aggregator import engine, retractions
from aggregator.edges import config_file

pytestmark = pytest.mark.anyio
HOUR = datetime.timedelta(hours=1)
NAMES = ("one", "two", "three")


class Desk:
    """An engine over two sources, and pages of their entries."""

    def __init__(self, at_work: engine.Engine, server: Loopback, ticking: Ticking) -> None:
        self.engine, self.server, self.clock = at_work, server, ticking

    async def poll(self, *names: str, path: str = "/a", text: bool = False) -> None:
        """A source's document has these entries now, the newest first."""
        dates = {name: f"{number + 1:02} Mar 2026 12:00:00 GMT" for number, name in enumerate(NAMES)}
        rows = "".join(
            f"<item><guid isPermaLink='false'>{path}{name}</guid><title>{name} {path}</title><pubDate>{dates[name]}</pubDate>"
            f"<link>{self.server.url(f'{path}/{name}')}</link><description>{prose(name, 80) if text else ''}</description></item>"
            for name in names
        )
        self.server.answers[path] = Answer(f"<rss version='2.0'><channel><title>Paper</title>{rows}</channel></rss>".encode())
        asked = [state for state in self.engine.states.values() if state.url.endswith(path)]
        await asyncio.gather(*self.engine.start(asked))
        await self.engine.store_brought()
        await self.engine.publish()

    async def look(self, later: datetime.timedelta = 2 * HOUR) -> int:
        """Look for what was taken back, some time later."""
        self.clock.moment += later
        taken = await retractions.look(self.engine)
        await self.engine.publish()
        return taken

    @property
    def titles(self) -> list[str]:
        """What readers see."""
        return sorted(item["title"] for item in json.loads((self.engine.output / "all.json").read_text("utf-8"))["items"])

    def page(self, name: str, status: int, path: str = "/a") -> None:
        """What the page of an entry answers."""
        self.server.answers[f"{path}/{name}"] = Answer(b"<p>Here.</p>", status=status)

    def asked(self, name: str) -> int:
        """How often the page of an entry was asked for."""
        return sum(asked.path == f"/a/{name}" for asked in self.server.asked)


@contextlib.asynccontextmanager
async def running(folder: pathlib.Path, settings: str = "", *, text: bool = False) -> AsyncIterator[Desk]:
    """A desk whose source brought three entries."""
    async with Loopback() as server:
        (folder / "feeds.yaml").write_text(
            f"settings: {{allow_addresses: [127.0.0.0/8], listen: off{settings}}}\n"
            f"sources: ['{server.url('/a')}', '{server.url('/b')}']\n",
            "utf-8",
        )
        ticking = Ticking()
        async with engine.Engine(config_file.read(folder / "feeds.yaml"), ticking=ticking) as at_work:
            desk = Desk(at_work, server, ticking)
            await desk.poll("three", "two", "one", text=text)
            yield desk


async def test_an_article_that_was_taken_back(tmp_path: pathlib.Path) -> None:
    """It leaves the outputs with a tombstone, once its page was gone twice; the operator hears of it."""
    async with running(tmp_path) as desk:
        await desk.poll("three", "one")
        desk.page("two", 410)
        assert await desk.look(HOUR / 2) == 0
        assert desk.asked("two") == 0
        assert await desk.look() == 0
        assert await desk.look(HOUR) == 0
        assert desk.asked("two") == 1
        assert "two /a" in desk.titles
        assert await desk.look(6 * HOUR) == 1
        assert desk.titles == ["one /a", "three /a"]
        atom = (desk.engine.output / "all.atom.xml").read_text("utf-8")
        assert "deleted-entry" in atom
        assert retractions.BECAUSE in atom
        (event,) = [one for one in desk.engine.store.events(10) if one.kind == "retracted"]
        assert "two /a" in event.title
        assert await desk.look(12 * HOUR) == 0
        assert desk.asked("two") == 2


async def test_it_comes_back(tmp_path: pathlib.Path) -> None:
    """An entry that returns to its document is published again, under its id."""
    async with running(tmp_path) as desk:
        await desk.poll("three", "one")
        desk.page("two", 404)
        assert await desk.look() + await desk.look(6 * HOUR + HOUR) == 1
        await desk.poll("three", "two", "one")
        assert "two /a" not in desk.titles
        await desk.look()
        assert "two /a" in desk.titles
        assert "deleted-entry" not in (desk.engine.output / "all.atom.xml").read_text("utf-8")


@pytest.mark.parametrize("status", [200, 403, 500, 503])
async def test_pages_that_are_not_gone(tmp_path: pathlib.Path, status: int) -> None:
    """Only one that says so is gone; one that is there is asked for once."""
    async with running(tmp_path) as desk:
        await desk.poll("three", "one")
        desk.page("two", status)
        for _ in range(4):
            assert await desk.look(7 * HOUR) == 0
        assert "two /a" in desk.titles
        assert desk.asked("two") == 1 if status == 200 else desk.asked("two") >= 1


async def test_falling_out_of_the_window_is_no_sign(tmp_path: pathlib.Path) -> None:
    """The oldest entries leave as new ones come; their pages are not even asked for."""
    async with running(tmp_path) as desk:
        desk.page("one", 404)
        await desk.poll("three", "two")
        assert await desk.look() == 0
        assert desk.asked("one") == 0


async def test_another_source_stands_by_it(tmp_path: pathlib.Path) -> None:
    """What one source took back the other still has: it stays."""
    async with running(tmp_path, text=True) as desk:
        await desk.poll("two", path="/b", text=True)
        await desk.poll("three", "one", text=True)
        desk.page("two", 404)
        assert await desk.look() + await desk.look(7 * HOUR) == 0


@pytest.mark.parametrize(("settings", "robots"), [(", retractions: off", b""), ("", b"User-agent: *\nDisallow: /")])
async def test_pages_that_may_not_be_asked(tmp_path: pathlib.Path, settings: str, robots: bytes) -> None:
    """By feeds.yaml, or by robots.txt."""
    async with running(tmp_path, settings) as desk:
        desk.server.answers["/robots.txt"] = Answer(robots)
        await desk.poll("three", "one")
        desk.page("two", 404)
        assert await desk.look() + await desk.look(7 * HOUR) == 0
        assert desk.asked("two") == 0
