"""What a document says beside the time of its making: a server that stamps each answer sends the same news again."""

from __future__ import annotations

import hashlib
import re

_FIRST = re.compile(rb"<(?:item|entry)[\s>]")
_MADE = re.compile(
    rb"<((?:\w+:)?(?:lastBuildDate|pubDate|updated|modified|date))>[^<]{0,100}</\1\s*>"  # RSS, Atom, Atom 0.3, Dublin Core
    rb"|<!--(?:[^-]|-(?!->)){0,1000}-->"  # caches sign with a comment
)
_AROUND = 65_536  # bytes before the first entry and after the last one


def gist(body: bytes) -> str:
    """A hash of a document (32 hex digits), in which dates and comments before its first entry and after its last do not count."""
    first, end = _FIRST.search(body, 0, _AROUND), max(body.rfind(b"</item"), body.rfind(b"</entry"))
    if first is None or end < first.start():
        return _digest(body)
    last = end + _AROUND
    return _digest(_MADE.sub(b"", body[: first.start()]), body[first.start() : end], _MADE.sub(b"", body[end:last]), body[last:])


def _digest(*parts: bytes) -> str:
    hashed = hashlib.blake2b(b"gist", digest_size=16)
    for part in parts:
        hashed.update(b"%d:" % len(part))
        hashed.update(part)
    return hashed.hexdigest()
