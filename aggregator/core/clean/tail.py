"""The rule `tail`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import blocks, wording
from aggregator.core.clean.article import Article, Block

_LAST_LINK = re.compile(r"(?:<br>|\s|[([])*<a\b[^>]*>((?:(?!</a>).){1,160})</a>[\s\])»→>.]*</p>\Z", re.DOTALL)
_FAR = 1_000  # characters from the end: no link of this kind is longer
_MORE = wording.whole(
    r"\(?more(?:…|\.\.\.)?\)?",
    r"read (?:more|on|the rest|the full (?:article|story|post))(?: (?:of|about|on|at|here)\b.{0,120})?",
    r"continue reading.{0,140}|keep reading|full (?:story|article)",
    r"weiterlesen.{0,120}|mehr lesen|mehr|zum (?:vollständigen )?artikel|lire la suite.{0,100}|en savoir plus",
    r"leer más.{0,100}|seguir leyendo.{0,100}|continuar leyendo.{0,100}",
    r"leggi tutto|continua a leggere.{0,100}|leia mais.{0,100}|continue lendo.{0,100}|ler mais|lees verder.{0,100}",
    r"lees meer|läs mer.{0,100}|læs mere|les mer|lue lisää",
    r"czytaj (?:dalej|więcej).{0,100}|číst (?:dál|více)|читать (?:далее|дальше|полностью).{0,100}",
    r"читати далі.{0,100}|devamını oku.{0,60}|続きを読む.{0,60}|阅读(?:更多|全文)|閱讀(?:更多|全文)|더 ?보기",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Tail:
    """A link at the end of a paragraph that only says there is more: `… Continue reading →`. The paragraph stays, and so
    does a link that is part of its last sentence."""

    name: ClassVar[str] = "tail"
    kind: ClassVar[str] = "source"
    fewest: int = 20  # characters that must be left of the paragraph

    def run(self, article: Article) -> Article:
        """The article with such links cut off."""
        for position, block in enumerate(article.blocks):
            if block.kind == "paragraph" and 0.0 < block.links < 1.0 and "</a>" in block.html[-30:]:
                article = self._shortened(article, position, block)
        return article

    def _shortened(self, article: Article, position: int, block: Block) -> Article:
        found = _LAST_LINK.search(block.html, max(0, len(block.html) - _FAR))
        if found is None or not _MORE.match(blocks.visible(found[1]).lower()):
            return article
        rest = blocks.paragraph(block.html[len("<p>") : found.start()])
        if len(rest.text) < self.fewest or not rest.ends:
            return article
        return article.replaced(self, position, rest, blocks.visible(found[1]))
