"""What is kept of an article to find and judge its copies: at most two kilobytes, whatever its length."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from collections.abc import Iterable, Sequence

from aggregator.core.dedupe import tokens

SHINGLE = 4  # words; shorter runs are phrases that everybody uses
HEAD = 96  # shingles from the beginning that are all kept: teasers and cut copies begin alike
SAMPLE = 128  # shingles kept of the rest, at most: those of the smallest numbers
FIGURES = 48
_LEAD = 10  # words that stand for a missing title
_ANCHORS = 12  # shingles of the whole, and of its head, by which an article is found
_OPENING = 32  # shingles; teasers end here
_FULL = 32  # bits: nothing was left out
_HEADER = struct.Struct("<IdQHBBBB5H")


@dataclasses.dataclass(frozen=True, slots=True)
class Sketch:
    """An article as numbers. Fields of bytes are 32-bit numbers (see `tokens.packed`); all are CRC-32 of words or shingles."""

    source: int
    at: float  # seconds since 1970: when it says that it was published, else when it was first seen
    link: int  # 64 bits of the link's key, 0 for none
    words: int
    level: int  # shingles beyond the head are kept when their number has at most so many bits
    cover: int  # share of the title's telling words that the text has too, 255 for all
    telling: int  # words of the title that can be names or things
    flags: int  # 1: the title says that it is a new version; 2: there was no title, the text's first words stand for it
    shingles: bytes  # sorted; SHINGLE words each (Broder 1997)
    anchors: bytes  # those of them by which it is found
    figures: bytes  # sorted; the numbers it names
    title: bytes  # its words, in order, each once
    title_figures: bytes  # sorted

    @property
    def version(self) -> bool:
        """Whether its title says that it is a new version of something."""
        return bool(self.flags & 1)

    @property
    def untitled(self) -> bool:
        """Whether its first words had to stand for a title."""
        return bool(self.flags & 2)


def sketch(read: tokens.Read, source: str, link_key: str, at: float) -> Sketch:
    """The sketch of an article; `link_key` as `near.link_key` makes it, `at` in seconds since 1970."""
    said, untitled = read.words, not read.title
    named = read.title or tuple(dict.fromkeys(said[:_LEAD]))
    head, shingles, level = _shingled(said)
    ordered, distinct = sorted(shingles), set(said)
    others = [word for word in distinct if not word.isalpha()]
    figures = sorted(tokens.numbered([word for word in others if word[-1].isdigit() or word[0].isdigit()]))
    telling = [word for word in named if tokens.telling(word)]
    return Sketch(
        source=zlib.crc32(source.encode("utf-8", "replace")),
        at=at,
        link=int(link_key[:16], 16) if link_key else 0,
        words=len(said),
        level=level,
        cover=_cover(telling, said[_LEAD:] if untitled else said),
        telling=len(telling),
        flags=read.version | untitled << 1,
        shingles=tokens.packed(ordered),
        anchors=tokens.packed(_anchors(head, ordered)),
        figures=tokens.packed(figures[:FIGURES]),
        title=tokens.packed(tokens.numbered(named)),
        title_figures=tokens.packed(sorted(tokens.numbered(word for word in named if word[-1].isdigit() or word[0].isdigit()))),
    )


def _shingled(said: Sequence[str]) -> tuple[list[int], set[int], int]:
    """The first shingles in order; all that are kept; and the bits that those beyond the head may have."""
    every = list(map(zlib.crc32, map(str.encode, map(" ".join, zip(said, said[1:], said[2:], said[3:], strict=False)))))
    if 0 < len(said) < SHINGLE:
        every = [zlib.crc32(" ".join(said).encode())]
    head, (rest, level) = every[:HEAD], _sampled(every[HEAD:])
    return head, rest.union(head), level


def _sampled(numbers: Sequence[int]) -> tuple[set[int], int]:
    """Those of few bits, SAMPLE at most, and how many bits those are. By how many there are, most are left out at once."""
    level = min(_FULL, _FULL + 1 - (len(numbers) // SAMPLE).bit_length())
    rest = _below(numbers, level)
    if len(rest) <= SAMPLE:
        rest, level = set(numbers), _FULL
    while len(rest) > SAMPLE:
        level -= 1
        rest = _below(rest, level)
    return rest, level


def _below(numbers: Iterable[int], level: int) -> set[int]:
    limit = 1 << level
    return {number for number in numbers if number < limit}


def _anchors(head: Sequence[int], ordered: Sequence[int]) -> list[int]:
    whole = ordered[:_ANCHORS]
    opening = sorted(set(head[:_OPENING]))[: _ANCHORS // 3]
    return sorted({*whole, *opening, *(sorted(set(head))[:_ANCHORS] if len(ordered) > len(head) else ())})


def _cover(telling: Sequence[str], said: Sequence[str]) -> int:
    """Words are compared by their first five letters: endings change."""
    stems, whole = {word[:5] for word in telling}, " " + " ".join(said)
    return 255 * sum(" " + stem in whole for stem in stems) // len(stems) if stems else 0


def keys(sketch: Sketch) -> tuple[int, ...]:
    """What it shares with its copies, for the index: link, title and at most 28 shingles, 32 bits each, of different kinds."""
    link = (zlib.crc32(struct.pack("<Q", sketch.link)),) if sketch.link else ()
    title = (zlib.crc32(sketch.title, 1),) if sketch.title and not sketch.untitled else ()
    return (*link, *title, *tokens.unpacked(sketch.anchors))


def pack(sketch: Sketch) -> bytes:
    """A sketch for the store."""
    parts = (sketch.shingles, sketch.anchors, sketch.figures, sketch.title, sketch.title_figures)
    lengths = (len(part) for part in parts)
    header = _HEADER.pack(
        sketch.source, sketch.at, sketch.link, sketch.words, sketch.level, sketch.cover, sketch.telling, sketch.flags, *lengths
    )
    return header + b"".join(parts)


def unpack(packed: bytes) -> Sketch:
    """What `pack` put away."""
    source, at, link, words, level, cover, telling, flags, *lengths = _HEADER.unpack_from(packed)
    parts, start = [], _HEADER.size
    for length in lengths:
        parts.append(packed[start : start + length])
        start += length
    return Sketch(source, at, link, words, level, cover, telling, flags, *parts)
