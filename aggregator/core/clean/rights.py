"""The rule `rights`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_NOTICE = wording.start(
    r"(?:©|\(c\)|copyright(?: ©| \(c\))?|© copyright)[ :,-]{0,3}(?:by )?(?:\w[\w.,&' -]{0,60}? )?(?:19|20)\d\d\b",
    r"(?:this|our) (?:material|content|article|story|report) (?:may not|cannot|must not) be (?:published|reproduced|republished|copied|reprinted|distributed)",
    r"content created by .{2,80} is available without charge to any eligible news publisher",
    r"for (?:licensing|reprint|syndication) (?:opportunities|permission|rights|information)",
    r"click here for reprint permission|(?:republished|reprinted|used) (?:here )?with permission",
    r"(?:distributed|syndicated) by [^.!?]{2,60}\W*\Z",
    r"republish (?:this|our) (?:article|story|articles|stories)",
    r"the (?:views|opinions) expressed (?:in this (?:article|video|column|piece|post|commentary|op-ed)|here(?:in)?|by the authors?)[^.!?]{0,40} (?:are|do) (?:solely|those of|not|the author)",
)
_RESERVED = (
    *(
        "all rights reserved",
        "alle rechte vorbehalten",
        "tous droits réservés",
        "tous droits de reproduction",
        "todos los derechos reservados",
    ),
    *("tutti i diritti riservati", "riproduzione riservata", "todos os direitos reservados", "alle rechten voorbehouden"),
    *("alla rättigheter förbehåll", "alle rettigheder forbeholdes", "alle rettigheter reservert", "alle rettigheter forbeholdt"),
    *(
        "kaikki oikeudet pidätetään",
        "wszelkie prawa zastrzeżone",
        "všechna práva vyhrazena",
        "все права защищены",
        "всі права захищен",
    ),
    *(
        "усі права захищен",
        "tüm hakları saklıdır",
        "無断転載",
        "版权所有",
        "版權所有",
        "무단 전재",
        "무단전재",
        "جميع الحقوق محفوظة",
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Rights:
    """Notices of copyright, syndication, and disclaimers of opinions; feeds have a field for rights."""

    name: ClassVar[str] = "rights"
    kind: ClassVar[str] = "copyright"
    longest: int = 420  # characters
    longest_reserved: int = 240  # of a block that says "all rights reserved" somewhere

    def run(self, article: Article) -> Article:
        """The article without such blocks, wherever they stand."""
        return article.without(self, [i for i, block in enumerate(article.blocks) if self._notes(block)])

    def _notes(self, block: Block) -> bool:
        if not block.text or len(block.text) > self.longest or block.kind not in ("paragraph", "heading", "other"):
            return False
        if _NOTICE.match(block.folded):
            return True
        return len(block.text) <= self.longest_reserved and wording.holds(block.folded, *_RESERVED)
