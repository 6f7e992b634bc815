"""The bytes of a page as text."""

from __future__ import annotations

import codecs
import re

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEAD = 4_096  # bytes in which a page must declare itself (HTML Standard 13.2.3.2 has 1024)
_TEXT_CODECS = re.compile(r"(utf_?(8|16)|iso8859|cp\d|koi8|mac_|gb|big5|hz|shift_?jis|euc|iso2022|latin|ascii|tis)")


def decode(body: bytes, content_type: str = "") -> str:
    """A page as text: by its byte order mark, the header's charset, its own declaration, else as UTF-8.

    Bytes that do not fit become U+FFFD, so that one of them never turns the whole page into another alphabet.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    header = _HEADER.search(content_type)
    declared = _META.search(body[:_HEAD])
    names = [found for found in (header and header[1], declared and declared[1].decode("ascii")) if found]
    for name in (*names, "utf-8"):
        codec = _codec(name)
        if codec is not None and _fits(body, codec):
            return body.decode(codec)
    return body.decode(next(filter(None, map(_codec, names)), "utf-8"), "replace")


def _codec(name: str) -> str | None:
    """The codec that a page means; web pages that say latin-1 mean windows-1252 (WHATWG Encoding 4.2)."""
    try:
        found = codecs.lookup(name).name.replace("-", "_")
    except LookupError:
        return None
    if found in ("iso8859_1", "ascii"):
        return "cp1252"
    return found if _TEXT_CODECS.match(found) else None


def _fits(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeError:
        return False
    return True
