"""The rule `promotion`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean.article import Article, Block

_TAGGED = re.compile(r"^(.{12,180}\S) ?\[([^\W\d_]{3,}(?: [^\W\d_]{2,}){0,2})\]$")
_KNOWN = frozenset(
    [
        "ANALYSIS",
        "AUDIO",
        "COMMENT",
        "COMMENTS",
        "DATA",
        "DETAILS",
        "EXCLUSIVE",
        "EXPLAINED",
        "EXPLAINER",
        "EXPOSED",
        "FORECAST",
        "GALLERY",
        "GRAPHIC",
        "GUIDE",
        "INSIDER",
        "INSIGHT",
        "INTERVIEW",
        "LATEST",
        "LISTEN",
        "LIVE",
        "MAP",
        "MAPPED",
        "MAPS",
        "NEWS",
        "OPINION",
        "PHOTO",
        "PHOTOS",
        "PICS",
        "PICTURE",
        "PICTURES",
        "PODCAST",
        "POLL",
        "QUIZ",
        "REACT",
        "REACTION",
        "REPORT",
        "REVEALED",
        "REVIEW",
        "SPOTLIGHT",
        "STUDY",
        "UPDATE",
        "VIDEO",
        "VIDEOS",
        "WARNING",
        "WATCH",
    ]
)
_SPOKEN = frozenset(
    ["APPLAUSE", "CHEERING", "CHEERS", "CROSSTALK", "INAUDIBLE", "LAUGHS", "LAUGHTER", "MUSIC", "PAUSE", "SIC", "SILENCE"]
)


@dataclasses.dataclass(frozen=True, slots=True)
class Promotion:
    """Headlines of other articles with a tag behind them: `Minister faces new questions over bridge [REACTION]`.

    A tag in capitals closes a line that is no sentence. A tag that is not known counts in an article that has known ones, since
    the same form may also name a source (`[AFP]`) or come from a transcript (`[LAUGHTER]`).
    """

    name: ClassVar[str] = "promotion"
    kind: ClassVar[str] = "related"

    def run(self, article: Article) -> Article:
        """The article without tagged lines."""
        tagged = {i: tag for i, block in enumerate(article.blocks) if (tag := _tag(block))}
        if _KNOWN.isdisjoint(tagged.values()):
            return article
        return article.without(self, tagged)


def _tag(block: Block) -> str:
    if not block.text.endswith("]") or block.kind not in ("paragraph", "heading"):
        return ""
    found = _TAGGED.match(block.text)
    if found is None or found[1].endswith((".", ",", ":")):
        return ""
    return found[2] if found[2].isupper() and found[2] not in _SPOKEN else ""
