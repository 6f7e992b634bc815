"""A page as its blocks: one walk over the tree, each run of text between two block boundaries a block."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import selectolax.lexbor

Node = selectolax.lexbor.LexborNode

MOST = 6_000  # blocks that are looked at
_NODES = 400_000  # nodes that are looked at
_MOST_MEDIA = 2_000
_DEEPEST = 400  # elements one in another

_UNSEEN = frozenset(
    "script style template noscript svg math select option datalist textarea input object embed canvas link meta head title "
    "map area dialog progress meter audio video iframe applet param source track frame frameset noframes colgroup col".split()
)
_MEDIA = frozenset("img iframe video audio amp-img amp-youtube amp-iframe amp-video object embed noscript".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output picture q rp rt ruby s samp small "
    "span strike strong sub sup time tt u var wbr".split()
)
_APART = _UNSEEN | _MEDIA | {"br"}
_LINK, _STRONG, _SLANTED, _PLAIN, _BLOCK = range(5)
_MARKED = (_LINK, _STRONG, _SLANTED)
_KINDS = {"b": _STRONG, "strong": _STRONG, "i": _SLANTED, "em": _SLANTED}
_UNSHOWN = re.compile(r"(?i)display\s*:\s*none")


class Box:
    """A block-level element: its tag, what it calls itself, and (see `context`) what stands in it and around it."""

    __slots__ = (
        "bits", "blocks", "chars", "classes", "depth", "first", "hidden", "inside", "kin", "last", "linked", "media", "named", "near", "node",
        "own",
        "parent", "prose", "role", "tag", "words",
    )  # fmt: skip

    def __init__(self, tag: str, parent: Box | None, attributes: dict[str, str | None], node: Node) -> None:
        self.tag = tag
        self.parent = parent
        self.node = node
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.words = self.role = ""
        self.hidden: bool = parent is not None and parent.hidden
        if attributes:
            self._name(attributes)
        self.chars = self.linked = self.blocks = self.prose = self.media = 0
        self.first = self.last = -1
        self.bits = self.own = self.near = self.named = self.inside = 0
        self.kin = (0, 0, 0)
        self.classes: tuple[float, ...] = ()

    def _name(self, attributes: dict[str, str | None]) -> None:
        get = attributes.get
        self.words = f"{get('class') or ''} {get('id') or ''}"[:300].strip()
        self.role = f"{get('role') or ''} {get('itemprop') or ''}"[:100].strip()
        style = get("style")
        if (
            "hidden" in attributes
            or get("aria-hidden") == "true"
            or (style and "none" in style[:500] and _UNSHOWN.search(style[:500]))
        ):
            self.hidden = True


class Block:
    """A run of text: its text on one line, the box it stands in, and how much of it is linked, strong or slanted."""

    __slots__ = ("anchors", "box", "breaks", "linked", "parts", "prose", "slanted", "strong", "tag", "text")

    def __init__(self, text: str, box: Box, parts: list[str | Node | None], counts: list[int]) -> None:
        self.text = text
        self.box = box
        self.tag = box.tag
        self.parts = parts  # strings, inline elements that begin, and None where one ends
        self.prose = 0
        self.linked, self.strong, self.slanted, self.anchors, self.breaks = counts


@dataclasses.dataclass(frozen=True, slots=True)
class Medium:
    """A picture or player: how many blocks begin before it, its node, and the box it stands in."""

    at: int
    node: Node
    box: Box


class Page:
    """The blocks of a page in their order, and its pictures and players with the number of blocks before each."""

    __slots__ = ("blocks", "boxes", "media", "root")

    def __init__(self, root: Box) -> None:
        self.root = root
        self.boxes = [root]  # each after the one around it
        self.blocks: list[Block] = []
        self.media: list[Medium] = []


def read(body: Node) -> Page:
    """The blocks of a tree."""
    walker = _Walker(body)
    walker.walk(body)
    return walker.page


class _Walker:
    def __init__(self, body: Node) -> None:
        self.box = Box("body", None, body.attributes, body)
        self.page = Page(self.box)
        self.run: list[str | Node | None] = []
        self.counts = [0, 0, 0, 0, 0]
        self.inside = [0, 0, 0]  # open elements: links, strong, slanted
        self.open: list[str | Node | None] = []  # inline elements
        self.seen = False
        self.broken = False

    def walk(self, body: Node) -> None:
        """Every node once, in the order of the page; no recursion, for pages may nest deeper than Python calls."""
        stack: list[tuple[Node | None, int]] = []
        node: Node | None = body.first_child
        for _ in range(_NODES):
            if node is not None:
                tag = node.tag or "-"
                if tag == "-text":
                    value = node.text_content or ""
                    if self.run or not value.isspace():
                        self.text(value)
                    node = node.next
                else:
                    inner = self.enter(tag, node, stack)
                    node = inner if inner is not None else node.next
            elif stack:
                node, kind = stack.pop()
                self.leave(kind)
            else:
                break
        self.flush()

    def enter(self, tag: str, node: Node, stack: list[tuple[Node | None, int]]) -> Node | None:
        """Begin an element; its first child, if that is to be walked next."""
        if tag in _INLINE:
            child = node.first_child
            if child is not None and len(stack) < _DEEPEST:
                stack.append((node.next, self.inline(tag, node)))
                return child
        elif tag not in _APART and tag[0] not in "-!":
            if self.run:
                self.flush()
            child = node.first_child
            if child is not None and len(stack) < _DEEPEST:
                self.box = Box(tag, self.box, node.attributes, node)
                self.page.boxes.append(self.box)
                stack.append((node.next, _BLOCK))
                return child
        elif tag == "br":
            self.line()
        elif tag in _MEDIA and len(self.page.media) < _MOST_MEDIA:
            self.page.media.append(Medium(len(self.page.blocks) + self.seen, node, self.box))
        return None

    def inline(self, tag: str, node: Node) -> int:
        kind = _LINK if tag == "a" else _KINDS.get(tag, _PLAIN)
        if kind < _PLAIN:
            self.inside[kind] += 1
        if kind == _LINK:
            self.counts[3] += 1
        self.open.append(node)
        self.run.append(node)
        return kind

    def leave(self, kind: int) -> None:
        if kind == _BLOCK:
            if self.run:
                self.flush()
            if self.box.parent is not None:
                self.box = self.box.parent
            return
        if kind < _PLAIN:
            self.inside[kind] -= 1
        self.open.pop()
        self.run.append(None)

    def text(self, value: str) -> None:
        if not value.isspace():
            self.seen = True
            self.broken = False
            size = len(value)
            inside, counts = self.inside, self.counts
            if self.open:
                for kind in _MARKED:
                    if inside[kind]:
                        counts[kind] += size
            self.run.append(value)
        elif self.run:
            self.run.append(value if self.box.tag == "pre" else " ")

    def line(self) -> None:
        if self.box.tag == "pre":
            self.run.append("\n")
        elif self.broken:
            self.flush()
        elif self.seen:
            self.counts[4] += 1
            self.run.append("\n")
            self.broken = True

    def flush(self) -> None:
        """End the run of parts, which may be empty or say nothing; the next begins within the same inline elements."""
        parts, counts, seen = self.run, self.counts, self.seen
        self.run = self.open.copy()
        self.counts = [0, 0, 0, 0, 0]
        self.seen = self.broken = False
        if not seen:
            return
        text = " ".join("".join([part for part in parts if isinstance(part, str)]).split())
        if text and len(self.page.blocks) < MOST:
            self.page.blocks.append(Block(text, self.box, parts, counts))


def ancestors(box: Box | None) -> Iterator[Box]:
    """A box and the boxes around it, from the inside out."""
    while box is not None:
        yield box
        box = box.parent
