"""Pictures and sound made by code."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable

import pytest

from aggregator.demo import media


@pytest.mark.parametrize("draw", [media.svg, media.png])
def test_the_same_name_gives_the_same_picture(draw: Callable[[str], bytes]) -> None:
    """Pictures are functions of their names, and names are not all alike."""
    assert draw("crane-vote") == draw("crane-vote")
    assert len({draw(f"name {number}") for number in range(8)}) > 4


def test_svg_is_xml() -> None:
    """The view is well-formed and says its size."""
    root = ET.fromstring(media.svg("x"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == (str(media.WIDTH), str(media.HEIGHT))


def test_png_is_whole() -> None:
    """The chunks of the PNG have right lengths and sums, and its rows unpack to 64 × 36 dots (PNG specification, 5 and 11)."""
    data, place, chunks = media.png("x"), 8, {}
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (64, 36)
    assert len(zlib.decompress(chunks[b"IDAT"])) == 36 * (1 + 64 * 3)


def test_the_pixel_is_one() -> None:
    """The tracking pixel is a GIF of one dot."""
    assert media.PIXEL.startswith(b"GIF89a")
    assert struct.unpack("<HH", media.PIXEL[6:10]) == (1, 1)


def test_silence_is_mp3() -> None:
    """The sound is a run of MPEG-1 layer III frames of 417 bytes, each with its header (ISO 11172-3, 2.4.1.3)."""
    sound = media.silence()
    assert len(sound) % 417 == 0
    assert {sound[place : place + 4] for place in range(0, len(sound), 417)} == {b"\xff\xfb\x90\x00"}
