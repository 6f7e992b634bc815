"""What a source says again and again: its blocks, counted over its articles, and which of them that proves to be boilerplate."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import text

LEAST = 3  # articles
SHARE = 0.02  # of the articles since a block was first seen
LOST = 0.5  # of SHARE: below that a block is no boilerplate any more
FORGET = 500  # articles without a block, after which it is forgotten
MOST = 1_500  # blocks of one source that are remembered
EDGE = 50  # blocks at either end of an article that are looked at
TEXT = 500  # characters kept of a block, for people to know it by
HOLDERS = 5  # articles that are remembered to hold a block
REPRINT = 120  # words that one story shares when it is told twice under different titles
_TITLE = "title:"
_DIGITS = re.compile(r"\d+")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclasses.dataclass(frozen=True, slots=True)
class Learned:
    """What is known of one source: the fingerprints of the blocks that it repeats over different articles, and its affixes.

    Affixes are what it puts before or behind its titles, as `titles.affix` writes them: its own names, and what it repeats.
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

    def judged(self, now: int) -> Sighting:
        """With the verdict that holds after so many articles: boilerplate once it is in three, and in two of a hundred.

        What fewer share is a background that reporters quote again. The verdict stands until half of that share is lost, so
        that it does not waver from poll to poll.
        """
        share = self.articles / (now - self.first + 1)
        learned = share >= SHARE * LOST if self.learned else self.articles >= LEAST and share >= SHARE
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
        kept = {key: seen.judged(count) for key, seen in sightings.items() if count - seen.holders[-1] <= FORGET}
        return Memory(count, _bounded(kept))

    def learned(self) -> Learned:
        """What the counts prove."""
        return Learned(frozenset(key for key, seen in self.sightings.items() if seen.learned and not key.startswith(_TITLE)))

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


def fingerprint(value: str) -> str:
    """Sixteen hexadecimal digits that texts share which differ only in case, punctuation and numbers."""
    normal = " ".join(text.words(_DIGITS.sub("0", value)))
    return hashlib.blake2b(normal.encode("utf-8", "replace"), digest_size=8).hexdigest()


def marks(blocks: Sequence[str], title: str = "") -> tuple[Mark, ...]:
    """What is counted of an article: its title, and its distinct blocks, given by their texts before any rule.

    Of a long article, its beginning and its end.
    """
    looked_at = blocks if len(blocks) <= 2 * EDGE else (*blocks[:EDGE], *blocks[-EDGE:])
    found = {fingerprint(block): Mark(fingerprint(block), size(block), block[:TEXT]) for block in reversed(looked_at) if block}
    named = (Mark(_TITLE + fingerprint(title), 0, ""),) if title else ()
    return (*named, *reversed(found.values()))


def learn(articles: Iterable[tuple[Sequence[str], str]]) -> Learned:
    """The blocks that articles of one source repeat; each article given once, as its block texts and its title."""
    return Memory().taught(marks(blocks, title) for blocks, title in articles).learned()


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
        elif met is not None and met.articles <= HOLDERS:
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
