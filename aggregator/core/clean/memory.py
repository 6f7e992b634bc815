"""What a source says again and again: its blocks, counted over its articles, and which of them that proves to be boilerplate."""

from __future__ import annotations

import collections
import dataclasses
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import text
from aggregator.core.clean import titles

LEAST = 3  # articles
SHARE = 0.02  # of the articles since a block was first seen
TITLED = (5, 0.6)  # articles, and their share: how often titles carry what is no part of them
LOST = 0.5  # of a share: below that a block is no boilerplate any more
FORGET = 500  # articles without a block, after which it is forgotten
MOST = 1_500  # blocks of one source that are remembered
EDGE = 50  # blocks at either end of an article that are looked at
TEXT = 500  # characters kept of a block, for people to know it by
HOLDERS = 5  # articles that are remembered to hold a block
REPRINT = 120  # words that one story shares when it is told twice under different titles
_TITLE, _AFFIX = "title:", "affix:"
_ZEROS = re.compile("0{2,}")
_PLAIN = {code: "0" if chr(code).isdecimal() else chr(code).lower() if chr(code).isalpha() else " " for code in range(128)}
"""ASCII as it is compared: small letters, every figure a 0, all else a space"""
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclasses.dataclass(frozen=True, slots=True)
class Learned:
    """What is known of one source: the fingerprints of the blocks that it repeats over different articles, and its affixes.

    Affixes are what it puts before or behind its titles (see `titles`): its own names, and what it repeats there.
    """

    repeats: frozenset[str] = frozenset()
    affixes: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """The same for the same knowledge."""
        return text.digest(*sorted(self.repeats), "", *sorted(self.affixes))


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A block of an article as it is counted."""

    fingerprint: str
    words: int
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Sighting:
    """A block as a source has used it so far. Articles are numbered from 1 in the order in which they were met."""

    articles: int  # different ones that had it
    first: int  # the first of them
    holders: tuple[int, ...]  # the last of them, at most HOLDERS
    learned: bool = False
    text: str = ""  # of the block, once two articles had it

    def met(self, article: int, mark: Mark) -> Sighting:
        """With one more article."""
        holders = (*self.holders, article)[-HOLDERS:]
        return dataclasses.replace(self, articles=self.articles + 1, holders=holders, text=self.text or mark.text)

    def judged(self, now: int, least: int, needed: float) -> Sighting:
        """With the verdict that holds after so many articles: boilerplate once it is in `least`, and in that share of all.

        The verdict stands until half of the share is lost, so that it does not waver from poll to poll.
        """
        share = self.articles / (now - self.first + 1)
        learned = share >= needed * LOST if self.learned else self.articles >= least and share >= needed
        return self if learned == self.learned else dataclasses.replace(self, learned=learned)


@dataclasses.dataclass(frozen=True, slots=True)
class Memory:
    """What was counted over the articles of one source, bounded in size."""

    articles: int = 0
    sightings: Mapping[str, Sighting] = dataclasses.field(default_factory=dict)

    def taught(self, articles: Iterable[Sequence[Mark]]) -> Memory:
        """With more articles, each by its marks (see `marks`).

        Count an article once: when it is first seen, not when it is edited. One that shares half of its words with an earlier
        one is the same story again, and teaches nothing.
        """
        count, sightings = self.articles, dict(self.sightings)
        for article in articles:
            if _reprints(article, sightings):
                continue
            count += 1
            for mark in article:
                met = sightings.get(mark.fingerprint)
                sightings[mark.fingerprint] = met.met(count, mark) if met else Sighting(1, count, (count,))
        kept = {key: _judged(key, seen, count) for key, seen in sightings.items() if count - seen.holders[-1] <= FORGET}
        return Memory(count, _bounded(kept))

    def learned(self, names: Iterable[str] = ()) -> Learned:
        """What the counts prove, and what the source is called."""
        known = [key for key, seen in self.sightings.items() if seen.learned]
        affixes = {key.removeprefix(_AFFIX) for key in known if key.startswith(_AFFIX)}
        return Learned(frozenset(key for key in known if ":" not in key), titles.affixes_of(names) | affixes)

    def dump(self) -> str:
        """As JSON, for a store."""
        rows = [[key, s.articles, s.first, s.holders, int(s.learned), s.text] for key, s in self.sightings.items()]
        return json.dumps([self.articles, rows], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, dumped: str) -> Memory:
        """What `dump` wrote; the empty text is an empty memory. Raises ValueError."""
        if not dumped:
            return cls()
        try:
            articles, rows = json.loads(dumped)
            return cls(articles, {key: Sighting(n, first, tuple(held), bool(yes), said) for key, n, first, held, yes, said in rows})
        except (TypeError, KeyError) as error:
            raise ValueError(f"no memory of a source: {error}") from error


def size(value: str) -> int:
    """The number of words; scripts that part no words count two characters as one."""
    return len(value.split()) + (0 if value.isascii() else len(_DENSE.findall(value)) // 2)


@functools.lru_cache(maxsize=2_000)  # asked for again by each rule that knows blocks by it
def fingerprint(value: str) -> str:
    """Sixteen hexadecimal digits that texts share which differ only in case, punctuation and numbers."""
    said = value if value.isascii() else " ".join(text.words(value))
    normal = _ZEROS.sub("0", " ".join(said.translate(_PLAIN).split()))
    return hashlib.blake2b(normal.encode("utf-8", "replace"), digest_size=8).hexdigest()


def marks(blocks: Sequence[str], title: str = "") -> tuple[Mark, ...]:
    """What is counted of an article: its title, and its distinct blocks, given by their texts before any rule.

    Of a long article, its beginning and its end.
    """
    looked_at = blocks if len(blocks) <= 2 * EDGE else (*blocks[:EDGE], *blocks[-EDGE:])
    found = {(key := fingerprint(block)): Mark(key, size(block), block[:TEXT]) for block in reversed(looked_at) if block}
    named = [_TITLE + fingerprint(title), *(_AFFIX + affix for affix in titles.affixes_in(title))] if title else []
    return (*(Mark(key, 0, "") for key in named), *reversed(found.values()))


def learn(articles: Iterable[tuple[Sequence[str], str]]) -> Learned:
    """The blocks that articles of one source repeat; each article given once, as its block texts and its title."""
    return Memory().taught(marks(blocks, title) for blocks, title in articles).learned()


def _judged(key: str, seen: Sighting, now: int) -> Sighting:
    """A block is boilerplate once it is in three articles and in two of a hundred: fewer are a background quoted again."""
    if key.startswith(_TITLE):
        return seen
    return seen.judged(now, *TITLED) if key.startswith(_AFFIX) else seen.judged(now, LEAST, SHARE)


def _reprints(article: Sequence[Mark], sightings: Mapping[str, Sighting]) -> bool:
    """Whether most of an article was in one earlier article: the last few holders of each block are compared.

    Of articles under different titles much has to be the same: an entry of a few words may be mostly boilerplate.
    """
    shared: collections.Counter[int] = collections.Counter()
    named: set[int] = set()
    for mark in article:
        met = sightings.get(mark.fingerprint)
        if met is not None and mark.fingerprint.startswith(_TITLE):
            named.update(met.holders)
        elif met is not None and met.articles <= HOLDERS and mark.words:
            shared.update(dict.fromkeys(met.holders, mark.words))
    half = sum(mark.words for mark in article) / 2
    return any(words > half and (holder in named or words >= REPRINT) for holder, words in shared.items())


def _bounded(sightings: Mapping[str, Sighting]) -> dict[str, Sighting]:
    """The sightings that say most: what was learned, then what was met last."""
    if len(sightings) <= MOST:
        return dict(sightings)
    ranked = sorted(
        sightings, key=lambda key: (sightings[key].learned, sightings[key].holders[-1], sightings[key].articles), reverse=True
    )
    kept = set(ranked[:MOST])
    return {key: sighting for key, sighting in sightings.items() if key in kept}
