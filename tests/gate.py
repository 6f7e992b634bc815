"""A web server of feeds that keeps its visitors waiting until a test opens the gate, and counts them."""

from __future__ import annotations

import asyncio
import collections
import contextlib
from collections.abc import Sequence


class Gate:
    """`async with Gate() as gate`: serves a feed at every path of its addresses (all of 127.0.0.0/8 are this machine's)."""

    def __init__(self, hosts: Sequence[str] = ("127.0.0.1",)) -> None:
        self.hosts = hosts
        self.open = asyncio.Event()
        self.open.set()
        self.asked: list[str] = []  # paths
        self.conditional: list[str] = []  # paths that were asked for with validators
        self.waiting = 0
        self.most = 0  # that ever waited at once
        self.most_at: collections.Counter[str] = collections.Counter()  # the same for each host
        self.etag = ""
        self.moves: dict[str, str] = {}  # path -> where it has moved for good
        self._at: collections.Counter[str] = collections.Counter()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    async def __aenter__(self) -> Gate:
        self._server = await asyncio.start_server(self._talk, self.hosts[0], 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._others = [await asyncio.start_server(self._talk, host, self.port) for host in self.hosts[1:]]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open.set()
        for server in (self._server, *self._others):
            server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path, host = head.split(" ", 2)[1], writer.get_extra_info("sockname")[0]
            self.asked.append(path)
            self.conditional += [path] if "if-none-match:" in head.lower() else []
            self._at[host] += 1
            self.waiting += 1
            self.most, self.most_at[host] = max(self.most, self.waiting), max(self.most_at[host], self._at[host])
            try:
                await asyncio.sleep(0)
                await self.open.wait()
            finally:
                self._at[host] -= 1
                self.waiting -= 1
            writer.write(self._answer(path))
            await writer.drain()
        writer.close()

    def _answer(self, path: str) -> bytes:
        if path in self.moves:
            return f"HTTP/1.1 301 Moved\r\nLocation: {self.moves[path]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        said = (
            f"<title>News of {path}</title><description>Said {path}.</description><pubDate>Fri, 13 Mar 2026 10:00:00 GMT</pubDate>"
        )
        item = f"<item><guid>{path}</guid>{said}</item>"
        body = f"<rss version='2.0'><channel><title>Feed {path}</title>{item}</channel></rss>".encode()
        tag = f"ETag: {self.etag}\r\n" if self.etag else ""
        return f"HTTP/1.1 200 OK\r\n{tag}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
