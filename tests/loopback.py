"""A small HTTP server on 127.0.0.1 that says what a test tells it and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import http
from collections.abc import Callable, Mapping


@dataclasses.dataclass(frozen=True)
class Asked:
    """One request: method, path with query, headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Answer:
    """What to say: status, headers, body; and after how many seconds."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    after: float = 0.0


class Loopback:
    """`async with Loopback() as server: server.answers["/feed"] = Answer(b"…")`; an answer may be a function of the request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []
        self.port = 0
        self._talks: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []

    def url(self, path: str) -> str:
        """The address of a path of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def __aenter__(self) -> Loopback:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()
        for talk, writer in self._talks:
            talk.cancel()
            writer.close()
        await asyncio.gather(*(talk for talk, _ in self._talks), return_exceptions=True)
        await asyncio.sleep(0)  # until what was closed is

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.append((asyncio.create_task(self._talk(reader, writer)), writer))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError), contextlib.closing(writer):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ", 2)
            pairs = [line.split(":", 1) for line in head[1:] if ":" in line]
            asked = Asked(method, path, {name.lower(): value.strip() for name, value in pairs})
            self.asked.append(asked)
            answer = self.answers.get(path.partition("?")[0], Answer(status=404))
            said = answer(asked) if callable(answer) else answer
            await asyncio.sleep(said.after)
            writer.write(_bytes(said))
            await writer.drain()


def _bytes(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {http.HTTPStatus(answer.status).phrase}", "Connection: close"]
    lines += [f"Content-Length: {len(answer.body)}"] if not any(n.lower() == "content-length" for n, _ in answer.headers) else []
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + answer.body
