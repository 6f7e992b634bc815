"""The rule `rights`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_NOTICE = wording.Section("rights.notice")
_DATED = wording.Section("rights.dated")
_LOOSE = wording.Section("rights.loose")
_RESERVED = wording.Section("rights.reserved")


@dataclasses.dataclass(frozen=True, slots=True)
class Rights:
    """Notices of copyright, syndication, and disclaimers of opinions; feeds have a field for rights."""

    name: ClassVar[str] = "rights"
    kind: ClassVar[str] = "copyright"
    longest: int = 420  # characters
    longest_reserved: int = 240  # of a block that says "all rights reserved" somewhere

    def run(self, article: Article) -> Article:
        """The article without such blocks, wherever they stand."""
        return article.without(self, [i for i in article.hinted(self.name) if self._notes(article.blocks[i])])

    def _notes(self, block: Block) -> bool:
        if len(block.text) > self.longest or block.quoted or block.kind not in ("paragraph", "heading", "other"):
            return False
        if _NOTICE.fits(block.said) or _DATED.fits(block.said) or (_LOOSE.fits(block.said) and not block.prose):
            return True
        return len(block.text) <= self.longest_reserved and _RESERVED.fits(block.said)
