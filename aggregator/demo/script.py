"""The script: which source publishes what, and when, as a function of the seed."""

from __future__ import annotations

import dataclasses
import datetime
import random

from aggregator.demo import sources
from aggregator.demo.sources import Article, Copy, Source

FIRST = 4.0  # the second of the first article after the start
GAPS = (3.0, 4.0, 5.0, 6.0)  # seconds from one to the next
BACKLOG_HOURS = (2, 140)  # how old the articles of the start are


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """An article as one source carries it: there from second `at` of the script, `age` seconds old at the start (0: new)."""

    source: Source
    article: Article
    original: Source
    at: float
    age: float = 0.0
    copy: Copy | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Its name in the newsroom: the source's slug, the article's key."""
        return self.source.slug, self.article.key

    def edited(self, seconds: float) -> bool:
        """Whether it says by then what its edit says."""
        return self.article.edit is not None and self.article.edit.at <= seconds

    def changed(self, seconds: float) -> float:
        """The second of the script at which it got the form it has by then."""
        return self.article.edit.at if self.article.edit is not None and self.edited(seconds) else self.at


@dataclasses.dataclass(frozen=True, slots=True)
class Calendar:
    """Seconds of the script as dates. The script runs at `speed`, so that what is new is never dated in the future."""

    start: datetime.datetime
    speed: float = 1.0

    def date(self, second: float, age: float = 0.0) -> datetime.datetime:
        """The date of a second of the script, `age` seconds earlier."""
        return self.start + datetime.timedelta(seconds=round(second / self.speed - age))

    def published(self, piece: Piece) -> datetime.datetime:
        """When a piece was published."""
        return self.date(piece.at, piece.age)

    def updated(self, piece: Piece, seconds: float) -> datetime.datetime:
        """When a piece got the form that it has at a second of the script."""
        return self.date(piece.changed(seconds)) if piece.edited(seconds) else self.published(piece)


def write(seed: int) -> tuple[Piece, ...]:
    """The whole script, in the order of appearance."""
    chance = random.Random(f"newsroom {seed}")
    every = sources.load()
    own = [(source, article) for source in every for article in source.articles]
    live = [article.key for _, article in own if article.live]
    chance.shuffle(live)
    seconds, now = {}, FIRST
    for key in live:
        seconds[key] = now
        now += chance.choice(GAPS)
    originals = {article.key: _original(source, article, seconds.get(article.key), chance) for source, article in own}
    copies = [_copied(source, copy, originals[copy.of]) for source in every for copy in source.copies]
    return tuple(sorted((*originals.values(), *copies), key=lambda piece: (piece.at, -piece.age, piece.key)))


def _original(source: Source, article: Article, second: float | None, chance: random.Random) -> Piece:
    at = article.at if article.at is not None else second
    if at is not None:
        return Piece(source, article, source, at)
    return Piece(source, article, source, 0.0, chance.randint(BACKLOG_HOURS[0] * 3600, BACKLOG_HOURS[1] * 3600))


def _copied(source: Source, copy: Copy, original: Piece) -> Piece:
    if original.at > 0:
        return Piece(source, original.article, original.source, original.at + copy.delay, copy=copy)
    return Piece(source, original.article, original.source, 0.0, original.age - copy.delay * 60, copy=copy)


def length(pieces: tuple[Piece, ...]) -> float:
    """The second of the script after which nothing happens any more."""
    edits = [piece.article.edit.at for piece in pieces if piece.article.edit is not None]
    turns = [turn for piece in pieces for turn in (piece.source.gone_at, piece.source.moved_at) if turn is not None]
    return max(*(piece.at for piece in pieces), *edits, *turns)


def shelf(pieces: tuple[Piece, ...], source: Source, seconds: float) -> tuple[Piece, ...]:
    """What a source carries at a second of the script, newest first."""
    there = (piece for piece in pieces if piece.source == source and piece.at <= seconds)
    return tuple(sorted(there, key=lambda piece: (-piece.at, piece.age, piece.key)))
