"""The pictures of an article, put back between its paragraphs.

Asked for pictures, trafilatura also takes captions for paragraphs, and cards of other articles for the article; so the text is
chosen without them, and the pictures are found by what stands around them in the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import selectolax.lexbor

from aggregator.core import text
from aggregator.core.extract import markup

Node = selectolax.lexbor.LexborNode
_MOST = 100  # addresses: of perhaps thirty pictures
_TAGS = 30_000  # in a page; parsing is quadratic in how deep they nest
_WALKED = "p,h1,h2,h3,h4,h5,h6,li,blockquote,figcaption,div,img"
_SMALLEST = 100  # pixels
_KEY = 60  # characters by which a paragraph is known again
_SHORTEST = 20
_ELSEWHERE = frozenset(("aside", "nav", "footer", "header", "form", "button"))
_OTHERS = re.compile(
    r"(?i)(?:^|[\s_-])(?:related|recommend\w*|promo\w*|teaser|card|widget|newsletter|author|avatar|byline|share|social|sidebar|comments?|ad|ads|advert\w*|"
    r"sponsor\w*|logo|icon|sprite|gallery-thumb\w*|trending|more|outbrain|taboola)(?:$|[\s_-])"
)
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)")


def placed(page: str, blocks: Sequence[markup.Block]) -> list[markup.Block]:
    """The blocks with the page's pictures between them: each after the last block that the page has before it.

    Only pictures between the first and the last block are the article's. They come as the page writes them: lazy ones unmended,
    addresses unresolved; a caption comes along, but is no text of the article.
    """
    if "<img" not in page or page.count("<") > _TAGS:
        return list(blocks)
    found = _found(page, [_key(block.text) for block in blocks])
    result: list[markup.Block] = []
    for position, block in enumerate(blocks):
        result.append(block)
        result += [markup.Block(picture, "") for picture in found.get(position, ())]
    return result


def _found(page: str, keys: list[str]) -> dict[int, list[str]]:
    """Position of a block -> the pictures after it; none after the last."""
    at = {key: position for position, key in reversed(list(enumerate(keys))) if key}
    found: dict[int, list[str]] = {}
    waiting: list[str] = []
    seen: set[str] = set()
    reached = -1
    for node in selectolax.lexbor.LexborHTMLParser(page).css(_WALKED):
        if node.tag != "img":
            position = at.get(_key(text.one_line(node.text()[: 4 * _KEY])), -1)
            if position >= reached and position >= 0:
                found.setdefault(reached, []).extend(waiting)
                reached, waiting = position, []
        elif (
            reached >= 0 and (addresses := _addresses(node)) and seen.isdisjoint(addresses) and len(seen) < _MOST and _belongs(node)
        ):
            seen |= addresses
            waiting.append(_figure(node))
    return found


def _key(value: str) -> str:
    key = "".join(text.words(value[: 3 * _KEY]))[:_KEY]
    return key if len(key) >= _SHORTEST else ""


def _addresses(image: Node) -> set[str]:
    """Where a picture may be loaded from, now or by a script; a <noscript> repeats one of them."""
    values = [value for name, value in image.attributes.items() if value and name not in ("alt", "title", "class")]
    found = {part for value in values for part in value.replace(",", " ").split() if _PICTURE.search(part) and part[:5] != "data:"}
    own = image.attributes.get("src") or ""
    return found | ({own} if own and own[:5] != "data:" else set())


def _belongs(image: Node) -> bool:
    """Whether a picture is the article's: not small, not a face or a logo, not a card that leads elsewhere."""
    sides = [(image.attributes.get(name) or "").strip() for name in ("width", "height")]
    if any(side.isdecimal() and int(side) < _SMALLEST for side in sides) or _names_other(image):
        return False
    outer = image.parent
    while outer is not None and outer.tag not in ("body", "article", "main"):
        leads_on = outer.tag == "a" and not _PICTURE.search(outer.attributes.get("href") or "")
        if outer.tag in _ELSEWHERE or leads_on or _names_other(outer):
            return False
        outer = outer.parent
    return True


def _figure(image: Node) -> str:
    outer = image.parent
    while outer is not None and outer.tag != "figure":
        outer = outer.parent
    caption = outer.css_first("figcaption") if outer is not None else None
    said = text.one_line(caption.text()) if caption is not None else ""
    return f"<figure>{_written(image)}{f'<figcaption>{html.escape(said, quote=False)}</figcaption>' if said else ''}</figure>"


def _names_other(node: Node) -> bool:
    return _OTHERS.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}") is not None


def _written(image: Node) -> str:
    """The picture with the candidates of its <picture>, from which cleaning chooses."""
    outer = image.parent
    sources = outer.css("source") if outer is not None and outer.tag == "picture" else []
    inner = "".join(source.html or "" for source in sources) + (image.html or "")
    return f"<picture>{inner}</picture>" if sources else inner
