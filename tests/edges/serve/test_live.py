"""Events for open pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from aggregator.edges.serve import live

if TYPE_CHECKING:
    from conftest import Stand

pytestmark = pytest.mark.anyio
POLL: dict[str, object] = {"source": "Häfen\n\ndata: {}", "outcome": "updated", "new": 2, "at": "12:00 UTC"}


async def lines(stand: Stand, *headers: str) -> AsyncIterator[str]:
    """What comes over the wire, line by line, after the headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.server.port)
    writer.write("\r\n".join(["GET /live HTTP/1.1", "Host: x", *headers, "", ""]).encode())
    try:
        while line := (await asyncio.wait_for(reader.readline(), 10)).decode():
            yield line.rstrip("\r\n")
    finally:
        writer.close()


async def events(stand: Stand, count: int, *headers: str) -> list[tuple[str, str, str]]:
    """The next events: kind, id, data."""
    found: list[tuple[str, str, str]] = []
    fields: dict[str, str] = {}
    async for line in lines(stand, *headers):
        name, _, value = line.partition(": ")
        if name in ("event", "id", "data"):
            fields[name] = value
        elif not line and fields:
            found.append((fields["event"], fields["id"], fields["data"]))
            fields = {}
            if len(found) == count:
                break
    return found


async def test_what_happens_is_told(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls, each in one line whatever its source is called, and then that something is new; nothing from before the page."""
    monkeypatch.setattr(live, "_PAUSE", 0.0)
    stand.view.happened.append({"source": "old"})
    waiting = asyncio.create_task(events(stand, 3))
    await asyncio.sleep(0.1)
    stand.view.happened += [POLL, POLL]
    told = await waiting
    assert [(kind, number) for kind, number, _ in told] == [("poll", "3"), ("poll", "3"), ("news", "3")]
    assert json.loads(told[0][2]) == POLL


async def test_after_a_break(stand: Stand) -> None:
    """A browser that comes back says where it was; nonsense there is nothing."""
    stand.view.happened += [POLL] * 3
    assert [number for _, number, _ in await events(stand, 3, "Last-Event-ID: 1")] == ["3", "3", "3"]
    assert await begun(stand, "Last-Event-ID: -5") == "retry: 5000"


async def begun(stand: Stand, *headers: str) -> str:
    """The first line of what comes."""
    async for line in lines(stand, *headers):
        if line.startswith("retry"):
            return line
    return ""


async def test_an_answer_ends(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the server would cut it off; until then lines that say nothing keep it open."""
    monkeypatch.setattr(live, "LONGEST", 0.3)
    monkeypatch.setattr(live, "QUIET", 0.1)
    monkeypatch.setattr(live, "_PAUSE", 0.0)
    said = [line async for line in lines(stand, "Connection: close")]
    assert "content-type: text/event-stream; charset=utf-8" in said
    assert "cache-control: no-store" in said
    assert said.count(": nothing yet") >= 2


async def test_not_too_many(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """One page more than may watch is asked to come back; when one leaves there is room again."""
    monkeypatch.setattr(live, "WATCHERS", 1)
    monkeypatch.setattr(live, "QUIET", 0.1)
    monkeypatch.setattr(live, "_PAUSE", 0.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.server.port)
    writer.write(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"retry: 5000")
    assert (await stand.ask("/live")).status == 503
    writer.close()
    async with asyncio.timeout(10):
        while (await stand.ask("/live", method="HEAD")).status == 503:
            await asyncio.sleep(0.05)
