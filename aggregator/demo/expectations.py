"""What must come out of a reader of the newsroom: made from the same data as the feeds, so that both agree by construction."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import Literal

from aggregator.demo import compose, items, pages
from aggregator.demo.script import Calendar, Piece
from aggregator.demo.sources import Source

OUTPUTS = {"town": "town", "curious": "curious"}  # category -> output, beside the output of everything


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """An article that is to be published exactly once in each of `outputs`, however many sources carry it.

    Sentences and phrases are plain text, to be looked for after white space is folded. What stands in `policy` (captions,
    datelines, credit lines) may stay or go. Copies with changed wording are copies: `sentences` are those that all have.
    """

    key: str
    titles: tuple[str, ...]  # acceptable ones
    sources: tuple[str, ...]  # names of those that carry it: one of them is the head
    copies: int  # how many sources carry it by then
    outputs: tuple[str, ...]
    sentences: tuple[str, ...]  # must be in it
    absent: tuple[str, ...]  # must not: boilerplate, page furniture, what an edit took back
    policy: tuple[str, ...] = ()
    published: datetime.datetime | None = None  # of the original; None when its source gives no sensible date
    categories: tuple[str, ...] = ()  # of the original
    edited: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """A source to be reported: `gone` (410), `broken` (no feed in its bytes), `moved` (301), `limited` (429, now and then)."""

    source: str
    reason: Literal["gone", "broken", "moved", "limited"]


def articles(pieces: Sequence[Piece], seconds: float, since: float, calendar: Calendar) -> tuple[Expected, ...]:
    """What a reader has seen that reads from second `since` to `seconds` of the script, in the order of appearance."""
    seen = [piece for piece in pieces if piece.at <= seconds and _readable(piece, since)]
    carriers: dict[str, list[Piece]] = collections.defaultdict(list)
    for piece in seen:
        carriers[piece.article.key].append(piece)
    return tuple(_expected(key, pieces, seconds, calendar) for key, pieces in carriers.items())


def troubles(sources: Iterable[Source], seconds: float) -> tuple[Trouble, ...]:
    """The sources that are in trouble by then."""
    found = []
    for source in sources:
        if source.gone_at is not None and source.gone_at <= seconds:
            found.append(Trouble(source.name, "gone"))
        if source.moved_at is not None and source.moved_at <= seconds:
            found.append(Trouble(source.name, "moved"))
        if source.broken == "truncated":
            found.append(Trouble(source.name, "broken"))
        if source.limit:
            found.append(Trouble(source.name, "limited"))
    return tuple(found)


def _readable(piece: Piece, since: float) -> bool:
    return piece.source.broken != "truncated" and (piece.source.gone_at is None or since < piece.source.gone_at)


def _expected(key: str, carriers: list[Piece], seconds: float, calendar: Calendar) -> Expected:
    first, year = carriers[0], calendar.start.year
    original = next((piece for piece in carriers if piece.copy is None), first)
    said = [_prose(piece, seconds) for piece in carriers]
    absent = [phrase for piece in carriers for phrase in _absent(piece, seconds, year)]
    policy = [phrase for piece in carriers for phrase in _policy(piece, seconds, year)]
    return Expected(
        key=key,
        titles=_once(compose.title(piece, seconds) for piece in carriers),
        sources=_once(piece.source.name for piece in carriers),
        copies=len(carriers),
        outputs=("all", *_once(OUTPUTS[piece.source.category] for piece in carriers if piece.source.category in OUTPUTS)),
        sentences=tuple(sentence for sentence in said[0] if all(sentence in other for other in said)),
        absent=_once(absent),
        policy=_once(phrase for phrase in policy if phrase),
        published=items.item(original, seconds, calendar, "").published,
        categories=original.article.categories,
        edited=any(piece.edited(seconds) for piece in carriers),
    )


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _whole(piece: Piece) -> bool:
    return not piece.article.blocked and not (piece.copy and piece.copy.link_only)


def _prose(piece: Piece, seconds: float) -> tuple[str, ...]:
    read = compose.blocks(piece, seconds, 0) if _whole(piece) else (compose.teaser(piece, seconds),)
    return tuple(sentence for block in read if block.role == "prose" for sentence in compose.sentences(block))


def _absent(piece: Piece, seconds: float, year: int) -> list[str]:
    if piece.copy and piece.copy.link_only:
        return []
    around = ("consent", "tagged", "notice")
    lines = [block.text for block in compose.blocks(piece, seconds, year) if block.role in around] if _whole(piece) else []
    furniture = pages.chrome(piece.source, year).phrases if piece.source.teaser and _whole(piece) else ()
    more = [items.MORE] if piece.source.teaser == "sentences" else []
    return [*lines, *furniture, *more, *_taken_back(piece, seconds)]


def _taken_back(piece: Piece, seconds: float) -> list[str]:
    if not piece.edited(seconds):
        return []
    kept = set(_prose(piece, seconds))
    return [sentence for sentence in _prose(piece, piece.at) if sentence not in kept]


def _policy(piece: Piece, seconds: float, year: int) -> list[str]:
    blocks = compose.blocks(piece, seconds, year) if _whole(piece) else ()
    lines = [block.text for block in blocks if block.role == "credit"]
    return [piece.article.caption, *(block.lead.strip() for block in blocks if block.lead), *lines]
