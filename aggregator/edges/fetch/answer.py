"""One HTTP/1.1 answer off a connection (RFC 9112), parsed by llhttp, under a budget of bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httptools

from aggregator.core import errors, limits
from aggregator.edges.fetch import decode, wire

_PART = 16_384  # bytes read at once: between two reads the others get their turn
_INTERIM = range(100, 200)
_SWITCHING = 101
_CHUNK_OF_ONE = 6  # bytes around one of the body, chunked as small as can be; more is no framing (RFC 9112 7.1)

Pairs = list[tuple[bytes, bytes]]


class Answer:
    """Reads an answer: first `head`, then `body`, both once."""

    def __init__(self, connection: wire.Wire, bounds: limits.Limits) -> None:
        self._wire = connection
        self._bounds = bounds
        self._left = bounds.headers
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(lenient_headers=True)  # a validator is given back as it came, control characters too
        self._in_body = False
        self._framing = 0  # bytes since the head was read that were no body
        self._body = 0
        self._whole = False
        self._surplus = False
        self._parts: list[bytes] = []
        self.status = 0
        self.headers: Pairs = []

    async def head(self) -> None:
        """Fill in `status` and `headers`, interim answers passed over.

        Raises FetchError (network, protocol) and TooLarge.
        """
        while not self._in_body:
            self._take(await self._read())
        self._left += 2 * self._bounds.body

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes; FetchError (incomplete) when its length is not what was declared, TooLarge."""
        while True:
            parts, self._parts = self._parts, []
            for part in parts:
                yield part
            if self._surplus:
                raise errors.FetchError("sent more than the Content-Length it declared; its server is broken", kind="incomplete")
            if self._whole:
                return
            data = await self._read()
            if not data:
                return
            self._take(data)
            if self._framing > _CHUNK_OF_ONE * self._body + self._bounds.headers:
                raise errors.FetchError("the answer breaks the rules of HTTP", kind="protocol")

    async def _read(self) -> bytes:
        """The next bytes; none only where the end of the connection is that of the body."""
        if self._left <= 0:
            raise decode.too_large(self._bounds.body) if self._in_body else headers_too_large(self._bounds.headers)
        try:
            data = await self._wire.read(_PART)
        except OSError:
            raise self._cut() from None
        if not data and not (self._in_body and self._until_closed):
            raise self._cut()
        self._left -= len(data)
        self._framing += len(data) if self._in_body else 0
        return data

    @property
    def _until_closed(self) -> bool:
        return not any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self.headers)

    def _cut(self) -> errors.FetchError:
        if self._in_body:
            return errors.FetchError("the connection ended in the middle of the body", kind="incomplete")
        return errors.FetchError("closed the connection without a proper answer")

    def _take(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if not self._whole:
                raise errors.FetchError("the answer breaks the rules of HTTP", kind="protocol") from None
            self._surplus = True

    # llhttp calls these

    def on_message_begin(self) -> None:
        """An answer begins; behind a whole one it is surplus."""
        self._surplus = self._surplus or self._whole
        self.headers = [] if not self._whole else self.headers

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head; what trails a chunked body is none."""
        if not self._in_body:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is read."""
        if not self._in_body:
            self.status = self._parser.get_status_code()
            self._in_body = self.status not in _INTERIM or self.status == _SWITCHING

    def on_body(self, data: bytes) -> None:
        """A part of the body, chunks undone."""
        if not self._whole:
            self._parts.append(data)
            self._body += len(data)
            self._framing -= len(data)

    def on_message_complete(self) -> None:
        """The answer is whole; an interim one is nothing."""
        self._whole = self._in_body


def headers_too_large(limit: int) -> errors.TooLarge:
    """The error of headers above the limit, in bytes."""
    return errors.TooLarge(f"headers larger than {limit:,} bytes; raise settings.limits.headers if they may be")
