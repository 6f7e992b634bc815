"""Foreign HTML as a tree that is ready to be split: addresses absolute, pictures loadable, players linked, the rest of the page gone."""

from __future__ import annotations

import re

import selectolax.lexbor

from aggregator.core import urls
from aggregator.core.clean import images, players, sanitise

Node = selectolax.lexbor.LexborNode
Tree = selectolax.lexbor.LexborHTMLParser
_PARSED_BEFORE = {"noscript", "iframe", "object", "embed"}
_JUNK = ",".join(
    [*(t for t in sanitise.UNSEEN if t not in _PARSED_BEFORE), "link", "meta", "base", "input", "button", "dialog", "canvas"]
)
_SECTIONS = "section,article,header,footer,main,aside,center,address,fieldset,nav,form,hgroup,menu,dir,label,legend"
_INLINE = ("span", "font", "big", "acronym", "strike", "nobr", "blink", "marquee", "picture", "bdi", "bdo", "data", "output", "g")
_CUSTOM = re.compile(r"<([a-zA-Z]+[-:][a-zA-Z0-9:_-]*)")
_CUSTOM_LIMIT = 50
_CITED = "blockquote[cite],q[cite]"
_PLAYERS = frozenset(players.SELECTOR.split(","))
_UNUSUAL = re.compile(
    rf"<(?:{'|'.join([*_JUNK.split(','), *_SECTIONS.split(','), *_PLAYERS, 'noscript', 'picture', 'amp-img'])})\b", re.IGNORECASE
)
_LONG_FORM = 400  # characters: a form that holds more is the page's, not a box for sign-ups


def tree(html: str, base: str) -> Tree:
    """The HTML parsed (HTML5 rules) and mended; only what `sanitise.bounded` holds for may come in here."""
    parsed = Tree(html)
    if _UNUSUAL.search(html):
        _tidy(parsed, base)
    for image in parsed.css("img"):
        images.mend(image, base)
    _links(parsed, base)
    if parsed.body is not None:
        _unwrap(parsed.body, [*_INLINE, *_custom(html)])
    return parsed


def _unwrap(body: Node, names: list[str]) -> None:
    """Elements that cleaned HTML does not have, gone; their content stays."""
    for empty in reversed(body.css(",".join(f"{name}:empty" for name in names))):
        empty.decompose()
    body.unwrap_tags(names)


def _custom(html: str) -> list[str]:
    """Names of elements that are not HTML's (`g-emoji`, `o:p`), written as CSS wants them."""
    names = dict.fromkeys(name.lower() for name in _CUSTOM.findall(html))
    return [name.replace(":", r"\:") for name in list(names)[:_CUSTOM_LIMIT]]


def _tidy(parsed: Tree, base: str) -> None:
    """What most entries have nothing of. Elements go from the last to the first: what is inside another one before that."""
    for junk in reversed(parsed.css(_JUNK)):
        junk.decompose()
    for form in reversed(parsed.css("form")):
        if len(form.text()) <= _LONG_FORM:
            form.decompose()
    for hidden in reversed(parsed.css("noscript")):
        _unhide(hidden, base)
    for picture in parsed.css("picture"):
        _choose(picture, base)
    for image in parsed.css("amp-img"):
        plain = parsed.create_node("img")
        for name, value in image.attributes.items():
            plain.attrs[name] = value
        image.replace_with(plain)
    for player in [player for player in parsed.css(players.SELECTOR) if not _inside_player(player)]:
        players.link(parsed, player, base)
    for section in parsed.css(_SECTIONS):
        section.insert_before(" ")
        section.insert_after(" ")


def _inside_player(node: Node) -> bool:
    outer = node.parent
    while outer is not None and outer.tag not in _PLAYERS:
        outer = outer.parent
    return outer is not None


def _unhide(hidden: Node, base: str) -> None:
    """A <noscript> often holds the picture that a script would load: it takes the place of a placeholder before it."""
    if hidden.css_first("img") is None:
        hidden.decompose()
        return
    twin = _element_before(hidden)
    if twin is not None and twin.tag == "img":
        if images.address(twin.attributes, base) is not None:
            hidden.decompose()
            return
        twin.decompose()
    hidden.unwrap()


def _element_before(node: Node) -> Node | None:
    before = node.prev
    while before is not None and before.tag == "-text" and not before.text().strip():
        before = before.prev
    return before


def _choose(picture: Node, base: str) -> None:
    """The candidates of a <picture> serve when its <img> has no address of its own."""
    image = picture.css_first("img")
    if image is None or images.address(image.attributes, base) is not None:
        return
    for source in picture.css("source"):
        found = images.widest(source.attributes.get("srcset") or source.attributes.get("data-srcset") or "", base)
        if found is not None:
            image.attrs["src"] = found
            return


def _links(parsed: Tree, base: str) -> None:
    for anchor in parsed.css("a"):
        href = (anchor.attributes.get("href") or "").strip()
        if href[:7].lower() == "mailto:":
            continue
        url = urls.gate(href, base) if href else None
        if url is None:
            anchor.unwrap()
        else:
            anchor.attrs["href"] = urls.untracked(url)
    for quote in parsed.css(_CITED):
        url = urls.gate(quote.attributes.get("cite") or "", base)
        if url is None:
            del quote.attrs["cite"]
        else:
            quote.attrs["cite"] = url
