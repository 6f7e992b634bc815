"""The rule `related`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import ClassVar

from aggregator.core import urls
from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_PHRASES = (
    r"read more|read also|also read|read next|read this next|read on|see also|see more|also see|see related",
    r"read related|more here",
    r"related(?: (?:story|stories|article|articles|content|coverage|news|links?|posts?|reading|topics|video|videos|reads?))?",
    r"recommended (?:for you|reading|stories|articles|videos|links)",
    r"you (?:may|might) (?:also|be interested)(?: like| be interested in| enjoy| in)?",
    r"more on this(?: story| topic)?|more from (?:this section|the web|around the web)|more stories|more coverage",
    r"don't miss|must reads?",
    r"most (?:read|popular|viewed|shared)(?: stories| articles)?|trending(?: now| stories)?",
    r"editor'?s'? (?:picks?|choice)|up next|what to read next",
    r"lesen sie auch|lies auch|lesen sie mehr|mehr dazu|mehr zum thema|auch interessant",
    r"das könnte (?:sie|dich) auch interessieren|weiterlesen|passend dazu|siehe auch|zum weiterlesen",
    r"lire aussi|à lire aussi|à lire également|lire également|lire la suite|sur le même sujet|à voir aussi",
    r"voir aussi|pour aller plus loin|à lire ailleurs",
    r"lea también|lee también|te puede interesar|le puede interesar|también te puede interesar|leer más",
    r"ver también|noticias relacionadas|seguir leyendo",
    r"leggi anche|leggi tutto|continua a leggere|ti potrebbe interessare(?: anche)?",
    r"potrebbe interessarti(?: anche)?|articoli correlati",
    r"leia também|leia mais|veja também|saiba mais|continue lendo|ler mais|leia ainda|matérias relacionadas",
    r"lees ook|lees meer|lees verder|bekijk ook|zie ook|läs också|läs även|läs mer|læs også|læs mere|les også",
    r"les mer|lue myös|lue lisää",
    r"czytaj także|czytaj też|czytaj również|czytaj więcej|zobacz także|zobacz też|przeczytaj także|čtěte také",
    r"čtěte více|přečtěte si také|mohlo by vás zajímat",
    r"читайте также|читать также|читать далее|смотрите также|материалы по теме|читайте також|читати далі",
    r"дивіться також",
    r"bunu da okuyun|devamını oku|ilgili haberler|ilginizi çekebilir|関連記事|あわせて読みたい|続きを読む",
    r"関連ニュース",
    r"相关阅读|相关新闻|延伸阅读|推荐阅读|阅读更多|更多阅读|相關新聞|相關報導|延伸閱讀|推薦閱讀|閱讀更多",
    r"관련 ?기사|더 ?보기",
    r"اقرأ أيضا|اقرأ أيضاً|اقرأ المزيد|شاهد أيضا|مواضيع ذات صلة",
)
_READER_PHRASES = (r"read|watch|listen|more",)
_FORM_PHRASES = (r"opinion|analysis|explainer|go deeper|dig deeper|further reading|in pictures|photos|gallery|video|podcast",)
_STUB = wording.whole(
    *_PHRASES,
    r"recommended",
    r"more on this\W{0,3}",
    r"see also \[ ?edit ?\]",
    r"click (?:here )?(?:to read|for) more",
    r"see (?:all|more) (?:stories|coverage)",
)
_LABELLED = wording.start(rf"(?:{'|'.join(_PHRASES)})(?:\s*[:|>»›→]| -)")
_READER_LABEL = wording.start(rf"(?:also )?(?:{'|'.join(_READER_PHRASES)})\s*[:|>»›→]")
_FORM_LABEL = wording.start(rf"(?:{'|'.join(_FORM_PHRASES)})\s*[:|>»›→]")
_LED = wording.start(*(rf"(?:{phrase})\b" for phrase in _PHRASES))
_CAPITAL_LABEL = re.compile(
    r"^(?:READ|READ MORE|RELATED|WATCH|LISTEN|MORE|SEE ALSO|ALSO READ|DON'T MISS|MUST READ|OPINION|RELATED STORY)\s?[:|>»]"
)
_OUR_COVERAGE = wording.anywhere(r"\bread (?:all|more) of our [^.!?]{3,60} (?:coverage|stories|reporting) here\b")
_COVERAGE = wording.start(
    r"(?:read|see|find|follow|explore|get|check out) (?:all |more |the rest |full )*(?:of )?(?:our|the ap's|ap's|ap) [^.!?]{0,80}?\b(?:coverage|stories|reporting)\b",
    r"(?:read )?more (?:stories|news|coverage) (?:on|about|from) [^.!?]{3,80} (?:here|at https?:)",
    r"more ap [\w ,&-]{2,40}: ?https?:",
    r"(?:read )?full coverage (?:of|on|here)\b[^.!?]{0,80}\Z",
    r"for more (?:stories|news|coverage)[^.!?]{0,80}(?:click here|visit|go to)",
    r"(?:want to )?(?:see|read|know) more [^.!?]{0,60}\? (?:read|see|visit|click|check)",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Related:
    """Pointers to other articles: `Read more: …`, `Also read`, a heading `Related stories` with its list, lone links that are headlines.

    By wording at the beginning of a short block, and by links: a lone link between paragraphs of prose goes when it leads to
    another page of the same site and reads like a headline, and lines in capitals that are too long for headings.
    """

    name: ClassVar[str] = "related"
    kind: ClassVar[str] = "related"
    longest: int = 220  # characters
    fewest: int = 5  # words of a headline
    most: int = 25
    fewest_loud: int = 8  # words of a line in capitals that cannot be a heading
    most_lone: float = 0.25  # of all blocks: where more are lone links, links are what the article is about

    def run(self, article: Article) -> Article:
        """The article without such blocks."""
        gone = set(self._worded(article.blocks))
        lone = [i for i in range(len(article.blocks)) if self._lone(article, i)]
        loud = self._loud(article.blocks)
        if len(lone) + len(loud) <= self.most_lone * len(article.blocks):
            gone.update(lone, loud)
        return article.without(self, gone)

    def _worded(self, blocks: tuple[Block, ...]) -> Iterator[int]:
        for i, block in enumerate(blocks):
            if not block.text or len(block.text) > self.longest or block.kind not in ("paragraph", "heading", "other"):
                continue
            if _points_away(block) or (_invites(block) and not block.ends and _between_prose(blocks, i)):
                yield i
                if _STUB.match(block.folded) and i + 1 < len(blocks) and _is_link_list(blocks[i + 1]):
                    yield i + 1

    def _lone(self, article: Article, position: int) -> bool:
        block = article.blocks[position]
        if block.kind != "paragraph" or block.links < 0.95 or block.ends or not self.fewest <= len(block.text.split()) <= self.most:
            return False
        return _between_prose(article.blocks, position) and _stays_home(article, block)

    def _loud(self, blocks: tuple[Block, ...]) -> list[int]:
        """Lines in capitals between prose, where one at least is as long as headings never are: then all of them are headlines."""
        loud = [
            i
            for i, block in enumerate(blocks)
            if block.kind == "paragraph" and block.text.isupper() and block.text[-1].isalnum() and _between_prose(blocks, i)
        ]
        sizes = {i: len(blocks[i].text.split()) for i in loud}
        if not any(self.fewest_loud <= size <= self.most for size in sizes.values()):
            return []
        return [i for i in loud if self.fewest <= sizes[i] <= self.most]


def _points_away(block: Block) -> bool:
    folded = block.folded
    if _STUB.match(folded) or _COVERAGE.match(folded) or ("of our" in folded and _OUR_COVERAGE.search(folded)):
        return True
    if _LABELLED.match(folded):
        return not block.prose or block.links > 0.4
    if _invites(block) or _FORM_LABEL.match(folded):
        return block.links > 0.5 or (not block.ends and _CAPITAL_LABEL.match(block.text) is not None)
    return block.links > 0.6 and not block.ends and _LED.match(folded) is not None


def _invites(block: Block) -> bool:
    """Whether this is a line like `Watch: …`; where more lines follow, it begins something else."""
    return "\n" not in block.text and _READER_LABEL.match(block.folded) is not None


def _is_link_list(block: Block) -> bool:
    return block.kind == "list" and block.links > 0.7


def _between_prose(blocks: tuple[Block, ...], position: int) -> bool:
    return 0 < position < len(blocks) - 1 and blocks[position - 1].prose and blocks[position + 1].prose


_HREF = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')


def _stays_home(article: Article, block: Block) -> bool:
    """Whether the one link of a block leads to another page of the article's own site."""
    found = _HREF.findall(block.html)
    home = urls.host(article.entry.link or "").removeprefix("www.")
    return len(found) == 1 and bool(home) and urls.host(found[0]).removeprefix("www.") == home
