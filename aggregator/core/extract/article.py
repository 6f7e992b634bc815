"""A whole page -> its article, by trafilatura (Barbaresi 2021)."""

from __future__ import annotations

import dataclasses
import datetime
import html
from typing import Any

from aggregator.core import text, urls
from aggregator.core.extract import wall

_LARGEST = 5_000_000  # characters of a page
_NAMES = 20
_ASKED: dict[str, Any] = {
    "with_metadata": True,
    "include_comments": False,
    "include_formatting": True,
    "include_links": True,
    "include_images": True,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Extracted:
    """The article of a page. `content` is HTML that is not sanitised; all else is plain text."""

    title: str
    content: str
    text: str  # a blank line between blocks
    published: datetime.datetime | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None
    language: str = ""
    link: str | None = None  # what the page calls its own address, if that is on the same host


def extract(page: str, url: str) -> Extracted | None:
    """The article of a page at `url`; None when there is none, or a wall (see `wall`) stands before it."""
    import trafilatura  # half a second to import, so only where pages are read

    page = text.printable(page[:_LARGEST])
    try:
        found: Any = trafilatura.bare_extraction(page, url=url or None, **_ASKED)
    except Exception:  # whatever a stranger's page does to a parser, the page has no article then
        return None
    if found is None or found.body is None:
        return None
    content, said = _markup(found.body)
    if not said or wall.is_wall(said, page):
        return None
    return Extracted(
        title=text.title(found.title or ""),
        content=content,
        text=said,
        published=_date(found.date),
        authors=_authors(found.author),
        image=urls.gate(found.image, url) if found.image else None,
        language=text.one_line(found.language or "")[:20],
        link=_own(found.url, url),
    )


def _date(value: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.UTC) if value else None
    except ValueError:
        return None


def _authors(value: str | None) -> tuple[str, ...]:
    names = (text.one_line(name) for name in (value or "").split(";"))
    return tuple(dict.fromkeys(text.shorten(name, 200) for name in names if name))[:_NAMES]


def _own(link: str | None, url: str) -> str | None:
    gated = urls.gate(link, url) if link else None
    return gated if gated and urls.host(gated) == urls.host(url) else None


def _markup(body: Any) -> tuple[str, str]:
    """trafilatura's tree (TEI-like) as HTML, and as plain text."""
    blocks = [made for element in body if (made := _block(element))]
    return "\n".join(block for block, _ in blocks), "\n\n".join(said for _, said in blocks if said)


def _block(element: Any) -> tuple[str, str] | None:
    tag, inner = str(element.tag), _inner(element)
    said = text.plain(inner)
    if tag == "graphic":
        picture = _graphic(element)
        return (f"<p>{picture}</p>", "") if picture else None
    if not said and "<img" not in inner:
        return None
    wrap = {"p": "p", "quote": "blockquote", "code": "pre", "list": "ul", "table": "table"}.get(tag, "p")
    if tag == "head":
        level = str(element.get("rend", "h2"))
        wrap = level if level in ("h2", "h3", "h4", "h5", "h6") else "h2"
    if tag == "list" and element.get("rend") == "ol":
        wrap = "ol"
    return f"<{wrap}>{inner}</{wrap}>", said


def _inner(element: Any) -> str:
    parts = [html.escape(element.text or "", quote=False)]
    for child in element:
        parts.append(_inline(child))
        parts.append(html.escape(child.tail or "", quote=False))
    return "".join(parts)


_INLINE = {"#b": "b", "#i": "i", "#u": "u", "#t": "code", "#sub": "sub", "#sup": "sup"}
_NESTED = {
    "item": "li",
    "p": "p",
    "row": "tr",
    "cell": "td",
    "quote": "blockquote",
    "code": "code",
    "list": "ul",
    "table": "table",
    "del": "del",
}


def _inline(element: Any) -> str:
    tag, inner = str(element.tag), _inner(element)
    if tag == "lb":
        return "<br>"
    if tag == "graphic":
        return _graphic(element)
    if tag == "ref":
        target = html.escape(str(element.get("target", "")))
        return f'<a href="{target}">{inner}</a>' if target else inner
    if tag == "hi":
        name = _INLINE.get(str(element.get("rend", "")), "")
        return f"<{name}>{inner}</{name}>" if name else inner
    if tag == "cell" and element.get("role") == "head":
        return f"<th>{inner}</th>"
    if tag == "head":
        return f"<b>{inner}</b>"
    name = _NESTED.get(tag, "")
    return f"<{name}>{inner}</{name}>" if name else inner


def _graphic(element: Any) -> str:
    source, said = str(element.get("src", "")), str(element.get("alt") or element.get("title") or "")
    return f'<img src="{html.escape(source)}" alt="{html.escape(said)}">' if source else ""
