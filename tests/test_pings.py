"""A hub is told of what changed, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import pathlib
import urllib.parse
from collections.abc import AsyncIterator

import pytest
from loopback import Loopback
from test_hooks import Ticking, rss

from aggregator import engine, pings
from aggregator.edges import config_file

pytestmark = pytest.mark.anyio
TOKEN = "q7Zt4-mW_c8Yd2Kx9Lr5"
FEEDS = [f"https://news.example/all{suffix}" for suffix in (".atom.xml", ".json", ".rss.xml")]


class Hub:
    """A hub that remembers of what it was told."""

    def __init__(self) -> None:
        self.status = 204
        self.told: list[list[str]] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Its address."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hub"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r")[0])
        form = urllib.parse.parse_qs((await reader.readexactly(length)).decode())
        assert form["hub.mode"] == ["publish"]
        self.told.append(sorted(form["hub.url"]))
        writer.write(f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


class Desk:
    """An engine that names a hub."""

    def __init__(self, at_work: engine.Engine, server: Loopback, ticking: Ticking, hub: Hub) -> None:
        self.engine, self.server, self.clock, self.hub = at_work, server, ticking, hub
        self.pings = pings.Pings(at_work)

    async def publish(self, *names: str) -> None:
        """Poll a feed of these entries, publish, and tell."""
        self.server.answers["/feed"] = rss(*names)
        await asyncio.gather(*self.engine.start(list(self.engine.states.values())))
        await self.engine.store_brought()
        await self.engine.publish()
        await self.pings.tick()


@pytest.fixture
async def desk(anyio_backend: str, tmp_path: pathlib.Path) -> AsyncIterator[Desk]:
    """One after its first publish."""
    hub = Hub()
    async with Loopback() as server, hub.open() as url:
        (tmp_path / "feeds.yaml").write_text(
            f"settings: {{allow_addresses: [127.0.0.0/8], listen: off, url: 'https://news.example/', hub: '{url}'}}\n"
            f"sources: ['{server.url('/feed')}']\noutputs: [{{name: all}}, {{name: mine, token: {TOKEN}}}]\n",
            "utf-8",
        )
        ticking = Ticking()
        async with engine.Engine(config_file.read(tmp_path / "feeds.yaml"), ticking=ticking) as at_work:
            one = Desk(at_work, server, ticking, hub)
            await one.publish("first")
            yield one


async def test_what_changed_is_told(desk: Desk) -> None:
    """The feeds, not the page; nothing that did not change, and nothing of private outputs."""
    assert desk.hub.told == [FEEDS]
    await desk.publish("first")
    assert desk.hub.told == [FEEDS]
    await desk.publish("first", "second")
    assert desk.hub.told == [FEEDS, FEEDS]


async def test_feeds_name_their_hub(desk: Desk) -> None:
    """But for private ones."""
    output = desk.engine.output
    for suffix in (".atom.xml", ".json", ".rss.xml"):
        assert b"/hub" in (output / f"all{suffix}").read_bytes()
        assert b"/hub" not in (output / TOKEN / f"mine{suffix}").read_bytes()


async def test_a_hub_that_is_down(desk: Desk) -> None:
    """It is told again, after a while; in the end the operator is."""
    desk.hub.status = 503
    await desk.publish("first", "second")
    await desk.pings.tick()
    assert len(desk.hub.told) == 2
    desk.hub.status = 202
    desk.clock.moment += pings.AGAIN
    await desk.pings.tick()
    await desk.pings.tick()
    assert desk.hub.told == [FEEDS] * 3
    desk.hub.status = 503
    await desk.publish("first", "second", "third")
    for _ in range(pings.TRIES + 2):
        desk.clock.moment += pings.AGAIN
        await desk.pings.tick()
    assert len(desk.hub.told) == 3 + pings.TRIES
    (event,) = [one for one in desk.engine.store.events(10) if one.kind == "unheard"]
    assert "503" in event.text
    assert desk.clock.moment - event.at < datetime.timedelta(minutes=10)


async def test_without_a_hub(desk: Desk) -> None:
    """When feeds.yaml names none any more, what was to be told is forgotten."""
    path = desk.engine.loaded.path
    text = path.read_text("utf-8")
    path.write_text(text[: text.index(", hub")] + text[text.index("}\n") :], "utf-8")
    await desk.engine.adopt(config_file.read(path))
    await desk.publish("first", "second")
    assert (desk.hub.told, desk.engine.ledger.topics) == ([FEEDS], {})
