"""The rule `bio`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_CONTACT = wording.Section("bio.contact")
_ABOUT = wording.Section("bio.about")


def tells_of_author(said: wording.Said) -> bool:
    """Whether a text says who wrote something, or how to reach them."""
    return _CONTACT.fits(said) or _ABOUT.fits(said)


@dataclasses.dataclass(frozen=True, slots=True)
class Bio:
    """Who wrote it and how to reach them, in the last lines: `Ida Quay is a reporter for …`, `Write to her at …`. By policy (`bios`):
    they stay unless the house drops them."""

    name: ClassVar[str] = "bio"
    kind: ClassVar[str] = "author"
    longest: int = 500  # characters
    edge: int = 3  # blocks of text from the end

    def run(self, article: Article) -> Article:
        """The article without such lines, where the policy drops them."""
        if article.policy.bios == "keep":
            return article
        return article.without(self, [i for i in article.hinted(self.name) if self._tells(article, i)])

    def _tells(self, article: Article, position: int) -> bool:
        block = article.blocks[position]
        if len(block.text) > self.longest or block.kind not in ("paragraph", "other") or block.quoted:
            return False
        return article.from_end(position) <= self.edge and tells_of_author(block.said)
