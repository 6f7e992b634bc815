"""trafilatura's tree, which is like TEI, as blocks of HTML."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

from aggregator.core import text

_BLOCKS = {"p": "p", "quote": "blockquote", "code": "pre", "table": "table"}
_INLINE = {"#b": "b", "#i": "i", "#u": "u", "#t": "code", "#sub": "sub", "#sup": "sup"}
_NESTED = {"item": "li", "p": "p", "row": "tr", "quote": "blockquote", "code": "code", "table": "table", "del": "del", "head": "b"}
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One block of an article: HTML that is not sanitised, and its text on one line."""

    html: str
    text: str


def blocks(body: Any) -> list[Block]:
    """The blocks of an article's body (an lxml element), those without text left out."""
    made = (_block(element) for element in body)
    return [block for block in made if block.text]


def _block(element: Any) -> Block:
    inner = _inner(element)
    name = _name(element)
    return Block(f"<{name}>{inner}</{name}>", text.plain(inner))


def _name(element: Any) -> str:
    tag, rendered = str(element.tag), str(element.get("rend", ""))
    if tag == "list":
        return rendered if rendered in ("ol", "dl") else "ul"
    if tag == "head":
        return rendered if rendered in _HEADINGS else "h2"
    return _BLOCKS.get(tag, "p")


def _inner(element: Any) -> str:
    parts = [html.escape(element.text or "", quote=False)]
    for child in element:
        parts.append(_inline(child))
        parts.append(html.escape(child.tail or "", quote=False))
    return "".join(parts)


def _inline(element: Any) -> str:
    tag, inner = str(element.tag), _inner(element)
    if tag == "lb":
        return "<br>"
    if tag == "ref":
        target = html.escape(str(element.get("target", "")))
        return f'<a href="{target}">{inner}</a>' if target else inner
    name = _nested_name(element, tag)
    return f"<{name}>{inner}</{name}>" if name else inner


def _nested_name(element: Any, tag: str) -> str:
    rendered = str(element.get("rend", ""))
    if tag == "hi":
        return _INLINE.get(rendered, "")
    if tag == "list":
        return rendered if rendered in ("ol", "dl") else "ul"
    if tag == "item" and rendered[:2] in ("dt", "dd"):
        return rendered[:2]
    if tag == "cell":
        return "th" if element.get("role") == "head" else "td"
    return _NESTED.get(tag, "")
