"""Webhooks, from a poll to the program that is told, on loopback."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import pathlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from loopback import Answer, Loopback
from stories import NOW

from aggregator import clock, engine, hooks, passes
from aggregator.core import webhooks
from aggregator.edges import config_file, store

pytestmark = pytest.mark.anyio
SECRET = "a secret of sixteen or more"
TOKEN = "q7Zt4-mW_c8Yd2Kx9Lr5"


class Program:
    """A program that takes messages, with the status that a test says."""

    def __init__(self) -> None:
        self.status = 200
        self.took: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.asked = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Its address."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/told"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked += 1
        if self.status < 300:
            self.took.append((headers | {"body": body.decode()}, json.loads(body)))
        writer.write(f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    @property
    def titles(self) -> list[str]:
        """Of the entries of which it was told."""
        return [said["data"]["title"] for _, said in self.took if said["type"] == "entry.new"]


class Ticking(clock.Clock):
    """A clock that a test moves, from a time on that is later than any that the system says meanwhile."""

    moment = clock.SYSTEM.now() + datetime.timedelta(days=1)

    def now(self) -> datetime.datetime:
        """As the test says."""
        return self.moment


def rss(*names: str) -> Answer:
    """A feed of these entries."""
    rows = "".join(f"<item><guid isPermaLink='false'>{name}</guid><title>{name}</title></item>" for name in names)
    return Answer(f"<rss version='2.0'><channel><title>Paper</title>{rows}</channel></rss>".encode())


class Desk:
    """An engine with hooks on it, and what its source says."""

    def __init__(self, at_work: engine.Engine, server: Loopback, ticking: Ticking) -> None:
        self.engine, self.server, self.clock = at_work, server, ticking
        self.hooks = hooks.Hooks(at_work)

    async def publish(self, *names: str) -> None:
        """Poll a feed of these entries, publish, and tell."""
        self.server.answers["/feed"] = rss(*names)
        await asyncio.gather(*self.engine.start(list(self.engine.states.values())))
        await self.engine.store_brought()
        await self.engine.publish()
        await self.hooks.deliver()


def write(folder: pathlib.Path, server: Loopback, hook: str, outputs: str = "[{name: all}]") -> pathlib.Path:
    """A feeds.yaml with a hook."""
    path = folder / "feeds.yaml"
    path.write_text(
        f"settings: {{allow_addresses: [127.0.0.0/8], listen: off, interval: 1h, webhooks: [{hook}]}}\n"
        f"sources: ['{server.url('/feed')}']\noutputs: {outputs}\n",
        "utf-8",
    )
    return path


@contextlib.asynccontextmanager
async def desk(folder: pathlib.Path, hook: str, outputs: str = "[{name: all}]") -> AsyncIterator[Desk]:
    """An engine with this hook, after a first poll of one entry."""
    async with Loopback() as server:
        ticking = Ticking()
        async with engine.Engine(config_file.read(write(folder, server, hook, outputs)), ticking=ticking) as at_work:
            one = Desk(at_work, server, ticking)
            await one.publish("first")
            yield one


async def test_new_entries_are_told(tmp_path: pathlib.Path) -> None:
    """Each once, the oldest first, signed; nothing of what was there when the output was new."""
    program = Program()
    async with program.open() as url, desk(tmp_path, f"{{url: '{url}', secret: {SECRET}}}") as at_work:
        assert program.took == []
        await at_work.publish("first", "second")
        await at_work.publish("third", "second")
        await at_work.hooks.deliver()
        assert program.titles == ["second", "third"]
        headers, _ = program.took[0]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{headers['body']}".encode()
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert at_work.hooks.counts == {"sent": 2}


async def test_a_program_that_is_down(tmp_path: pathlib.Path) -> None:
    """Nothing is lost and nothing comes twice; it is asked again later and later, over restarts too."""
    program = Program()
    async with program.open() as url, desk(tmp_path, f"{{url: '{url}'}}") as at_work:
        program.status = 503
        await at_work.publish("first", "second")
        await at_work.publish("first", "second", "third")
        assert program.asked == 1
        at_work.clock.moment += webhooks.AFTER[0]
        at_work.hooks = hooks.Hooks(at_work.engine)
        await at_work.hooks.deliver()
        assert program.asked == 2
        program.status = 204
        at_work.clock.moment += webhooks.AFTER[1]
        await at_work.hooks.deliver()
        assert program.titles == ["second", "third"]


@pytest.mark.parametrize(("status", "tries"), [(410, 1), (500, len(webhooks.AFTER) + 1)])
async def test_a_program_that_is_gone(tmp_path: pathlib.Path, status: int, tries: int) -> None:
    """In the end a message is given up, and the operator told, without the secret that an address holds; not by a webhook."""
    program = Program()
    async with (
        program.open() as url,
        desk(tmp_path, f"{{url: '{url}?key=0123456789abcdef0123456789abcdef', events: [entries, operations]}}") as at_work,
    ):
        program.status = status
        await at_work.publish("first", "second")
        for after in webhooks.AFTER[: tries - 1]:
            at_work.clock.moment += after
            await at_work.hooks.deliver()
        assert program.asked == tries
        assert at_work.hooks.counts == {"failed": tries, "lost": 1}
        (event,) = [one for one in at_work.engine.store.events(10) if one.kind == "webhook"]
        assert "given up" in event.text
        assert "0123456789abcdef" not in event.title + event.text + event.subject
        program.status = 200
        at_work.clock.moment += datetime.timedelta(hours=1)
        await at_work.hooks.deliver()
        assert program.took == []


async def test_operations(tmp_path: pathlib.Path) -> None:
    """What stands in the operations feed, from when the hook was there."""
    program = Program()
    async with program.open() as url, desk(tmp_path, f"{{url: '{url}', events: [operations]}}") as at_work:
        at_work.engine.store.tell([store.Event(NOW, "dead", "https://e.example/", "Paper is dead", "It answered 404.")])
        await at_work.publish("first", "second")
        ((_, said),) = program.took
        assert (said["type"], said["data"]["title"], said["data"]["text"]) == (
            "operations.dead",
            "Paper is dead",
            "It answered 404.",
        )


async def test_private_outputs_are_not_told(tmp_path: pathlib.Path) -> None:
    """Unless the hook names them."""
    program = Program()
    outputs = f"[{{name: all}}, {{name: mine, token: {TOKEN}}}]"
    async with program.open() as url, desk(tmp_path, f"{{url: '{url}'}}", outputs) as at_work:
        await at_work.publish("first", "second")
        assert [said["data"]["output"] for _, said in program.took] == ["all"]
        path = write(tmp_path, at_work.server, f"{{url: '{url}', outputs: [mine]}}", outputs)
        await at_work.engine.adopt(config_file.read(path))
        await at_work.publish("first", "second", "third")
        assert [said["data"]["output"] for _, said in program.took] == ["all", "mine"]


async def test_a_hook_that_is_taken_out(tmp_path: pathlib.Path) -> None:
    """What waited for it is let go."""
    program = Program()
    async with program.open() as url, desk(tmp_path, f"{{url: '{url}'}}") as at_work:
        program.status = 503
        await at_work.publish("first", "second")
        assert sum(at_work.engine.store.mailbox.waiting().values()) == 1
        await at_work.engine.adopt(config_file.read(write(tmp_path, at_work.server, "")))
        await at_work.hooks.deliver()
        assert at_work.engine.store.mailbox.waiting() == {}


async def test_ticks(tmp_path: pathlib.Path) -> None:
    """A tick waits for nobody; a hook is asked one thing at a time."""
    program = Program()
    async with program.open() as url, desk(tmp_path, f"{{url: '{url}'}}") as at_work:
        at_work.server.answers["/feed"] = rss("first", "second")
        await asyncio.gather(*at_work.engine.start(list(at_work.engine.states.values())))
        await at_work.engine.store_brought()
        await at_work.engine.publish()
        await asyncio.gather(at_work.hooks.tick(), at_work.hooks.tick())
        async with asyncio.timeout(10):
            while not program.took:
                await asyncio.sleep(0.01)
        await at_work.hooks.aclose()
        assert program.titles == ["second"]


async def test_one_pass_tells_too(tmp_path: pathlib.Path) -> None:
    """`once` sends what may be sent before it ends."""
    program = Program()
    async with Loopback() as server, program.open() as url:
        path = write(tmp_path, server, f"{{url: '{url}'}}")
        for names in (("first",), ("first", "second")):
            server.answers["/feed"] = rss(*names)
            await passes.once(path, None, None, every=True, watch=lambda _: contextlib.nullcontext(lambda: None))
    assert program.titles == ["second"]
