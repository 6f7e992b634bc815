"""A whole page -> its article: the page as blocks, each scored by the model, the chosen ones as HTML."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import html
import urllib.parse

import selectolax.lexbor

from aggregator.core import text, urls
from aggregator.core.extract import bounds, choose, features, head, markup, metadata, model, page, payload, wall

Tree = selectolax.lexbor.LexborHTMLParser

_TIMES = 'time[datetime],[itemprop="datePublished"]'
_BYLINES = '[rel~="author"],[itemprop="author"],.byline,.author-name'
_SHORT = 250  # characters: of less, JSON-LD or a script may know more


@dataclasses.dataclass(frozen=True, slots=True)
class Extracted:
    """The article of a page. `content` is HTML that is not sanitised, its addresses absolute; all else is plain text."""

    title: str
    content: str
    text: str  # a blank line between blocks
    published: datetime.datetime | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None
    language: str = ""
    link: str | None = None  # what the page calls its own address, if that is on the same site
    paywall: bool = False  # it calls itself one for subscribers


def extract(page: str, url: str) -> Extracted | None:
    """The article of a page at `url`; None when there is none, or a wall (see `wall`) stands before it."""
    written = page[: bounds.LONGEST]
    try:
        return _read(written, url) if bounds.bounded(written) else None
    except Exception:  # whatever a stranger's page does to a parser, the page has no article then
        return None


def _read(written: str, url: str) -> Extracted | None:
    tree = Tree(written.encode("utf-8", "replace"))
    if tree.body is None:
        return None
    told = head.read(tree)
    base = _base(tree, url)
    blocks = page_blocks(tree)
    pieces = _pieces(blocks, told, base)
    if _size(pieces) < _SHORT:  # the page may show it by a script only
        others = max(_told(told), _handed(tree, told, base), key=_size)
        pieces = others if _size(others) >= _SHORT else pieces
    said = text.printable("\n\n".join(piece.text for piece in pieces if piece.text)).strip()
    if not said or wall.is_wall(said, told, written):
        return None
    return _extracted(tree, told, blocks, pieces, said, url, base)


def page_blocks(tree: Tree) -> page.Page:
    """The blocks of a tree that has a body."""
    assert tree.body is not None
    return page.read(tree.body)


def _pieces(read: page.Page, told: head.Head, base: str) -> list[markup.Piece]:
    weights = model.model()
    rows = features.rows(read, told, weights.lexica)
    chosen = choose.choose(read.blocks, weights.scores(rows), weights.threshold)
    return markup.pieces(read, chosen, functools.partial(_absolute, base)) if chosen else []


def _told(told: head.Head) -> list[markup.Piece]:
    """What JSON-LD gives as the article's text."""
    lines = [text.plain(line) for line in head.body(told).splitlines()]
    return [markup.Piece(f"<p>{html.escape(line, quote=False)}</p>", line) for line in lines if line]


def _handed(tree: Tree, told: head.Head, base: str) -> list[markup.Piece]:
    """The article that a script would show."""
    found = payload.html(tree)
    if not bounds.bounded(found):
        return []
    return _pieces(page_blocks(Tree(f"<article>{found}</article>".encode("utf-8", "replace"))), told, base)


def _size(pieces: list[markup.Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def _extracted(
    tree: Tree, told: head.Head, read: page.Page, pieces: list[markup.Piece], said: str, url: str, base: str
) -> Extracted:
    headings = [block.text[:500] for block in read.blocks if block.tag == "h1"][:5]
    root = tree.css_first("html")
    canonical = tree.css_first('link[rel="canonical"]')
    times = [node.attributes.get("datetime") or node.attributes.get("content") or "" for node in tree.css(_TIMES)[:5]]
    bylines = [node.text()[:200] for node in tree.css(_BYLINES)[:5]]
    return Extracted(
        title=metadata.title(told, headings),
        content=text.printable("\n".join(piece.html for piece in pieces)),
        text=said,
        published=metadata.published(told, times, url),
        authors=metadata.authors(told, bylines),
        image=metadata.image(told, base),
        language=metadata.language(told, (root.attributes.get("lang") or "") if root is not None else ""),
        link=metadata.link(told, (canonical.attributes.get("href") or "") if canonical is not None else "", url),
        paywall=wall.costs(told),
    )


def _base(tree: Tree, url: str) -> str:
    node = tree.css_first("base[href]")
    return (urls.gate(node.attributes.get("href") or "", url) if node is not None else None) or url


def _absolute(base: str, address: str) -> str:
    """An address resolved; one that cannot be stays as it is, for the cleaner to refuse."""
    if len(address) > urls.LONGEST:
        return address
    try:
        return urllib.parse.urljoin(base, address)
    except ValueError:
        return address
