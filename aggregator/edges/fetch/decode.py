"""Bodies as they come over the wire, gathered under a limit, gzip undone."""

from __future__ import annotations

import zlib

from aggregator.core import errors

_MAGIC = b"\x1f\x8b"
_MEMBERS = 1_000  # of one body; a body of empty ones would cost time without end
_CODINGS = ("", "identity", "gzip", "x-gzip")


class Body:
    """One body, fed part by part: at most `limit` bytes before and after decoding are held, and the part at hand.

    What begins like gzip is gzip (RFC 1952), whatever was declared: feeds are text. Members follow one another, anything
    else behind them is ignored. Raises FetchError (encoding, incomplete) and TooLarge.
    """

    def __init__(self, coding: str, limit: int) -> None:
        if coding.strip().lower() not in _CODINGS:
            raise errors.FetchError("sent in a coding that was not asked for; only gzip is read", kind="encoding")
        self.received = 0
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []
        self._held = b""
        self._members = 0
        self._plain = False
        self._over = False
        self._member = zlib.decompressobj(31)

    def feed(self, part: bytes) -> None:
        """The next bytes from the wire."""
        self.received += len(part)
        self._bound(self.received)
        data, self._held = self._held + part, b""
        while data and not self._over:
            data = self._take(data)

    def finish(self) -> bytes:
        """The body, decoded, when all of it was fed."""
        if self._members == 0:
            self._keep(self._held)
        elif self._inside:
            raise errors.FetchError("the gzip body ends too early", kind="incomplete")
        return b"".join(self._parts)

    def begun(self) -> bytes:
        """What of the body has come so far, decoded."""
        return b"".join(self._parts)

    @property
    def _inside(self) -> bool:
        return self._members > 0 and not self._member.eof

    def _take(self, data: bytes) -> bytes:
        if self._plain:
            self._keep(data)
        elif self._inside:
            return self._inflate(data)
        elif data == _MAGIC[: len(data)] and len(data) < len(_MAGIC):
            self._held = data
        elif data.startswith(_MAGIC):
            self._begin()
            return data
        else:
            self._plain = self._members == 0
            self._over = not self._plain
            return data
        return b""

    def _begin(self) -> None:
        self._members += 1
        if self._members > _MEMBERS:
            raise errors.FetchError(f"gzip of more than {_MEMBERS} members", kind="encoding")
        self._member = zlib.decompressobj(31)

    def _inflate(self, data: bytes) -> bytes:
        try:
            self._keep(self._member.decompress(data, self._limit - self._size + 1))
        except zlib.error:
            raise errors.FetchError("the gzip body is damaged", kind="encoding") from None
        return self._member.unused_data

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        self._bound(self._size)
        self._parts.append(data)

    def _bound(self, size: int) -> None:
        if size > self._limit:
            raise too_large(self._limit)


def too_large(limit: int) -> errors.TooLarge:
    """The error of a body above the limit, in bytes."""
    return errors.TooLarge(f"larger than {limit:,} bytes; raise settings.limits.body if it may be")
