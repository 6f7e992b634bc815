"""A small HTTP/1.1 server on 127.0.0.1: one request a connection, GET and HEAD, answers made by a function."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import http
from collections.abc import Callable, Mapping

_HEAD = 16_384  # bytes of a request's head
_PATIENCE = 10.0  # seconds for it to arrive


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the path without its query, header fields with names in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What is said."""

    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Server:
    """Answers on a port of 127.0.0.1 between `start` and `stop`."""

    def __init__(self, respond: Callable[[Request], Answer]) -> None:
        self._respond = respond
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> int:
        """Listen; port 0 takes a free one. Returns the port. Raises OSError when it is taken."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", port, limit=_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and drop what is open."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._open):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
                async with asyncio.timeout(_PATIENCE):
                    head = await reader.readuntil(b"\r\n\r\n")
                    writer.write(self._reply(head.decode("latin-1").split("\r\n")))
                    await writer.drain()
        finally:
            self._open.discard(writer)
            writer.close()

    def _reply(self, lines: list[str]) -> bytes:
        words = lines[0].split(" ")
        if len(words) != 3 or words[0] not in ("GET", "HEAD"):
            return _bytes(Answer(status=405 if len(words) == 3 else 400, headers=(("Allow", "GET, HEAD"),)))
        fields = [line.partition(":") for line in lines[1:] if ":" in line]
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        return _bytes(self._respond(Request(words[1].partition("?")[0], headers)), bodiless=words[0] == "HEAD")


def _bytes(answer: Answer, *, bodiless: bool = False) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {http.HTTPStatus(answer.status).phrase}", "Connection: close"]
    if answer.status != 304:
        lines += [f"Content-Type: {answer.type}", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if bodiless or answer.status == 304 else answer.body)
