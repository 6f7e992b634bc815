"""The rule `title`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core import text
from aggregator.core.clean.article import Article


@dataclasses.dataclass(frozen=True, slots=True)
class Title:
    """The title once more, as the first text of the article: readers show it already."""

    name: ClassVar[str] = "title"
    kind: ClassVar[str] = "title"

    def run(self, article: Article) -> Article:
        """The article without leading blocks that say what its title says."""
        wanted = text.words(article.entry.title)
        gone = []
        for position, block in enumerate(article.blocks):
            if not block.text:
                continue
            if block.kind not in ("paragraph", "heading") or not wanted or text.words(block.text[:1000]) != wanted:
                break
            gone.append(position)
        return article.without(self, gone)
