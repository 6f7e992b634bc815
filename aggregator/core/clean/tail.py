"""The rule `tail`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import blocks, wording
from aggregator.core.clean.article import Article, Block

_LAST_LINK = re.compile(r"<a\b[^>]*>((?:(?!</a>).){1,160})</a>[\s\])»→>.]*</p>\Z", re.DOTALL)
_FAR = 1_000  # characters from the end: no link of this kind is longer
_MORE = wording.Section("tail.more")


@dataclasses.dataclass(frozen=True, slots=True)
class Tail:
    """A link at the end of a paragraph that only says there is more: `… Continue reading →`. The paragraph stays, and so
    does a link that is part of its last sentence."""

    name: ClassVar[str] = "tail"
    kind: ClassVar[str] = "source"
    fewest: int = 20  # characters that must be left of the paragraph

    def run(self, article: Article) -> Article:
        """The article with such links cut off."""
        for position in self._candidates(article):
            block = article.blocks[position]
            if block.kind == "paragraph" and 0.0 < block.links < 1.0 and "</a>" in block.html[-30:]:
                article = self._shortened(article, position, block)
        return article

    def _candidates(self, article: Article) -> list[int]:
        """Blocks that may hold a phrase, and those in which none is looked for because they are long."""
        long = [i for i, block in enumerate(article.blocks) if len(block.text) > wording.LONGEST]
        return [*article.hinted(self.name), *long]

    def _shortened(self, article: Article, position: int, block: Block) -> Article:
        opens = block.html.rfind("<a ", max(0, len(block.html) - _FAR))
        found = _LAST_LINK.match(block.html, opens) if opens >= 0 else None
        if found is None or not _MORE.fits(wording.Said.of(blocks.visible(found[1]))):
            return article
        rest = blocks.paragraph(_trimmed(block.html[len("<p>") : opens]))
        if len(rest.text) < self.fewest or not rest.ends:
            return article
        return article.replaced(self, position, rest, blocks.visible(found[1]))


def _trimmed(html: str) -> str:
    """Without what stands between a text and the link behind it."""
    before = ""
    while before != html:
        before, html = html, html.rstrip(" \n\t([").removesuffix("<br>")
    return html
