"""One version of something served: its bytes, its validators, and its codings, each prepared once."""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib

import brotli
import zstandard

from aggregator.edges.serve import negotiate, together


class Version:
    """Immutable bytes with what HTTP says of them.

    The entity tag is a hash of the bytes, so the same bytes have the same tag after a restart; each coding has its own
    (RFC 9110 8.8.3.3). Codings are made in a thread at first demand and live as long as the version.
    """

    __slots__ = ("_coded", "_hash", "_makings", "body", "modified")

    def __init__(self, body: bytes, modified: int | None = None) -> None:
        self.body = body
        self.modified = modified  # seconds since 1970; None: not known
        self._hash = hashlib.sha256(body).hexdigest()[:32]
        self._coded = {negotiate.IDENTITY: body}
        self._makings: together.Together[bytes] = together.Together()

    def tag(self, coding: str) -> str:
        """The strong entity tag of the bytes in a coding, quotes included."""
        return f'"{self._hash}"' if coding == negotiate.IDENTITY else f'"{self._hash}-{coding}"'

    def tags(self, coding: str) -> tuple[str, ...]:
        """The tags of all codings, the given one's first."""
        others = (name for name in (negotiate.IDENTITY, *negotiate.CODINGS) if name != coding)
        return tuple(self.tag(name) for name in (coding, *others))

    async def coded(self, coding: str) -> bytes:
        """The bytes in a coding; who asks while they are being made waits for the same making."""
        made = self._coded.get(coding)
        return made if made is not None else await self._makings.make(coding, functools.partial(self._make, coding))

    async def _make(self, coding: str) -> bytes:
        made = await asyncio.to_thread(_encode, coding, self.body)
        self._coded[coding] = made
        return made


def _encode(coding: str, body: bytes) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=9).compress(body)
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=6))
