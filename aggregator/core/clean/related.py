"""The rule `related`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import ClassVar

from aggregator.core import urls
from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_LABEL = wording.Section("related.label")
_STUB = wording.Section("related.stub")
_POINTER = wording.Section("related.pointer")
_GLUED = wording.Section("related.glued")
_PROMPT = wording.Section("related.prompt")
_FORM = wording.Section("related.form")
_COVERAGE = wording.Section("related.coverage")
_OWN = wording.Section("related.own")
_CLOSING = wording.Section("related.closing")
_SHORTEST = 4  # characters of what a pointer names
_HEADED = 40  # characters: what ends in `Related stories` is a blurb with a heading glued on, or itself a heading
_YOU = frozenset(["YOU", "YOUR", "HOW"])
_CAPITAL_LABEL = re.compile(
    r"^(?:READ|READ MORE|RELATED|WATCH|LISTEN|MORE|SEE ALSO|ALSO READ|DON'T MISS|MUST READ|OPINION|RELATED STORY)\s?[:|>»]"
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
    fewest_loud: int = 9  # words of a line in capitals that cannot be a heading
    most_loud: int = 5  # of them in one article: more are its headings
    most_lone: float = 0.25  # of all blocks: where more are lone links, links are what the article is about

    def run(self, article: Article) -> Article:
        """The article without such blocks."""
        gone = set(self._worded(article))
        lone = [i for i, block in enumerate(article.blocks) if block.links >= 0.95 and self._lone(article, i)]
        loud = self._loud(article.blocks)
        if len(lone) + len(loud) <= self.most_lone * len(article.blocks):
            gone.update(lone, loud)
        return article.without(self, gone)

    def _worded(self, article: Article) -> Iterator[int]:
        blocks = article.blocks
        for i in article.hinted(self.name):
            block = blocks[i]
            if len(block.text) > self.longest or block.quoted or block.kind not in ("paragraph", "heading", "other"):
                continue
            if _points_away(block) or (_invites(block) and not block.ends and _between_prose(blocks, i)):
                yield i
                if _is_stub(block) and i + 1 < len(blocks) and _is_link_list(blocks[i + 1]):
                    yield i + 1

    def _lone(self, article: Article, position: int) -> bool:
        block = article.blocks[position]
        if block.kind != "paragraph" or block.ends or not self.fewest <= len(block.text.split()) <= self.most:
            return False
        return _between_prose(article.blocks, position) and _stays_home(article, block)

    def _loud(self, blocks: tuple[Block, ...]) -> list[int]:
        """Lines in capitals between prose, where one at least is as long as headings never are: then all of them are headlines.

        Not where they speak to the reader, as the headings of instructions do.
        """
        loud = [
            i
            for i, block in enumerate(blocks)
            if block.kind == "paragraph" and block.text.isupper() and block.text[-1].isalnum() and _between_prose(blocks, i)
        ]
        sizes = {i: len(blocks[i].text.split()) for i in loud}
        if not any(self.fewest_loud <= size <= self.most for size in sizes.values()):
            return []
        found = [i for i in loud if self.fewest <= sizes[i] <= self.most]
        instructs = any(not _YOU.isdisjoint(blocks[i].text.split()) for i in found)
        return [] if instructs or len(found) > self.most_loud else found


def _is_stub(block: Block) -> bool:
    """Whether this is nothing but the head of a list of other articles."""
    return _LABEL.fits(block.said) or _STUB.fits(block.said)


def _points_away(block: Block) -> bool:
    said = block.said
    if _is_stub(block) or _COVERAGE.fits(said) or _OWN.fits(said) or (_CLOSING.fits(said) and len(block.text) > _HEADED):
        return True
    loud = _CAPITAL_LABEL.match(block.text) is not None
    if _LABEL.labels(said) or _POINTER.labels(said, _SHORTEST):
        return not block.prose or loud or block.links > 0.4
    if _invites(block) or _FORM.labels(said):
        return block.links > 0.5 or (loud and not block.text.endswith(".")) or _is_aside(block)
    if _GLUED.fits(said) and not block.ends:
        return True
    return block.links > 0.6 and not block.ends and _LABEL.opens(said)


def _is_aside(block: Block) -> bool:
    """Whether all of it stands in parentheses."""
    return block.text.startswith("(") and block.text.endswith(")")


def _invites(block: Block) -> bool:
    """Whether this is a line like `Watch: …`; where more lines follow, it begins something else."""
    return "\n" not in block.text and _PROMPT.labels(block.said)


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
