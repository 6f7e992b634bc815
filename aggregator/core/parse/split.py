"""Takes a document apart: the stamp of each entry, and the document without those that are known.

A stamp changes when the bytes of an entry do, or anything around it that gives them their meaning.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence, Set

import feedparser.mixin

from aggregator.core.parse import mend, outline

_NAMESPACES = 100  # that are compared with each other
_SIZE = 12  # bytes of a stamp; 96 bits, as `text.digest`
_NAMESPACE = re.compile(rb"""xmlns(?::([\w.-]+))?\s*=\s*["']([^"'<>]*)""")
_STANDARD: dict[str, str] = feedparser.mixin._FeedParserMixin.namespaces  # what feedparser calls namespaces, by their addresses


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A well-formed document that can be taken apart, and the stamps of its entries in their order."""

    data: bytes
    drawn: outline.Outline
    stamps: tuple[str, ...]

    def left(self, known: Set[str]) -> tuple[bytes, tuple[str | None, ...]]:
        """The document without the entries whose stamps are known, and the stamps of those in it.

        An empty entry, None, stays in place of one that follows elements of the feed: those behind it are read otherwise than
        those before the first entry.
        """
        pieces, end, stamps = [], 0, list[str | None]()
        empty = b"<%b></%b>" % ((self.drawn.name.encode(),) * 2)
        for stamp, place in zip(self.stamps, self.drawn.ranges, strict=True):
            if stamp not in known:
                stamps.append(stamp)
                continue
            pieces.append(self.data[end : place.begin])
            end = place.end
            if place.leads:
                pieces.append(empty)
                stamps.append(None)
        return b"".join((*pieces, self.data[end:])), tuple(stamps)


def unfit(data: bytes, drawn: outline.Outline | None, most: int) -> str:
    """Why a document cannot be taken apart without changing how its parts are read; "" for can."""
    if drawn is None:
        return "not well formed"
    if drawn.unfit:
        return drawn.unfit
    if len(drawn.ranges) > most:
        return "more entries than are kept"
    if b"<!ENTITY" in data[: mend.PROLOG]:
        return "entities of its own"
    return _names_clash(data, drawn.ranges[0].begin)


def taken_apart(data: bytes, drawn: outline.Outline, around: Sequence[object]) -> Document:
    """A document that is fit for it. `around`: what the meaning of its entries hangs on beside what is drawn."""
    context = hashlib.blake2b(repr((drawn.around, *around)).encode("utf-8", "replace"), digest_size=_SIZE)
    stamps = []
    for place in drawn.ranges:
        found = context.copy()
        found.update(b"loud" if place.loud else b"")
        found.update(data[place.begin : place.end])
        stamps.append(found.hexdigest())
    return Document(data, drawn, tuple(stamps))


def _names_clash(data: bytes, first: int) -> str:
    """Whether entries declare namespaces so that those of one change what the next one's mean to feedparser."""
    if data.find(b"xmlns", first) < 0:
        return ""
    above = _declared(data[:first])
    inside = _declared(data[first:]) - above
    everywhere = above | inside
    if len(everywhere) > _NAMESPACES:
        return "too many namespaces"
    for prefix, address in inside:
        standard = _STANDARD.get(address.lower())
        others = everywhere - {(prefix, address)}
        again = prefix and any(other == prefix for other, _ in others)
        named = standard is None and any(other == address for _, other in others)
        if again or named or (prefix in _STANDARD.values() and prefix not in ("", standard)):
            return "namespaces of entries that clash"
    return ""


def _declared(data: bytes) -> set[tuple[str, str]]:
    """Prefixes and addresses of all that looks like a declaration of a namespace."""
    found = _NAMESPACE.findall(data)
    return {(prefix.decode("utf-8", "replace"), address.decode("utf-8", "replace")) for prefix, address in found}
