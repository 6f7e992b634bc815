"""The rule `caption`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_MARKED = wording.Section("caption.marked")
_CREDITED = re.compile(
    r"(?:\((?:AP |File |Getty )?(?:[Pp]hotos?|PHOTO|Image|Picture)\b[^)]{0,70}\)|\bREUTERS/[A-Z][\w.-]+(?: [A-Z][\w.'-]+){1,3}(?:/File Photo)?"
    r"|/(?:AFP/)?Getty Images|\| (?:AP Photo|Getty)|via (?:AP|REUTERS|Getty Images)\)?)\W*\Z"
)
_CREDIT = re.compile(
    r"(?:photo|photograph|image|picture|illustration|photo illustration|photos|foto|bild|crédit|photo credit|credit)(?: by| courtesy of| credit)?\s?[:/]\s?[^.!?]{2,80}\Z"
    r"|(?:[\w.'-]+ ){0,4}?[\w.'-]*/? ?(?:ap|afp|reuters|getty images|getty|epa|dpa|shutterstock|alamy|istock)(?:[/ ,]+(?:ap|afp|via|getty images|getty|photo|file|pool))*\W*\Z"
)
_PLACED = re.compile(
    r" (?:in|at|on|near|outside|inside|past|through|along|across|during|over|under|behind|beside|around|towards?) "
)
_TOPIC = re.compile(
    r"^([^\W\da-zß-ÿа-я][\w'’-]*(?: (?:[^\W\da-zß-ÿа-я][\w'’-]*|of|and|de|la|the)){0,2}): ([^\W\da-zß-ÿа-я]\w*(?: [^\s.!?:;\"“”]+){3,13})$"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Caption:
    """Captions without their picture: a line of the form `Place: What is to be seen` between paragraphs of prose, or one marked
    as a caption. By policy (`captions`, `credits`); what stands next to a picture, or in a figure that has one, stays.
    """

    name: ClassVar[str] = "caption"
    kind: ClassVar[str] = "caption"
    longest: int = 400  # characters of a marked caption
    most: int = 2  # lines of the form in one article: more are a list

    def run(self, article: Article) -> Article:
        """The article without captions whose picture is not there."""
        blocks = article.blocks
        gone: set[int] = set()
        if article.policy.captions == "drop":
            gone.update(i for i, block in enumerate(blocks) if self._marked(block) and not _pictured(blocks, i))
            formed = [i for i in range(len(blocks)) if _formed(blocks, i) and not _pictured(blocks, i)]
            gone.update(formed if len(formed) <= self.most else ())
        if article.policy.credits == "drop":
            gone.update(i for i, block in enumerate(blocks) if _credits(block) and not _pictured(blocks, i))
        return article.without(self, gone)

    def _marked(self, block: Block) -> bool:
        if not block.text or len(block.text) > self.longest or block.kind not in ("paragraph", "figure"):
            return False
        return block.kind == "figure" or _MARKED.fits(block.said) or _credited(block.text[-90:])


def _credited(end: str) -> bool:
    return wording.holds(end, "hoto", "PHOTO", "REUTERS", "Getty", "via ", "AP ") and _CREDITED.search(end) is not None


def _pictured(blocks: tuple[Block, ...], position: int) -> bool:
    """Whether a picture or player stands in the block, or right before or after it."""
    block = blocks[position]
    if block.kind == "figure" and wording.holds(block.html, "<img", "<table", "<pre", "<blockquote"):
        return True
    near = blocks[max(0, position - 1) : position] + blocks[position + 1 : position + 2]
    return any(other.kind in ("image", "media") or (other.kind == "figure" and not other.text) for other in near)


def _formed(blocks: tuple[Block, ...], position: int) -> bool:
    """Whether this is a line like `Place: What is to be seen`, no sentence, no heading, between two paragraphs of prose."""
    block = blocks[position]
    if (
        block.kind != "paragraph"
        or len(block.text) > 120
        or ": " not in block.text
        or block.links > 0.3
        or block.html.startswith(("<p><b>", "<p><strong>"))
    ):
        return False
    if not 0 < position < len(blocks) - 1 or not (blocks[position - 1].prose and blocks[position + 1].prose):
        return False
    found = _TOPIC.match(block.text)
    if found is None or _PLACED.search(found[2]) is None or wording.holds(block.folded, " is ", " are ", " was ", " were "):
        return False
    return _in_sentence_case(found[2]) and not _speaks(blocks, found[1] + ":")


def _in_sentence_case(line: str) -> bool:
    """Whether most words that could begin with a capital do not: headings and titles of works are often written with capitals."""
    words = [word for word in line.split()[1:] if len(word) > 3 and word[0].isalpha()]
    return sum(word[0].islower() for word in words) * 2 > len(words) and line[-1] not in "-–—"


def _speaks(blocks: tuple[Block, ...], label: str) -> bool:
    """Whether more than one block begins with this label: then it names who speaks."""
    return sum(block.text.startswith(label) for block in blocks) > 1


def _credits(block: Block) -> bool:
    return block.kind == "paragraph" and len(block.text) <= 100 and _CREDIT.match(block.folded) is not None
