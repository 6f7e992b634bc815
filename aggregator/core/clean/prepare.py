"""Foreign HTML as a tree that is ready to be split: addresses absolute, pictures loadable, players linked, the rest of the page gone."""

from __future__ import annotations

import re

import selectolax.lexbor

from aggregator.core import urls
from aggregator.core.clean import embeds, images, players, sanitise

Node = selectolax.lexbor.LexborNode
Tree = selectolax.lexbor.LexborHTMLParser
_PARSED_BEFORE = {"noscript", "iframe", "object", "embed"}
_JUNK = ",".join(
    [
        *(t for t in sanitise.UNSEEN if t not in _PARSED_BEFORE),
        *("link", "meta", "base", "input", "button", "dialog", "canvas"),
        *("amp-ad", "amp-analytics", "amp-auto-ads", "amp-consent", "amp-pixel", "amp-sticky-ad", "amp-social-share", "amp-state"),
    ]
)
_AMP_IMAGES = "amp-img,amp-anim"
_SECTIONS = "section,article,header,footer,main,aside,center,address,fieldset,nav,form,hgroup,menu,dir,label,legend"
_INLINE = (
    "span",
    "font",
    "big",
    "acronym",
    "strike",
    "nobr",
    "blink",
    "marquee",
    "picture",
    "bdi",
    "bdo",
    "data",
    "output",
    "g",
    "source",
    "track",
    "param",
    "map",
    "area",
)
_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")
_CUSTOM = re.compile(r"<([a-zA-Z]+[-:][a-zA-Z0-9:_-]*)")
_CUSTOM_LIMIT = 50
_AROUND_PICTURES = frozenset(["picture", "div", "span", "a"])
_CITED = "blockquote[cite],q[cite]"
_PLAYERS = frozenset(players.SELECTOR.split(","))
_UNUSUAL = _PLAYERS.union(_JUNK.split(","), _SECTIONS.split(","), _AMP_IMAGES.split(","), ["noscript", "picture"])
_SOURCES = 20  # of one <picture>
_LONG_FORM = 400  # characters: a form that holds more is the page's, not a box for sign-ups


def tree(html: str, base: str) -> Tree:
    """The HTML parsed (HTML5 rules) and mended; only what `sanitise.bounded` holds for may come in here."""
    parsed = Tree(html)
    names = {name.lower() for name in set(_NAME.findall(html))}
    if not names.isdisjoint(_UNUSUAL):
        _tidy(parsed, base)
    if embeds.possible(html):
        embeds.mend(parsed, base)
    again = _pictures(parsed, base)
    _links(parsed, base)
    foreign = [*names.intersection(_INLINE), *(_custom(html) if any("-" in name or ":" in name for name in names) else ())]
    if parsed.body is not None and foreign:
        _unwrap(parsed.body, foreign)
    _once(again)
    return parsed


def _pictures(parsed: Tree, base: str) -> list[Node]:
    """Mend every picture; those that have the address of the one before are returned, where one of the two waits for a script."""
    again: list[Node] = []
    last: Node | None = None
    for image in parsed.css("img"):
        if images.mend(image, base):
            same = last is not None and last.attrs.get("src") == image.attrs.get("src")
            if same and last is not None and (images.waits(last.attributes) or images.waits(image.attributes)):
                again.append(image)
            last = image
    return again


def _once(again: list[Node]) -> None:
    """Take out pictures beside the same picture: pages have them twice, for readers with scripts and without."""
    for image in again:
        before = _beside(image.prev, back=True)
        if before is not None and before.tag == "img":
            image.decompose()


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
    for image in parsed.css(_AMP_IMAGES):
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
    """A <noscript> often holds the picture that a script would load: it takes the place of a placeholder beside it."""
    if hidden.css_first("img") is None:
        hidden.decompose()
        return
    before, behind = _beside(hidden.prev, back=True), _beside(hidden.next, back=False)
    twin = before if before is not None and _only_picture(before) is not None else behind
    image = _only_picture(twin) if twin is not None else None
    if image is not None and (twin is before or images.waits(image.attributes)):
        if images.address(image.attributes, base) is not None:
            hidden.decompose()
            return
        if twin is not None:
            twin.decompose()
    hidden.unwrap()


def _beside(node: Node | None, *, back: bool) -> Node | None:
    """The first element from a node on, in one direction, with nothing but white space before it."""
    while node is not None and node.tag == "-text" and not node.text().strip():
        node = node.prev if back else node.next
    return node


def _only_picture(node: Node) -> Node | None:
    """The picture that an element is, or that is all there is in it."""
    if node.tag == "img":
        return node
    if node.tag not in _AROUND_PICTURES or node.css_first("noscript") is not None:
        return None
    inner = node.css("img")
    return inner[0] if len(inner) == 1 and not node.text().strip() else None


def _choose(picture: Node, base: str) -> None:
    """The candidates of a <picture> serve when its <img> has no address of its own."""
    image = picture.css_first("img")
    if image is None or images.address(image.attributes, base) is not None:
        return
    for source in picture.css("source")[:_SOURCES]:
        for name in images.SETS:
            found = images.widest(source.attributes.get(name) or "", base)
            if found is not None:
                image.attrs["src"] = found
                return


def _links(parsed: Tree, base: str) -> None:
    home = urls.host(base)
    for anchor in parsed.css("a"):
        attributes = anchor.attrs
        href = (attributes.get("href") or "").strip()
        if href[:7].lower() == "mailto:":
            continue
        url = urls.gate(href, base) if href else None
        if url is None:
            anchor.unwrap()
        else:
            attributes["href"] = urls.cleaned(url, home)
    for quote in parsed.css(_CITED):
        url = urls.gate(quote.attributes.get("cite") or "", base)
        if url is None:
            del quote.attrs["cite"]
        else:
            quote.attrs["cite"] = url
