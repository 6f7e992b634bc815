"""The rule `source`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_POINTER = wording.Section("source.pointer")
_APPEARED = wording.Section("source.appeared")
_REPUBLISHED = wording.Section("source.republished")
_NAMED = wording.Section("source.named")
_DATED = re.compile(
    r"(?:published|appeared|posted|printed) (?:here )?(?:on|at|in) (?:the )?"
    r"(?:\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .])"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where the text was taken from, as a republisher or a feed's machinery says it: `Source: …` at the end, `Read the full article`,
    `The post … appeared first on …`, `This article was originally published by …`.

    Pointers to the full text go anywhere; the others only at the edge of the article, since the same words under a chart are
    a credit and in the middle of prose a fact.
    """

    name: ClassVar[str] = "source"
    kind: ClassVar[str] = "source"
    longest: int = 350  # characters
    longest_named: int = 90  # characters of a `Source: …` line
    edge: int = 3  # blocks of text from the end (and, for notices of republication, from the beginning)

    def run(self, article: Article) -> Article:
        """The article without such lines."""
        return article.without(self, [i for i in article.hinted(self.name) if self._tells(article, i)])

    def _tells(self, article: Article, position: int) -> bool:
        block = article.blocks[position]
        if block.kind not in ("paragraph", "heading", "other", "quote") or len(block.text) > self.longest:
            return False
        if _POINTER.fits(block.said) and not block.quoted:
            return len(block.text) <= self.longest // 2
        first, last = article.from_start(position), article.from_end(position)
        if (last <= self.edge and _APPEARED.fits(block.said)) or (min(first, last) <= self.edge and _REPUBLISHED.fits(block.said)):
            return _DATED.search(block.folded) is None
        return last == 1 and len(block.text) <= self.longest_named and _NAMED.fits(block.said)
