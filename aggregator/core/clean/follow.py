"""The rule `follow`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_ASKED = wording.Section("follow.asked")
_BUTTON = wording.Section("follow.button")


@dataclasses.dataclass(frozen=True, slots=True)
class Follow:
    """Prompts to follow, share, comment or get the app; by wording at the beginning of a short block.

    What somebody says (it begins with a quotation mark) stays.
    """

    name: ClassVar[str] = "follow"
    kind: ClassVar[str] = "prompt"
    longest: int = 260  # characters

    def run(self, article: Article) -> Article:
        """The article without such blocks, wherever they stand."""
        return article.without(self, [i for i in article.hinted(self.name) if self._asks(article.blocks[i])])

    def _asks(self, block: Block) -> bool:
        if len(block.text) > self.longest or block.quoted or block.kind not in ("paragraph", "heading", "list", "other"):
            return False
        return _ASKED.fits(block.said) or (block.links > 0.8 and _BUTTON.fits(block.said))
