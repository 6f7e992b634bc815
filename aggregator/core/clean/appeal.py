"""The rule `appeal`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_ASKED = wording.Section("appeal.asked")
_STRONG = wording.Section("appeal.strong")


@dataclasses.dataclass(frozen=True, slots=True)
class Appeal:
    """Appeals of the paper to its readers: donate, become a member, subscribe, send a tip, report a mistake, vote in a poll.

    By wording at the beginning of a short block, or by phrases that only such appeals have; what somebody says stays.
    """

    name: ClassVar[str] = "appeal"
    kind: ClassVar[str] = "appeal"
    longest: int = 420  # characters
    longest_strong: int = 800  # of a block that holds what only appeals say

    def run(self, article: Article) -> Article:
        """The article without such blocks, wherever they stand."""
        return article.without(self, [i for i in article.hinted(self.name) if self._appeals(article.blocks[i])])

    def _appeals(self, block: Block) -> bool:
        if block.quoted or block.kind not in ("paragraph", "heading", "other") or len(block.text) > self.longest_strong:
            return False
        return (len(block.text) <= self.longest and _ASKED.fits(block.said)) or _STRONG.fits(block.said)
