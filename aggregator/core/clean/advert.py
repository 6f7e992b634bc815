"""The rule `advert`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_LABEL = wording.Section("advert.label")


@dataclasses.dataclass(frozen=True, slots=True)
class Advert:
    """Labels of advertisements, and lines that say the story goes on below one; the advertisement itself never came along."""

    name: ClassVar[str] = "advert"
    kind: ClassVar[str] = "advertisement"
    longest: int = 110  # characters

    def run(self, article: Article) -> Article:
        """The article without such lines, wherever they stand."""
        blocks = article.blocks
        return article.without(
            self, [i for i in article.hinted(self.name) if len(blocks[i].text) <= self.longest and _LABEL.fits(blocks[i].said)]
        )
