"""One connection, plain or under TLS, straight on asyncio's transports: a third less CPU a fetch than through anyio's."""

from __future__ import annotations

import asyncio
import ssl
from typing import cast

_AHEAD = 65_536  # bytes that may wait to be read before the sender is made to wait


async def connect(address: str, port: int) -> Wire:
    """A connection to a literal address; OSError when there is none to be had."""
    _, wire = await asyncio.get_running_loop().create_connection(Wire, address, port)
    return wire


class Wire(asyncio.Protocol):
    """A connection that is read by one task; what is sent is small and not waited for."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting = bytearray()
        self._over = False
        self._error: Exception | None = None
        self._arrival: asyncio.Future[None] | None = None
        self._paused = False

    async def read(self, most: int) -> bytes:
        """The next bytes, at most so many; none at the end. OSError when the connection breaks."""
        if self._waiting:
            await asyncio.sleep(0)  # who sends without end must not keep the others waiting
        while not self._waiting and not self._over:
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        if not self._waiting and self._error is not None:
            raise self._error
        data = bytes(self._waiting[:most])
        del self._waiting[:most]
        if self._paused and len(self._waiting) < _AHEAD and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send."""
        if self._transport is not None:
            self._transport.write(data)

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS; OSError (ssl.SSLError among them) when the handshake fails, and the connection is closed."""
        if self._transport is None or self._waiting:
            raise ConnectionAbortedError
        loop = asyncio.get_running_loop()
        self._transport = await loop.start_tls(self._transport, self, context, server_hostname=host)

    def close(self) -> None:
        """Close at once; what was not sent is lost."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: connected."""
        self._transport = cast(asyncio.Transport, transport)  # not of this class under other event loops

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came."""
        self._waiting += data
        if len(self._waiting) > _AHEAD and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """asyncio: the other side ended; False closes ours."""
        self._over = True
        self._wake()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: closed, by an error or in order."""
        self._over = True
        self._error = error
        self._wake()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
