"""The rule `tags`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_LABEL = wording.Section("tags.label")


@dataclasses.dataclass(frozen=True, slots=True)
class Tags:
    """Lists of tags and sections at the end: `Tags: crane, harbour`, or the label with a list of links below it."""

    name: ClassVar[str] = "tags"
    kind: ClassVar[str] = "tags"
    longest: int = 200  # characters
    edge: int = 4  # blocks of text from the end

    def run(self, article: Article) -> Article:
        """The article without such lists."""
        return article.without(self, [i for position in article.hinted(self.name) for i in self._list(article, position)])

    def _list(self, article: Article, position: int) -> Iterator[int]:
        block, below = article.blocks[position], article.blocks[position + 1 : position + 2]
        if len(block.text) > self.longest or block.kind not in ("paragraph", "heading", "list", "other"):
            return
        if article.from_end(position) > self.edge or block.prose:
            return
        if _LABEL.fits(block.said):
            yield position
            if below and below[0].kind == "list" and below[0].links > 0.7:
                yield position + 1
        elif _LABEL.labels(block.said):
            yield position
