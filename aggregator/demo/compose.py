"""An article as one source carries it: its prose, and everything around it that is not the article."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import Literal

from aggregator.demo.script import Piece
from aggregator.demo.sources import Source

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][”“»\"])\s+")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_CUT = 150  # characters of a teaser that is cut off

Role = Literal["prose", "caption", "consent", "tagged", "credit", "notice"]


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One block of text; `role` says whether it is the article's prose or what surrounds it, `lead` is a dateline before it."""

    text: str
    role: Role = "prose"
    lead: str = ""

    @property
    def plain(self) -> str:
        """The text without marks of headings, lists and links, and without its dateline."""
        return _LINK.sub(r"\1", re.sub(r"^(?:## |- )", "", self.text, flags=re.MULTILINE))


def title(piece: Piece, seconds: float) -> str:
    """The headline by then."""
    if piece.copy is not None:
        return piece.copy.title
    edit = piece.article.edit
    return edit.title if edit is not None and piece.edited(seconds) else piece.article.title


def blocks(piece: Piece, seconds: float, year: int) -> tuple[Block, ...]:
    """The whole text by then, boilerplate included."""
    prose, around = list(_prose(piece, seconds)), piece.source.boilerplate
    lone = piece.source.captions == "lone" and piece.article.caption and not piece.copy
    caption = [Block(piece.article.caption, "caption")] if lone else []
    credit = [Block(piece.copy.credit, "credit")] if piece.copy and piece.copy.credit else []
    notices = [line.format(year=year, title=title(piece, seconds), name=piece.source.name) for line in around.end]
    middle = max(2, len(prose) // 2)
    return (
        *prose[:1],
        *([Block(around.consent, "consent")] if around.consent else []),
        *prose[1:middle],
        *(Block(line, "tagged") for line in around.tagged),
        *prose[middle:-1],
        *caption,
        *prose[-1:],
        *credit,
        *(Block(line, "notice") for line in (*notices, around.source) if line),
    )


def _prose(piece: Piece, seconds: float) -> tuple[Block, ...]:
    edit, copy = piece.article.edit, piece.copy
    said = edit.text if edit is not None and piece.edited(seconds) else piece.article.text
    for old, new in copy.near if copy else ():
        said = said.replace(old, new)
    if copy and copy.quotes == "straight":
        said = said.translate(_STRAIGHT)
    first, *rest = said.strip().split("\n\n")
    dated = bool(piece.original.dateline) and (copy is None or copy.dateline)
    lead = piece.original.dateline.format(place=piece.article.place) + " " if dated else ""
    return (Block(first, lead=lead), *(Block(text) for text in rest))


def teaser(piece: Piece, seconds: float) -> Block:
    """What a feed shows of an article that it does not carry: two sentences, or a beginning cut off in the middle of one."""
    first = _prose(piece, seconds)[0]
    if piece.source.teaser != "cut":
        return dataclasses.replace(first, text=" ".join(_SENTENCE.split(first.text)[:2]))
    return dataclasses.replace(first, text=first.text[:_CUT].rpartition(" ")[0].rstrip(",;:. ") + "…")


def sentences(block: Block) -> tuple[str, ...]:
    """A block's sentences as plain text; each is part of the block as it stands."""
    return tuple(found for line in block.plain.split("\n") for found in _SENTENCE.split(line) if len(found) > 1)


def markup(block: Block) -> str:
    """A block as HTML that is also XML."""
    if block.text.startswith("- "):
        return "<ul>" + "".join(f"<li>{inline(line[2:])}</li>" for line in block.text.split("\n")) + "</ul>"
    if block.text.startswith("## "):
        return f"<h2>{inline(block.text[3:])}</h2>"
    return f"<p>{html.escape(block.lead, quote=False)}{inline(block.text)}</p>"


def inline(said: str) -> str:
    """Text with its links as HTML."""
    return _LINK.sub(r'<a href="\2">\1</a>', html.escape(said, quote=False))


def asides(source: Source) -> frozenset[str]:
    """The paths of the pages that a source's articles link to."""
    found = (href for article in source.articles for _, href in _LINK.findall(article.text))
    return frozenset(href if href.startswith("/") else f"/{source.slug}/{href}" for href in found)
