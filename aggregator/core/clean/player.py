"""The rule `player`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_STUB = wording.Section("player.stub")
_LED = wording.Section("player.led")
_CLOCK = re.compile(r"\W*\d{1,2}:\d\d(?: ?/ ?\d{1,2}:\d\d)?\W*\Z")
_MARKER = re.compile(
    r"\[/?(?:embed\w*|image|images|pullquote|break|gallery|video|audio|photo|photos|slideshow|ads?|related|poll|tweet|twitter|youtube|caption|newsletter)"
    r"(?:[\s=][^\]]*)?\]\W*\Z"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Player:
    """What players, galleries and widgets leave behind: labels of their buttons, notes for browsers, markers of editors (`[gallery]`)."""

    name: ClassVar[str] = "player"
    kind: ClassVar[str] = "interface"
    longest: int = 160  # characters

    def run(self, article: Article) -> Article:
        """The article without such lines, wherever they stand."""
        marked = [i for i, block in enumerate(article.blocks) if block.text and (block.text[0] == "[" or block.text[0].isdigit())]
        positions = {*article.hinted(self.name), *marked}
        return article.without(self, [i for i in sorted(positions) if self._is_left_over(article.blocks[i])])

    def _is_left_over(self, block: Block) -> bool:
        if len(block.text) > self.longest or block.kind not in ("paragraph", "figure", "other"):
            return False
        if block.text[0] == "[":
            return _MARKER.match(block.folded) is not None
        if block.text[0].isdigit() and _CLOCK.match(block.text):
            return True
        return _STUB.fits(block.said) or _LED.fits(block.said)
