"""Pictures and sound made by code: small harbour views, a tracking pixel, a second of silence."""

from __future__ import annotations

import base64
import random
import struct
import zlib

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PLACEHOLDER = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
WIDTH, HEIGHT = 640, 360

_SKIES = ("#f6d6b8", "#cfe3ee", "#e9d5e5", "#f3e6c4", "#c9d7e8")
_SEAS = ("#2f5d73", "#356b6a", "#41577f", "#2a4d5f")
_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # one frame of silence: MPEG-1 layer III, 128 kbit/s, 44.1 kHz, 417 bytes
_FRAMES = 39  # a second


def silence() -> bytes:
    """A second of silence as MP3."""
    return _FRAME * _FRAMES


def svg(name: str) -> bytes:
    """A view of the harbour, 640 × 360; the same name gives the same view."""
    chance = random.Random(name)
    sky, sea, sun = chance.choice(_SKIES), chance.choice(_SEAS), chance.randint(80, 560)
    houses = "".join(
        f'<path d="M{x} 230v-{h}l{w // 2}-18 {w // 2} 18v{h}z" fill="hsl({chance.randint(8, 40)} 35% {chance.randint(35, 62)}%)"/>'
        for x in range(10, 620, 58)
        for h, w in [(chance.randint(30, 80), 50)]
    )
    boat = chance.randint(60, 500)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<path d="M0 0h640v360H0z" fill="{sky}"/><circle cx="{sun}" cy="90" r="34" fill="#fff6d9"/>{houses}'
        f'<path d="M0 230h640v130H0z" fill="{sea}"/>'
        f'<path d="M{boat} 285h90l-16 24h-58zM{boat + 44} 280v-70l38 60z" fill="#f7f4ec"/></svg>'
    ).encode()


def png(name: str) -> bytes:
    """Sky, sun and sea in 64 × 36 pixels; the same name gives the same picture."""
    chance = random.Random(name)
    sky, sea = [_rgb(chance.choice(shades)) for shades in (_SKIES, _SEAS)]
    horizon, sun = chance.randint(18, 26), chance.randint(8, 56)

    def dot(x: int, y: int) -> bytes:
        if y >= horizon:
            return sea
        return b"\xff\xf6\xd9" if (x - sun) ** 2 + (y - 9) ** 2 < 12 else sky

    rows = b"".join(b"\0" + b"".join(dot(x, y) for x in range(64)) for y in range(36))
    header = struct.pack(">IIBBBBB", 64, 36, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _rgb(shade: str) -> bytes:
    return bytes.fromhex(shade[1:])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
