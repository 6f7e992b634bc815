"""The rule `advert`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_LABELS = wording.whole(
    r"advertise?ments?(?: ?-? ?(?:scroll to continue|continue reading(?: below)?))?",
    r"(?:advertisement ?-? ?)?(?:story|article|text|post) continue[sd] (?:below|after)(?: (?:the |this )?(?:ad|advert|advertisement))?",
    r"(?:continue reading|scroll down|keep scrolling|scroll) (?:below|to continue(?: reading)?|(?:for|to) (?:more|keep reading))",
    r"(?:skip|loading|remove|close|report|hide) (?:this )?(?:ads?|advert|advertisement)",
    r"ads by \w+|sponsored(?: content| post| links?| message)?|promoted(?: content| post)?",
    r"paid (?:post|content|partnership)",
    r"advertisement thanks for watching! visit website|thanks for watching! visit website",
    r"anzeige|werbung|(?:der )?artikel wird nach der (?:anzeige|werbung) fortgesetzt",
    r"(?:der )?text geht nach der werbung weiter",
    r"publicité|la suite après cette publicité|la suite de l'article après la publicité",
    r"publicidad|contenido patrocinado",
    r"(?:la noticia|el artículo) continúa (?:debajo de|después de) (?:esta|la) publicidad",
    r"pubblicità|continua a leggere dopo la pubblicità|contenuto sponsorizzato",
    r"publicidade|conteúdo patrocinado|(?:continua )?(?:depois|após) (?:da )?publicidade",
    r"advertentie|(?:het )?artikel gaat (?:verder|door) (?:onder|na) de advertentie|lees verder onder de advertentie",
    r"annons|artikeln fortsätter (?:under|efter) annonsen|annonse|artikkelen fortsetter under annonsen",
    r"annonce|artiklen fortsætter (?:under|efter) annoncen|mainos|juttu jatkuu mainoksen jälkeen",
    r"reklama|dalsza część (?:artykułu|tekstu) pod (?:materiałem wideo|reklamą)|inzerce",
    r"článek pokračuje pod reklamou",
    r"реклама|на правах рекламы|продолжение после рекламы|продовження після реклами|reklam",
    r"haberin devamı reklamdan sonra",
    r"広告|スポンサーリンク|广告|廣告|광고|إعلان|اعلان",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Advert:
    """Labels of advertisements, and lines that say the story goes on below one; the advertisement itself never came along."""

    name: ClassVar[str] = "advert"
    kind: ClassVar[str] = "advertisement"
    longest: int = 100  # characters

    def run(self, article: Article) -> Article:
        """The article without such lines, wherever they stand."""
        gone = [i for i, b in enumerate(article.blocks) if len(b.text) <= self.longest and b.text and _LABELS.match(b.folded)]
        return article.without(self, gone)
