"""Bytes of any charset to UTF-8 bytes that an XML or JSON parser can read.

What the bytes are is believed more than what anybody says they are: most wrong declarations call UTF-8 something else.
"""

from __future__ import annotations

import codecs
import functools
import importlib.resources
import re
import zlib

from aggregator.core import errors

INFLATED = 10_000_000  # bytes that an undeclared gzip body may become
_BLANKS = b" \t\r\n\x0b\x0c"
_BOM = codecs.BOM_UTF8
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_ABOVE_ASCII = bytes(range(128, 256))
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF
_PARAMETER = re.compile(r"""(?i);\s*charset\s*=\s*["']?([^\s"';]{1,40})""")
_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']\s*([A-Za-z0-9_.:-]{1,40})\s*["']""")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: dict[tuple[bool, ...], str] = {  # which of the first four bytes are zero, RFC 4627 3
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}


def inflated(body: bytes) -> bytes:
    """A body that is an undeclared gzip file (feed.xml.gz), inflated; any other as it is. ParseError if it is cut or too big."""
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    member = zlib.decompressobj(31)
    try:
        opened = member.decompress(body, INFLATED)
    except zlib.error:
        raise errors.ParseError("the body is a damaged gzip file") from None
    if not member.eof:
        what = "is too large when unpacked" if member.unconsumed_tail else "is cut short"
        raise errors.ParseError(f"the body is a gzip file that {what}")
    return opened


def utf8(body: bytes, content_type: str = "") -> bytes:
    """The body as valid UTF-8 without byte order mark, leading blanks and characters that XML 1.0 may not hold.

    A byte order mark decides (RFC 7303 3), also a missing one when every other byte is zero. Then bytes that are valid UTF-8
    are UTF-8, with few exceptions too: those become U+FFFD and the rest stays. Only then the charset of the Content-Type
    and the XML declaration are asked, as far as the WHATWG Encoding Standard knows them; at last windows-1252.
    """
    wide = _wide(body)
    if wide is not None:
        codec, start = wide
        return _clean(body[start:].decode(codec, "replace").encode())
    declared = _declared(body, content_type)
    if body.isascii() and "iso2022-jp" not in declared:
        return _clean(body)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _clean(_legacy(body, declared).encode("utf-8", "replace"))
    if body.isascii():
        return _clean(body.decode("iso2022-jp", "replace").encode())
    return _clean(body)


def is_wide(body: bytes) -> bool:
    """Whether it is UTF-16 or UTF-32 by its mark or its zeros."""
    return _wide(body) is not None


def _wide(body: bytes) -> tuple[str, int] | None:
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return codec, len(mark)
    unmarked = _WIDE.get(tuple(byte == 0 for byte in body[:4]))
    return (unmarked, 0) if unmarked else None


def _clean(body: bytes) -> bytes:
    body = body.translate(None, _CONTROLS)
    for unwanted in _NONCHARACTERS:
        body = body.replace(unwanted, b"")
    body = body.lstrip(_BLANKS)
    while body.startswith(_BOM):
        body = body[len(_BOM) :].lstrip(_BLANKS)
    return body


def _declared(body: bytes, content_type: str) -> tuple[str, ...]:
    """The codecs that header and declaration name, the more credible first: a header's latin-1 is often but a server's default."""
    if body.startswith(_BOM):
        return ()
    header = _PARAMETER.search(content_type[:1000])
    inside = _DECLARATION.match(body[:1000].lstrip(_BOM + _BLANKS))
    named = [_codec(header.group(1)) if header else None, _codec(inside.group(1).decode()) if inside else None]
    if named[0] == "cp1252":
        named.reverse()
    return tuple(codec for codec in named if codec)


def _codec(label: str) -> str | None:
    return _charsets().get(label.lower())


@functools.cache
def _charsets() -> dict[str, str]:
    lines = importlib.resources.files(__package__).joinpath("charsets.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {label: row[0] for row in rows for label in row[1:]}


def _legacy(body: bytes, declared: tuple[str, ...]) -> str:
    """Text of bytes that are not quite UTF-8, or not at all."""
    read = body.decode("utf-8", "replace")
    wrong = read.count("�")
    right = len(read) - len(body.translate(None, _ABOVE_ASCII)) - wrong
    candidates = [codec for codec in declared if not codec.startswith("utf-")]
    if right >= wrong * (2 if candidates else 1):
        return read
    for codec in candidates:
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    return body.decode(candidates[0] if candidates else "cp1252", "replace")
