"""A tree as blocks, and blocks as HTML again."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable

import selectolax.lexbor

from aggregator.core import text
from aggregator.core.clean import article, players

Node = selectolax.lexbor.LexborNode
Tree = selectolax.lexbor.LexborHTMLParser
_WHOLE: dict[str, article.Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("ul", "ol", "dl"), "list"),
    "table": "table",
    "blockquote": "quote",
    "figure": "figure",
    "pre": "code",
    "hr": "rule",
    "details": "other",
}
_FLOWS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "dialog",
        "dir",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "footer",
        "form",
        "header",
        "hgroup",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "p",
        "section",
        "summary",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
    ]
)
_BLOCKS = ",".join([*_WHOLE, *_FLOWS])
_NOT_IN_HEADINGS = "h1,h2,h3,h4,h5,h6,ul,ol,dl,table,blockquote,figure,pre,hr,img"
_DEEPEST = 150
_ANCHOR = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LINE = re.compile(
    r"</?(?:p|li|tr|div|h[1-6]|d[tdl]|ul|ol|table|blockquote|figcaption|figure|caption|pre|summary|details|hr)\b[^>]*>|<br>"
)
_FIRST = re.compile(r"(</?)h1\b")
_CELL = re.compile(r"</t[dh]>")
_PRE = re.compile(r"^(<pre\b[^>]*>)\n+")
_HREF = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_BLANKS = ("<br>", "&nbsp;")
_PARTED = re.compile(r"\n[^\S\n]*\n\s*")


class TooDeep(Exception):
    """Elements nest deeper than any writer nests them."""


def split(tree: Tree) -> tuple[article.Block, ...]:
    """The blocks of a prepared tree, wrappers flattened, empty ones gone; raises TooDeep."""
    if tree.body is None:
        return ()
    splitter = _Splitter(tree.body)
    splitter.flow(tree.body, "", 0)
    return tuple(splitter.blocks)


def from_text(value: str) -> tuple[article.Block, ...]:
    """The blocks of a plain text: parted by blank lines."""
    parts = (part.strip() for part in _PARTED.split(text.printable(value)))
    return tuple(article.Block("paragraph", f"<p>{entities.escape(part, quote=False)}</p>", part) for part in parts if part)


def join(blocks: Iterable[article.Block]) -> str:
    """Blocks as HTML, one after the other; rules (<hr>) that part nothing any more are left out, <h1> becomes <h2>.

    A published entry has its title for a heading of the first rank; wherever in a block one stands, it is found here.
    """
    kept: list[article.Block] = []
    for block in blocks:
        if block.kind != "rule" or (kept and kept[-1].kind != "rule"):
            kept.append(block)
    if kept and kept[-1].kind == "rule":
        kept.pop()
    html = "\n".join(block.html for block in kept)
    return _FIRST.sub(r"\1h2", html) if "<h1" in html else html


class _Splitter:
    """Walks a tree once and collects its blocks."""

    def __init__(self, body: Node) -> None:
        self.blocks: list[article.Block] = []
        self._holders = _holders(body)

    def flow(self, node: Node, anchor: str, depth: int) -> None:
        """Take the children of an element apart: runs of inline content become paragraphs, the others stand for themselves."""
        if depth > _DEEPEST:
            raise TooDeep
        run: list[str] = []
        breaks = 0
        child = node.first_child
        while child is not None:
            tag = child.tag or ""
            if tag in _WHOLE or tag in _FLOWS or child.mem_id in self._holders:
                self._paragraph(run, anchor)
                self._block(child, tag, anchor, depth)
            elif not child.is_comment_node:
                html = child.html or ""
                breaks = breaks + 1 if tag == "br" else (0 if html.strip() else breaks)
                run.append(html)
                if breaks > 1:
                    self._paragraph(run, anchor)
            child = child.next
        self._paragraph(run, anchor)

    def _block(self, node: Node, tag: str, anchor: str, depth: int) -> None:
        kind = _WHOLE.get(tag)
        holds = node.mem_id in self._holders
        if tag == "p" and not holds and "<br>" not in (html := node.html or "") and "<!--" not in html:
            self._paragraph([html[html.index(">") + 1 : -len("</p>")]], anchor)
        elif kind == "heading" and holds and node.css_first(_NOT_IN_HEADINGS) is None:
            self.blocks += _flat_heading(node, tag)
        elif kind is None or (kind == "heading" and holds) or _wraps(node, kind):
            self.flow(node, _opening(node) if tag == "a" else anchor, depth + 1)
        elif block := _whole(node, kind):
            self.blocks.append(block)

    def _paragraph(self, run: list[str], anchor: str) -> None:
        if not run:
            return
        inner = _trimmed("".join(run))
        run.clear()
        if inner:
            inner = f"{anchor}{inner}</a>" if anchor and "<a " not in inner else inner
            block = paragraph(inner)
            if block.text or block.kind in ("image", "media"):
                self.blocks.append(block)


def _holders(body: Node) -> set[int]:
    """The elements around blocks, among them inline ones that HTML lets hold some: <a>, <span>, <b>, custom elements."""
    holders: set[int] = set()
    for block in body.css(_BLOCKS):
        parent = block.parent
        while parent is not None and parent.mem_id not in holders:
            holders.add(parent.mem_id)
            parent = parent.parent
    return holders


def _opening(anchor: Node) -> str:
    return f'<a href="{entities.escape(anchor.attributes.get("href") or "")}">'


def _wraps(node: Node, kind: article.Kind) -> bool:
    """Whether an element only places things: a table of a single cell or of tables, a figure without a caption."""
    if kind == "table":
        return len(node.css("td,th")) <= 1 or len(node.css("table")) > 1
    return kind == "figure" and node.css_first("figcaption,table,pre,blockquote") is None


def _flat_heading(node: Node, tag: str) -> list[article.Block]:
    """A heading that holds paragraphs or the like, as HTML does not allow, by its text."""
    said = visible(node.html or "").replace("\n", " ")
    return [article.Block("heading", f"<{tag}>{entities.escape(said, quote=False)}</{tag}>", said)] if said else []


def _whole(node: Node, kind: article.Kind) -> article.Block | None:
    if kind == "rule":
        return article.Block(kind, "<hr>", "")
    html = node.html or ""
    if kind == "code":
        html = _PRE.sub(r"\1", html)
    if kind == "figure" and "<img" in html and not any(tag in html for tag in ("<table", "<pre", "<blockquote")):
        return article.Block(kind, html, "")
    block = _block(kind, html, html)
    return block if block.text or "<img" in html else None


def _block(kind: article.Kind, html: str, inner: str) -> article.Block:
    value = visible(inner)
    links = _linked(inner, len(value)) if "<a " in inner else 0.0
    if kind == "paragraph":
        if "<img" in inner and not value:
            kind = "image"
        elif links > 0.9 and " " not in value and _is_player(inner, value):
            return article.Block("media", html, "")
    return article.Block(kind, html, value, links)


def paragraph(inner: str) -> article.Block:
    """A paragraph (or a picture, or a link to a player) of serialised inline HTML."""
    return _block("paragraph", f"<p>{inner}</p>", inner)


def visible(html: str) -> str:
    """The plain text of serialised HTML: lines for lines, items and rows, white space folded as a browser folds it."""
    if "<" not in html:
        return _one_line(entities.unescape(html))
    lines = html if "<pre" in html else html.replace("\n", " ")
    if "<br>" not in lines and "</" in lines and not _LINE.search(lines):
        return _one_line(entities.unescape(_TAG.sub("", lines)))
    lines = entities.unescape(_TAG.sub("", _CELL.sub(" ", _LINE.sub("\n", lines))))
    return "\n".join(filter(None, map(_one_line, lines.split("\n"))))


def _one_line(value: str) -> str:
    if value.isprintable() and "  " not in value:
        return value.strip(" ")
    folded = " ".join(value.split())
    return folded if folded.isprintable() else text.one_line(folded)


def _trimmed(html: str) -> str:
    """Inline HTML without line breaks and white space at its edges."""
    html = html.strip()
    while html.startswith(_BLANKS) or html.endswith(_BLANKS):
        html = html.removeprefix("<br>").removesuffix("<br>").removeprefix("&nbsp;").removesuffix("&nbsp;").strip()
    return html


def _linked(html: str, total: int) -> float:
    inside = sum(len(visible(found)) for found in _ANCHOR.findall(html))
    return min(1.0, inside / total) if total else 1.0


def _is_player(html: str, value: str) -> bool:
    found = _HREF.search(html)
    return found is not None and value == players.label(entities.unescape(found.group(1)))
