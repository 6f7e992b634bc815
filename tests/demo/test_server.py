"""The newsroom's small HTTP server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from aggregator.demo import server
from aggregator.demo.server import Answer, Request

pytestmark = pytest.mark.anyio


class Stand:
    """A server with its port and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.server = server.Server(self.respond)
        self.port = 0

    def respond(self, request: Request) -> Answer:
        """Answer by path."""
        self.asked.append(request)
        if request.path == "/same":
            return Answer(status=304, headers=(("ETag", '"a"'),))
        return Answer(request.path.encode(), "text/plain", headers=(("X-Made-Up", "yes"),))

    async def say(self, words: bytes) -> tuple[list[str], bytes]:
        """Send bytes; the answer's lines and its body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(words)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return head.decode("latin-1").split("\r\n"), body


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """A started stand."""
    stand = Stand()
    stand.port = await stand.server.start(0)
    yield stand
    await stand.server.stop()


async def test_get(stand: Stand) -> None:
    """A request is answered with status, type, length, fields and body; the path comes without its query, names in lower case."""
    lines, body = await stand.say(b'GET /a/b?utm_source=feed HTTP/1.1\r\nHost: x\r\nIF-None-Match:  "q" \r\n\r\n')
    assert lines == ["HTTP/1.1 200 OK", "Connection: close", "Content-Type: text/plain", "Content-Length: 4", "X-Made-Up: yes"]
    assert body == b"/a/b"
    assert stand.asked == [Request("/a/b", {"host": "x", "if-none-match": '"q"'})]


async def test_head(stand: Stand) -> None:
    """HEAD has the fields of GET and no body."""
    lines, body = await stand.say(b"HEAD /a/b HTTP/1.1\r\n\r\n")
    assert "Content-Length: 4" in lines
    assert body == b""


async def test_not_modified(stand: Stand) -> None:
    """304 has neither body nor type nor length."""
    lines, body = await stand.say(b"GET /same HTTP/1.1\r\n\r\n")
    assert lines == ["HTTP/1.1 304 Not Modified", "Connection: close", 'ETag: "a"']
    assert body == b""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"POST / HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
        (b"hello\r\n\r\n", "400 Bad Request"),
        (b"GET /with space HTTP/1.1\r\n\r\n", "400 Bad Request"),
    ],
)
async def test_what_is_no_request(stand: Stand, words: bytes, status: str) -> None:
    """Other methods and nonsense are refused, and nothing is asked of the newsroom."""
    lines, _ = await stand.say(words)
    assert lines[0] == f"HTTP/1.1 {status}"
    assert stand.asked == []


async def test_heads_are_bounded(stand: Stand) -> None:
    """A head without end is cut off without an answer, and the server goes on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
    writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000)
    said = b""
    with contextlib.suppress(ConnectionError):  # what the server did not read may come back as a reset
        said = await reader.read()
    writer.close()
    assert said == b""
    assert stand.asked == []
    lines, _ = await stand.say(b"GET / HTTP/1.1\r\n\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"


async def test_stop_drops_what_is_open(stand: Stand) -> None:
    """A reader that never finishes its question does not hold up the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
    writer.write(b"GET / HT")
    await writer.drain()
    assert (await stand.say(b"GET / HTTP/1.1\r\n\r\n"))[0][0] == "HTTP/1.1 200 OK"
    await stand.server.stop()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_it_can_be_stopped_before_it_was_started() -> None:
    """Stopping what does not run is no error."""
    await server.Server(lambda request: Answer()).stop()
