"""All hosts of the world, by a proxy on loopback that notes when each of their domains was asked and how long that took.

As names are resolved by the proxy, every host is a public one to who asks, and nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import time

from aggregator.core import urls

_FEED = (
    "<rss version='2.0'><channel><title>{0}</title><link>http://{0}</link><description>d</description>"
    "<item><title>Of {0}</title><guid>urn:{0}</guid><description>Words of {0} alone.</description></item></channel></rss>"
)


class Crowd:
    """`async with Crowd() as crowd`; `visits` are the beginnings and ends of requests by registrable domain, in seconds."""

    def __init__(self, slow: float) -> None:
        self._slow = slow
        self.visits: dict[str, list[tuple[float, float]]] = collections.defaultdict(list)

    async def __aenter__(self) -> Crowd:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            begun = time.monotonic()
            place = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split(" ")[1].removeprefix("http://")
            await asyncio.sleep(self._slow)
            self.visits[urls.domain(place.partition("/")[0])].append((begun, time.monotonic()))
            body = _FEED.format(place).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        writer.close()
