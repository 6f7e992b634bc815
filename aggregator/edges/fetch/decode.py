"""Bodies as they come over the wire, gathered under a limit, gzip undone."""

from __future__ import annotations

import contextlib
import hashlib
import zlib

from aggregator.core import errors

_MAGIC = b"\x1f\x8b"
_MEMBERS = 1_000  # of one body; a body of empty ones would cost time without end
_PIECE = 1 << 16  # bytes that are decoded at once; what follows a member is copied for each
_CODINGS = ("", "identity", "gzip", "x-gzip")


class Body:
    """One body, fed part by part: at most `limit` bytes of it are held as they came, and as many decoded.

    What begins like gzip is gzip (RFC 1952), whatever was declared: feeds are text. Members follow one another, anything
    else behind them is ignored. Raises FetchError (encoding, incomplete) and TooLarge.
    """

    def __init__(self, coding: str, limit: int) -> None:
        if coding.strip().lower() not in _CODINGS:
            raise errors.FetchError("sent in a coding that was not asked for; only gzip is read", kind="encoding")
        self.received = 0
        self._limit = limit
        self._came: list[bytes] = []
        self._decoded: list[bytes] = []
        self._size = 0  # of what is decoded

    def feed(self, part: bytes) -> None:
        """The next bytes from the wire."""
        self.received += len(part)
        self._bound(self.received)
        self._came.append(part)

    @property
    def packed(self) -> str:
        """A hash of what came if it is gzip: BLAKE2b (RFC 7693), 128 bits, hexadecimal; "" if it is not."""
        data = self._whole()
        return hashlib.blake2b(data, digest_size=16).hexdigest() if data.startswith(_MAGIC) else ""

    def finish(self) -> bytes:
        """The body, decoded, when all of it was fed."""
        data = self._whole()
        return self._inflated(data) if data.startswith(_MAGIC) else data

    def begun(self, most: int) -> bytes:
        """What of the body has come so far, decoded; of gzip so many bytes at most, and none of what is damaged."""
        data = self._whole()
        if not data.startswith(_MAGIC):
            return data
        with contextlib.suppress(zlib.error):
            return zlib.decompressobj(31).decompress(data, most)
        return b""

    def _whole(self) -> bytes:
        if len(self._came) != 1:
            self._came = [b"".join(self._came)]
        return self._came[0]

    def _inflated(self, data: bytes) -> bytes:
        place = members = 0
        while data.startswith(_MAGIC, place):
            members += 1
            if members > _MEMBERS:
                raise errors.FetchError(f"gzip of more than {_MEMBERS} members", kind="encoding")
            place = self._member(data, place)
        return b"".join(self._decoded)

    def _member(self, data: bytes, place: int) -> int:
        """Decode the gzip member that begins at a place; where it ends."""
        member = zlib.decompressobj(31)
        while not member.eof:
            part = data[place : place + _PIECE]
            if not part:
                raise errors.FetchError("the gzip body ends too early", kind="incomplete")
            try:
                decoded = member.decompress(part, self._limit - self._size + 1)
            except zlib.error:
                raise errors.FetchError("the gzip body is damaged", kind="encoding") from None
            self._size += len(decoded)
            self._bound(self._size)
            self._decoded.append(decoded)
            place += len(part) - len(member.unused_data)
        return place

    def _bound(self, size: int) -> None:
        if size > self._limit:
            raise too_large(self._limit)


def too_large(limit: int) -> errors.TooLarge:
    """The error of a body above the limit, in bytes."""
    return errors.TooLarge(f"larger than {limit:,} bytes; raise settings.limits.body if it may be")
