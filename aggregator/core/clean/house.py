"""The rule `house`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_ABOUT = wording.Section("house.about")
_FOOTER = wording.Section("house.footer")


@dataclasses.dataclass(frozen=True, slots=True)
class House:
    """What a site says of itself and of its page: its standards, its cookies, how old an article is, the links of its footer."""

    name: ClassVar[str] = "house"
    kind: ClassVar[str] = "site"
    longest: int = 300  # characters
    edge: int = 4  # blocks of text from the end, for the links of a footer

    def run(self, article: Article) -> Article:
        """The article without such lines."""
        return article.without(self, [i for i in article.hinted(self.name) if self._tells(article, i)])

    def _tells(self, article: Article, position: int) -> bool:
        block = article.blocks[position]
        if len(block.text) > self.longest or block.quoted or block.kind not in ("paragraph", "heading", "other"):
            return False
        return _ABOUT.fits(block.said) or (article.from_end(position) <= self.edge and _FOOTER.fits(block.said))
