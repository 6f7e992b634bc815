"""The pictures and players of an article: which of a page's are its own, and how they are written."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import selectolax.lexbor

from aggregator.core.extract.page import Box

Node = selectolax.lexbor.LexborNode
Resolve = Callable[[str], str]

_SMALLEST = 100  # pixels
_LONGEST = 4_000  # characters of an attribute
_ELSEWHERE = frozenset(("aside", "nav", "footer", "header", "form", "button"))
_PLAYERS = frozenset(("iframe", "video", "audio", "embed", "object", "amp-youtube", "amp-iframe", "amp-video"))
_OTHERS = re.compile(
    r"(?i)(?:^|[\s_-])(?:related|recommend\w*|promo\w*|teaser|card|widget|newsletter|author|avatar|byline|share|social|sidebar|comments?|ad|ads|advert\w*|"
    r"sponsor\w*|logo|icon|sprite|gallery-thumb\w*|trending|more|outbrain|taboola)(?:$|[\s_-])"
)
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)")
_KEPT = re.compile(r"(?:src|srcset|alt|title|width|height|poster|type|media|sizes|class|data-[\w-]{1,40}|nitro-lazy-src|layout)$")


def written(node: Node, box: Box, resolve: Resolve, seen: set[str]) -> str:
    """A picture or player as HTML, its addresses absolute; "" for one that is not the article's or was written before."""
    tag = node.tag or ""
    if tag in _PLAYERS:
        return _player(node, resolve) if _belongs(node) else ""
    pictures = node.css("img") if tag == "noscript" else [node]
    if not pictures:
        return ""
    image = pictures[0]
    addresses = _addresses(image)
    if not addresses or not seen.isdisjoint(addresses) or not _belongs(image):
        return ""
    seen |= addresses
    return _with_sources(image, resolve)


def _player(node: Node, resolve: Resolve) -> str:
    inner = "".join(_tag(source, resolve) for source in node.css("source,param,embed")[:10])
    return f"{_tag(node, resolve)}{inner}</{node.tag}>"


def _with_sources(image: Node, resolve: Resolve) -> str:
    """The picture with the candidates of its <picture>, from which cleaning chooses."""
    outer = image.parent
    sources = outer.css("source")[:10] if outer is not None and outer.tag == "picture" else []
    inner = "".join(_tag(source, resolve) for source in sources) + _tag(image, resolve)
    return f"<picture>{inner}</picture>" if sources else inner


def _tag(node: Node, resolve: Resolve) -> str:
    said = "".join(
        f' {name}="{html.escape(resolve(value) if _is_address(name, value) else value)}"'
        for name, value in list(node.attributes.items())[:60]
        if value and len(value) <= _LONGEST and _KEPT.match(name)
    )
    return f"<{node.tag}{said}>"


def _is_address(name: str, value: str) -> bool:
    return (
        (name in ("src", "poster") or name.startswith("data-"))
        and " " not in value.strip()
        and ("/" in value or "." in value)
        and value[:5] != "data:"
    )


def _addresses(image: Node) -> set[str]:
    """Where a picture may be loaded from, now or by a script; a <noscript> repeats one of them."""
    values = [
        value
        for name, value in image.attributes.items()
        if value and len(value) < _LONGEST and name not in ("alt", "title", "class")
    ]
    found = {part for value in values for part in value.replace(",", " ").split() if _PICTURE.search(part) and part[:5] != "data:"}
    own = image.attributes.get("src") or ""
    return found | ({own} if own and own[:5] != "data:" else set())


def _belongs(node: Node) -> bool:
    """Whether it is the article's: not small, not a face or a logo, not a card that leads elsewhere."""
    sides = [(node.attributes.get(name) or "").strip() for name in ("width", "height")]
    if any(side.isdecimal() and int(side) < _SMALLEST for side in sides) or _names_other(node):
        return False
    outer = node.parent
    for _ in range(100):
        if outer is None or outer.tag in ("body", "article", "main"):
            break
        leads_on = outer.tag == "a" and not _PICTURE.search((outer.attributes.get("href") or "")[:_LONGEST])
        if outer.tag in _ELSEWHERE or leads_on or _names_other(outer):
            return False
        outer = outer.parent
    return True


def _names_other(node: Node) -> bool:
    attributes = node.attributes
    return _OTHERS.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500]) is not None
