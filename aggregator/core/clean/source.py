"""The rule `source`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_NO_DATE = r"(?! (?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
_WHOLE_TEXT = r"(?:the )?(?:full|original|entire|complete|whole) (?:article|story|post|piece|entry|interview|text|report|review|essay|column|transcript)"
_POINTER = wording.start(
    rf"(?:read|view|see|continue reading|click (?:here )?(?:to|for)(?: read| view)?) {_WHOLE_TEXT}(?:\W*\Z| (?:here|at|on|in|from|via|by|»|→|>)\b)",
    rf"(?:sources?|via|from) ?: ?(?:read |view )?{_WHOLE_TEXT}",
    r"sources? ?: ?https?://\S+\W*\Z",
    r"(?:continue|keep) reading(?:\W*\Z| (?:at|on|the|this|→|»|\"))",
    r"read the rest (?:of (?:this|the)|at|on|here)",
    r"read more (?:at|on|from) [^.!?]{2,60}\Z",
    r"click here (?:to (?:read|see|view|continue reading) (?:more|(?:the )?(?:full|rest|original|entire|whole))|for (?:more|the full))\b",
    r"(?:den )?(?:ganzen|vollständigen|kompletten) (?:artikel|beitrag|text) (?:lesen|finden|gibt)",
    r"lire l'article (?:complet|original|en entier)|lire la suite sur",
    r"(?:leer|lea|ver) (?:el|la) (?:artículo|nota|noticia) (?:complet[oa]|original)",
    r"leggi l'articolo (?:completo|originale|intero)",
    r"leia (?:a|o) (?:matéria|artigo|notícia|texto) (?:complet[oa]|original|na íntegra)",
    r"lees het (?:hele|volledige) artikel|läs hela artikeln|les hele (?:artikkelen|saken)|læs hele artiklen",
    r"lue koko juttu|czytaj (?:cały|całość)",
    r"читать (?:полностью|статью полностью|оригинал)|читати повністю|haberin (?:tamamı|devamı) için|查看原文",
    r"阅读原文|閱讀原文|阅读全文|閱讀全文|全文を読む|원문 ?보기",
)
_APPEARED = wording.start(
    rf"(?:the (?:post|article|story)|this (?:post|article|story|entry)|the) .{{0,250}}?\b(?:first appeared|appeared first|was originally published|originally appeared) (?:on|in|at){_NO_DATE}\b.{{1,80}}\Z",
    r"(?:the (?:post|article|story)|this (?:post|article|story)) .{1,250}? appeared on .{1,80}\Z",
    r"(?:der beitrag|der artikel) .{1,250}? (?:erschien zuerst|ist zuerst erschienen|erschien) (?:auf|bei)\b.{1,80}\Z",
    r"(?:l'article|cet article) .{1,250}? (?:est apparu en premier|a été publié en premier|est apparu) sur\b.{1,80}\Z",
    r"(?:la entrada|el artículo|este artículo|el cargo|la publicación) .{1,250}? (?:apareció|aparece|se publicó) primero en\b.{1,80}\Z",
    r"(?:l'articolo|questo articolo) .{1,250}? (?:proviene da|è apparso per la prima volta su|sembra essere il primo su)\b.{1,80}\Z",
    r"(?:o post|o artigo|o conteúdo|a notícia) .{1,250}? (?:apareceu|aparece|foi publicado|foi publicada) (?:primeiro|em primeiro lugar|originalmente) (?:em|no|na)\b.{1,80}\Z",
    r"(?:het bericht|het artikel) .{1,250}? (?:verscheen eerst op|is verschenen op|verscheen op)\b.{1,80}\Z",
    r"inlägget .{1,250}? (?:dök först upp på|publicerades först på)\b.{1,80}\Z",
    r"indlægget .{1,250}? (?:blev først vist på|blev først udgivet på|blev først publiceret på)\b.{1,80}\Z",
    r"innlegget .{1,250}? (?:dukket først opp på|ble først publisert på)\b.{1,80}\Z",
    r"artykuł .{1,250}? pochodzi z serwisu\b.{1,80}\Z",
    r"příspěvek .{1,250}? (?:pochází z|se nejdříve objevil na)\b.{1,80}\Z",
    r"(?:сообщение|запись) .{1,250}? (?:появились сначала на|впервые появилась на|впервые появилось на)\b.{1,80}\Z",
    r"запис .{1,250}? (?:спершу з'явився на|вперше з'явився на)\b.{1,80}\Z",
)
_REPUBLISHED = wording.start(
    r"(?:this|the|a version of this) (?:article|story|post|piece|essay|column|op-ed|interview|report)(?: (?:was|is|has been))? "
    r"(?:originally |first |also |previously )*(?:published|appeared|posted|republished|reposted|reprinted)(?: here)? "
    rf"(?:with permission|under|(?:by|on|at|from|in the){_NO_DATE})\b",
    r"(?:originally|first) (?:published|appeared|posted) (?:by|on|at) [^.!?]{2,60}\W*\Z",
    r"(?:dieser (?:artikel|beitrag|text)|cet article|este artículo|questo articolo|este artigo|dit artikel) "
    r"(?:erschien|wurde|ist|a été|a d'abord|fue|è stato|foi|verscheen|is) [^.!?]{0,30}(?:zuerst|ursprünglich|initialement|originalmente|publié|originariamente|eerder|eerst)\b",
)
_NAMED = wording.start(
    r"(?:source|via|quelle|la source|fuente|fonte|bron|källa|kilde|lähde|źródło|zdroj|источник|джерело|kaynak|출처|来源|來源|出典|引用元|المصدر) ?[:：] ?\S"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where the text was taken from, as a republisher or a feed's machinery says it: `Source: …` at the end, `Read the full article`,
    `The post … appeared first on …`, `This article was originally published by …`.

    Pointers to the full text go anywhere; the others only at the edge of the article, since the same words under a chart are
    a credit and in the middle of prose a fact.
    """

    name: ClassVar[str] = "source"
    kind: ClassVar[str] = "source"
    longest: int = 350  # characters
    longest_named: int = 90  # characters of a `Source: …` line
    edge: int = 3  # blocks of text from the end (and, for notices of republication, from the beginning)

    def run(self, article: Article) -> Article:
        """The article without such lines."""
        texts = [i for i, block in enumerate(article.blocks) if block.text]
        last = {i: len(texts) - rank for rank, i in enumerate(texts)}
        first = {i: rank + 1 for rank, i in enumerate(texts)}
        gone = [i for i in texts if self._tells(article.blocks[i], first[i], last[i])]
        return article.without(self, gone)

    def _tells(self, block: Block, first: int, last: int) -> bool:
        if block.kind not in ("paragraph", "heading", "other", "quote") or len(block.text) > self.longest:
            return False
        if _POINTER.match(block.folded):
            return len(block.text) <= self.longest // 2
        if _APPEARED.match(block.folded):
            return last <= self.edge
        if _REPUBLISHED.match(block.folded):
            return min(first, last) <= self.edge
        return last == 1 and len(block.text) <= self.longest_named and _NAMED.match(block.folded) is not None
