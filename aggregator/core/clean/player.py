"""The rule `player`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_STUBS = wording.whole(
    r"play|play (?:video|audio)|pause|mute|unmute|autoplay|fullscreen|loading(?: (?:video|player|comments|more))?",
    r"video|audio|media",
    r"(?:video )?player is loading|(?:now )?playing|embed(?: (?:code|video))?|x youtube video|youtube video",
    r"view this (?:post|photo|video) on instagram",
    r"slideshow(?: \(\d+ images\))?|\d+ (?:photos|images|pictures)",
    r"(?:view|see) (?:photos|images|gallery|slideshow|the gallery|more photos)|(?:image|photo|picture) \d+ of \d+",
    r"scroll down for (?:video|more)|click to (?:expand|enlarge|play|view)|tap to (?:expand|unmute|play)",
    r"(?:hide|show|toggle) caption|enlarge this image|expand",
    r"(?:this|the) video (?:is|has been) (?:unavailable|private|removed|no longer available|not available)",
    r"video unavailable|your browser does not support (?:the|this|html5|video|audio).*",
    r"(?:media )?playback (?:is unsupported|is not supported|isn't supported) on (?:your|this) device",
    r"(?:please )?(?:enable|turn on|activate) javascript.*",
    r"javascript (?:is|must be) (?:disabled|required|enabled|not).*",
    r"(?:don't|can't|cannot) see the (?:graphic|video|chart|map|poll) above\? click here",
    r"\d{1,2}:\d\d(?: ?/ ?\d{1,2}:\d\d)?|close|dismiss|skip|menu|search|back to top|top|next|previous|next article",
    r"previous article",
    r"getty images embed|this content is not available due to your privacy preferences|(?:content )?loading",
    r"video wird geladen|audio wird geladen|vídeo no disponible|vidéo non disponible|動画|視頻|视频加载中",
)
_LED = wording.start(r"now playing: watch this:|media caption\b|video caption\b|this browser does not support the video element")
_MARKER = re.compile(
    r"\[/?(?:image|images|pullquote|break|gallery|video|embed|audio|photo|photos|slideshow|ads?|related|poll|tweet|twitter|youtube|caption|newsletter)"
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
        return article.without(self, [i for i, block in enumerate(article.blocks) if self._is_left_over(block)])

    def _is_left_over(self, block: Block) -> bool:
        if not block.text or len(block.text) > self.longest or block.kind not in ("paragraph", "figure", "other"):
            return False
        folded = block.folded
        return bool(_MARKER.match(folded) if folded[0] == "[" else _STUBS.match(folded) or _LED.match(folded))
