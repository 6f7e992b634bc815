"""What a source says again and again: fingerprints of blocks, counted over its articles."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import text

LEAST = 3  # articles
SHARE = 0.02  # of all articles of the source
_DIGITS = re.compile(r"\d+")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HOLDERS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Learned:
    """The fingerprints of the blocks that one source repeats over different articles."""

    repeats: frozenset[str] = frozenset()

    @classmethod
    def counted(cls, counts: Mapping[str, int], articles: int) -> Learned:
        """From a store's counts: fingerprint -> how many different ones of so many articles of this source had it.

        A repeat is in at least three, and in two of a hundred: what fewer share is a background that reporters quote again.
        Count an entry once, when it is first seen: not again when it is updated, and not when it is a duplicate of another
        entry of the same source; else an article that appears twice teaches what is no boilerplate.
        """
        least = max(LEAST, round(articles * SHARE))
        return cls(frozenset(fingerprint for fingerprint, count in counts.items() if count >= least))


def size(value: str) -> int:
    """The number of words; scripts that part no words count two characters as one."""
    return len(value.split()) + (0 if value.isascii() else len(_DENSE.findall(value)) // 2)


def fingerprint(value: str) -> str:
    """Sixteen hexadecimal digits that texts share which differ only in case, punctuation and numbers."""
    normal = " ".join(text.words(_DIGITS.sub("0", value)))
    return hashlib.blake2b(normal.encode("utf-8", "replace"), digest_size=8).hexdigest()


def fingerprints(blocks: Iterable[str]) -> tuple[str, ...]:
    """The distinct fingerprints of an article's block texts, in order: what a store counts for each source."""
    return tuple(dict.fromkeys(fingerprint(block) for block in blocks))


def learn(articles: Iterable[Sequence[str]]) -> Learned:
    """The blocks that articles of one source repeat (see `Learned.counted`); each article given as its block texts.

    An article that shares half of its words with an earlier one is the same story again, and teaches nothing.
    """
    counts: collections.Counter[str] = collections.Counter()
    seen: list[frozenset[str]] = []
    holders: dict[str, list[int]] = collections.defaultdict(list)
    for blocks in articles:
        sizes = {fingerprint(block): size(block) for block in blocks}
        if any(_same_story(sizes, seen[i]) for i in _neighbours(sizes, holders)):
            continue
        for mark in sizes:
            holders[mark].append(len(seen))
        seen.append(frozenset(sizes))
        counts.update(sizes.keys())
    return Learned.counted(counts, len(seen))


def _neighbours(sizes: Mapping[str, int], holders: Mapping[str, list[int]]) -> set[int]:
    """Earlier articles that share a block which few have: a reprint shares many of these, boilerplate none for long."""
    return {i for mark in sizes if len(found := holders.get(mark, ())) <= _HOLDERS for i in found}


def _same_story(sizes: Mapping[str, int], other: frozenset[str]) -> bool:
    shared = sum(words for mark, words in sizes.items() if mark in other)
    return shared * 2 > sum(sizes.values())
