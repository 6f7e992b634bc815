"""The rule `follow`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_NETS = r"(?:twitter|facebook|instagram|youtube|you tube|telegram|whatsapp|linkedin|tiktok|threads|bluesky|mastodon|google news|flipboard|pinterest|reddit|snapchat|x(?: \(formerly twitter\))?|social media|apple news|rss)\b"
_ASKED = wording.start(
    rf"(?:and |please |you can )?(?:follow|like|find|join|connect with|add|watch) (?:us|me|him|her|them|@?[\w.'&-]+(?: @?[\w.'&-]+){{0,4}}) (?:on|at|via) {_NETS}",
    r"follow (?:us )?@\w+\W*\Z|follow us(?: on| at|:|\W*\Z)",
    r"subscribe (?:to (?:our|the|my) (?:youtube|channel|podcast)|on (?:youtube|apple podcasts|itunes|spotify)|to our podcast)",
    r"(?:listen (?:to|and subscribe)|subscribe)[^.!?]{0,60}(?:apple podcasts|itunes|spotify|stitcher|overcast|wherever you (?:get|listen))",
    r"interested in [^?]{2,60}\? add [^.!?]{2,60} as an interest",
    r"share (?:this|on|via|by|all sharing options)(?: (?:article|story|post|page|video|with your friends|via|on|facebook|twitter|whatsapp|e-?mail))*(?:\W*\Z|:| on | for:)",
    r"share(?: (?:tweet|share|pin|e-?mail|print|facebook|twitter|linkedin|reddit|whatsapp|copy link|flipboard|pocket))+\W*\Z",
    r"(?:share|tweet|pin it|email|e-mail|print|copy link)(?: this| article)?\W*\Z",
    r"(?:click here to )?(?:download|get) (?:the|our) [^.!?]{0,40}\bapp\b(?: (?:for|to|now|here|today|on)\b[^.!?]{0,80})?\W*\Z",
    r"click here (?:to get|for) the [^.!?]{2,40} app\W*\Z",
    r"(?:available|download(?: it)?) on (?:the )?(?:app store|google play)",
    r"(?:leave|post|add|write) (?:a|your) (?:comment|reply)(?: below)?\W*\Z",
    r"(?:view|show|see|read|load) (?:all |more )?(?:\d+ )?comments\W*\Z|\d+ comments?\W*\Z",
    r"(?:comments?|discussion)(?: are| is)? (?:closed|off|disabled)",
    r"(?:please )?(?:log|sign) in to (?:comment|leave|post|reply)",
    r"join the (?:conversation|discussion)\W*(?:\Z|[^.!?]{0,60}\Z)",
    r"(?:what do you think|what are your thoughts|have your say)[^?!.]{0,60}[?!.]+ (?:let us know|tell us|share|leave|join|comment|sound off|write to us|send us)",
    r"(?:let us know|tell us)(?: what you think)? in the comments|sound off in the comments|scroll down for comments",
    r"(?:got|have|do you have) an? (?:news )?(?:tip|confidential tip|story|news tip)[^.!?]{0,80}\? ?(?:e-?mail|contact|get in touch|send|let us|tell|call|reach|submit|you can)",
    r"(?:support|help) (?:our|us|independent|quality|this) (?:journalism|reporting|continue|work)\b[^.!?]{0,120}(?:donat|subscri|contribut|member|support)",
    r"(?:please )?(?:consider )?(?:make a donation|donate|donating|becoming a member|become a (?:member|supporter|patron))(?: (?:today|now|here|to support|on patreon))",
    r"fol(?:ge|gen sie) uns (?:auf|bei|hier)|(?:diesen )?(?:artikel|beitrag) teilen\W*\Z|suivez-nous sur",
    r"partager (?:cet article|sur)\b[^.!?]{0,40}\Z",
    r"(?:síguenos|síganos|sigue a [\w ]{2,30}) en (?:twitter|facebook|instagram|nuestr|x\b|telegram|whatsapp|google)",
    r"compart(?:e|ir) (?:en|este|esta)\b[^.!?]{0,40}\Z",
    r"segui(?:ci|teci)(?: anche)? su|condividi (?:su|questo|l'articolo)\b[^.!?]{0,40}\Z",
    r"siga(?:-nos| o [\w ]{2,30}) (?:no|na|nas|em)\b|compartilhe (?:esta?e?|no|em|isso)\b[^.!?]{0,40}\Z",
    r"volg ons (?:op|via)|deel dit (?:artikel|bericht)\W*\Z|följ oss på|dela artikeln\W*\Z|følg os på|følg oss på",
    r"del artik(?:len|kelen)\W*\Z|seuraa meitä",
    r"(?:obserwuj|śledź) nas na|udostępnij\W*\Z|sledujte nás na|sdílet\W*\Z|bizi [^.!?]{0,40}takip edin",
    r"подпи(?:сывайтесь|шитесь|шись) на (?:наш|канал|телеграм|telegram)|следите за (?:нами|нашими)|поделиться\W*\Z",
    r"підпи(?:суйтесь|шіться) на (?:наш|канал|телеграм|telegram)|поділитися\W*\Z",
    r"フォローする|シェアする\W*\Z|ツイートする\W*\Z|(?:关注|關注)我(?:们|們)|分享(?:到|至)|공유하기\W*\Z",
    r"تابعونا على|تابعنا على",
)
_BUTTON = wording.whole(
    r"reddit|facebook|twitter|whatsapp|telegram|linkedin|pinterest|bluesky|mastodon|comments?|replies|like this"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Follow:
    """Prompts to follow, share, comment, download an app, donate or send a tip; by wording at the beginning of a short block."""

    name: ClassVar[str] = "follow"
    kind: ClassVar[str] = "prompt"
    longest: int = 260  # characters

    def run(self, article: Article) -> Article:
        """The article without such blocks, wherever they stand."""
        return article.without(self, [i for i, block in enumerate(article.blocks) if self._asks(block)])

    def _asks(self, block: Block) -> bool:
        if not block.text or len(block.text) > self.longest or block.kind not in ("paragraph", "heading", "list", "other"):
            return False
        return _ASKED.match(block.folded) is not None or (block.links > 0.8 and _BUTTON.match(block.folded) is not None)
