"""Words that tell the article from the rest: those that elements are named with, and those that short texts say."""

from __future__ import annotations

import dataclasses
import functools
import re

from aggregator.core.extract.page import Box

_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}")


GROUPS = {
    "comment": "comment comments commentlist commentaire commentaires kommentar kommentare kommentarer comentario comentarios comentários commenti commento reacties reactie disqus respond responses reply replies thread discussion livefyre coral hyvor yorumlar komentarze opinie",
    "caption": "caption captions figcaption cutline credit credits copyright legende légende bildunterschrift bildtext didascalia pie photocredit wp-caption imagecredit bu",
    "related": "related relacionadas relacionados relacionada verwandt lies recommended recommendation recommendations recommend recirc more readmore read also popular trending latest promo promos teaser teasers outbrain taboola next prev previous similar suggested suggestions mostread most list listing feed cards card carousel slider crosslink crosslinks interest further",
    "share": "share sharing social socials teilen partager compartir follow addtoany sharedaddy addthis facebook whatsapp",
    "author": "author authors byline bylines bio biography autor autores auteur autore writer contributor contributors profile avatar signature",
    "letter": "newsletter newsletters subscribe subscription signup optin mailchimp paywall piano abo abonnement membership donate donation support register login convertkit cta",
    "meta": "meta metadata date dates time timestamp published dateline tags tag topics topic category categories breadcrumb breadcrumbs kicker label labels readtime reading views",
    "advert": "ad ads advert adverts advertisement advertising sponsor sponsored sponsors dfp gpt banner anzeige werbung publicidad pub affiliate",
    "embed": "embed embeds embedded embeddable tweet twitter instagram tiktok youtube bluesky video player audio podcast gallery slideshow",
    "aside": "sidebar aside widget widgets rail box infobox factbox faktaboks fakta fact facts inset callout panel module navbox toc contents ticker breaking",
    "content": "content article body entry post story text articlebody maincontent richtext prose wysiwyg paragraph copy markdown",
    "lead": "lead lede summary excerpt standfirst dek deck subtitle subhead subheadline subheading intro introduction description abstract teasertext chapo chapeau sottotitolo sommario bajada entradilla ingress vorspann sapo highlights bullets keypoints key",
    "consent": "cookie cookies consent gdpr popup modal overlay notice alert toast onetrust dialog lightbox tooltip offcanvas drawer",
    "title": "title headline headlines heading header hed titulo titel titre titolo",
    "notes": "footnote footnotes references reference reflist citations bibliography sources disclaimer disclosure correction",
    "menu": "nav navigation navbar menu menus submenu masthead topbar footer foot copyright links sitemap search skip toolbar",
    "quote": "pullquote quote blockquote pull zitat",
    "rank": "faq accordion tab tabs step steps table recipe ingredients instructions product products price rating ratings review reviews score",
}
_GROUP = {word: 1 << bit for bit, words in enumerate(GROUPS.values()) for word in words.split()}
COMMENT = 1
COMMENTS = frozenset(
    "comment comments commentlist commentaire commentaires kommentar kommentare kommentarer comentario comentarios comentários commenti "
    "reacties disqus yorumlar komentarze".split()
)  # surer than the group
CAPTION = 1 << list(GROUPS).index("caption")
APART = 1 | 1 << list(GROUPS).index("consent")  # comments and consent


@dataclasses.dataclass(frozen=True, slots=True)
class Lexica:
    """Weights of words: of an element's own names, of those around it, and of text."""

    own: dict[str, float]
    around: dict[str, float]
    said: dict[str, float]

    def named(self, box: Box) -> tuple[float, float, int]:
        """What an element is named: the weights of its words as its own, as those around others, and its GROUPS as bits."""
        own, around, group = self.own.get, self.around.get, _GROUP.get
        mine = outer = 0.0
        bits = 0
        for part in names(box):
            mine += own(part, 0.0)
            outer += around(part, 0.0)
            bits |= group(part, 0)
        return mine, outer, bits

    def text(self, words: list[str]) -> tuple[float, float, float, float]:
        """The sum, mean and lowest weight of the words of a text, and the sum of the first three."""
        weights = list(map(self.said.get, words))  # none of those that are known is 0
        known = list(filter(None, weights))
        if not known:
            return (0.0, 0.0, 0.0, 0.0)
        total = sum(known)
        return (total, total / len(words), min(known), sum(filter(None, weights[:3])))


def names(box: Box) -> list[str]:
    """The words of an element's class, id, role and itemprop, and its tag; each once."""
    parts = {"<" + box.tag}
    if box.words or box.role:
        parts.update(*map(_parts, f"{box.words} {box.role}".split()))
    return sorted(parts)


@functools.lru_cache(maxsize=8_192)
def _parts(name: str) -> tuple[str, ...]:
    """The words of one class or id, which comes again and again."""
    return tuple(map(str.lower, _PART.findall(name)))


def groups(words: str) -> int:
    """What an element that is named so calls itself, as bits in the order of GROUPS."""
    bits = 0
    for part in _PART.findall(words):
        bits |= _GROUP.get(part.lower(), 0)
    return bits
