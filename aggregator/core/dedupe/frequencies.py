"""How many articles lately had a word: what is on everybody's lips tells little."""

from __future__ import annotations

import array
import math
import sys
import zlib
from collections.abc import Iterable

CELLS = 1 << 16  # words share cells; rare ones lose little by it
MEMORY = 50_000  # articles; then all counts are halved, so that what is talked about may change
_PRIOR = 5  # articles
_UNIT = 2  # an article counts so much, so that a half is a whole number


def pack_cells(words: Iterable[int]) -> bytes:
    """Words as bytes, for the store: what `Frequencies` tells apart of them, each once, in two bytes."""
    cells = array.array("H", sorted({word & (CELLS - 1) for word in words}))
    if sys.byteorder == "big":
        cells.byteswap()
    return cells.tobytes()


def unpack_cells(packed: bytes) -> tuple[int, ...]:
    """Words, of which `Frequencies.learn` makes the same as of those that `pack_cells` was given."""
    cells = array.array("H", packed)
    if sys.byteorder == "big":
        cells.byteswap()
    return tuple(cells)


class Frequencies:
    """Counts of articles by word. Teaching it articles in another order gives the same, until the counts are halved."""

    def __init__(self, packed: bytes = b"") -> None:
        """Empty, or as `pack` put it away."""
        self.articles = 0
        self._counts = array.array("I", bytes(4 * CELLS))
        if packed:
            counts = array.array("I", zlib.decompress(packed))
            if sys.byteorder == "big":
                counts.byteswap()
            self.articles, self._counts = counts[CELLS], counts[:CELLS]

    def learn(self, words: Iterable[int], told: Iterable[int] = ()) -> None:
        """Count one article, by the numbers of its words, each once; half for those of `told`, the words of its story so far.

        Else a story that is much written about would make its own words common, and be known by them no more.
        """
        counts = self._counts
        cells = {word & (CELLS - 1) for word in words}
        for cell in cells:
            counts[cell] += _UNIT
        for cell in cells.intersection(word & (CELLS - 1) for word in told):
            counts[cell] -= _UNIT // 2
        self.articles += 1
        if self.articles >= MEMORY:
            self.articles //= 2
            self._counts = array.array("I", (count // 2 for count in counts))

    def taught(self, articles: Iterable[tuple[Iterable[int], Iterable[int]]]) -> Frequencies:
        """With some articles more, as `learn` takes them; this stays as it is."""
        taught = Frequencies()
        taught.articles, taught._counts = self.articles, self._counts[:]
        for words, told in articles:
            taught.learn(words, told)
        return taught

    def weights(self, words: Iterable[int]) -> list[float]:
        """The inverse document frequency of each word (Spärck Jones 1972), as if some articles without it had come before."""
        total, counts, log = math.log(_UNIT * (self.articles + _PRIOR)), self._counts, math.log
        return [total - log(counts[word & (CELLS - 1)] + _UNIT) for word in words]

    def pack(self) -> bytes:
        """As bytes, for the store: some hundred kilobytes."""
        counts = array.array("I", [*self._counts, self.articles])
        if sys.byteorder == "big":
            counts.byteswap()
        return zlib.compress(counts.tobytes(), 1)
