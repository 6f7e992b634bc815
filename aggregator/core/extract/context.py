"""What stands in each element of a page, and what stands around it: sums from the inside out, names from the outside in."""

from __future__ import annotations

from collections import Counter

from aggregator.core.extract import lexicon
from aggregator.core.extract.page import Block, Box, Page

FLAGS = "article main aside nav header footer form figure figcaption blockquote table li section details body dialog comment hidden".split()
_TAGS = {name: 1 << bit for bit, name in enumerate(FLAGS[:14])}
_BODY, _DIALOG, _COMMENT, _HIDDEN = (1 << FLAGS.index(name) for name in ("body", "dialog", "comment", "hidden"))
_ROLES = {
    "main": _TAGS["main"], "articleBody": _BODY, "navigation": _TAGS["nav"], "complementary": _TAGS["aside"], "contentinfo": _TAGS["footer"],
    "banner": _TAGS["header"], "dialog": _DIALOG, "alert": _DIALOG, "comment": _COMMENT,
}  # fmt: skip
_APART = _TAGS["aside"] | _TAGS["nav"] | _TAGS["footer"] | _TAGS["form"] | _TAGS["figcaption"] | _COMMENT | _HIDDEN
OUTSIDE = _TAGS["nav"] | _TAGS["footer"]
_CLOSERS = "\"'”’»)]“ *"
_STOPS = ".!?…:。！？؟।"
SHARES = (0.5, 0.7, 0.9)
_LEAST, _SURELY = 40, 200  # characters of running text


def weigh(page: Page, lexica: lexicon.Lexica) -> tuple[Box, Box, Box]:
    """Fill in the boxes of a page that has blocks; the deepest that hold 50, 70 and 90 % of its prose."""
    boxes = _filled(page)
    _inherit(boxes, lexica)
    for at, block in enumerate(page.blocks):
        _count(block, at)
    for medium in page.media:
        medium.box.media += 1
    for box in reversed(page.boxes):
        if box.parent is not None and (box.blocks or box.media):
            _pass_on(box, box.parent)
    cores = [page.root] * len(SHARES)
    for bit, share in enumerate(SHARES):
        least = share * page.root.prose
        for box in boxes:
            if box.prose >= least and box.depth > cores[bit].depth:
                cores[bit] = box
        cores[bit].inside |= 1 << bit
    for box in boxes:
        if box.parent is not None:
            box.inside |= box.parent.inside
    _kin(boxes)
    return cores[0], cores[1], cores[2]


def _filled(page: Page) -> list[Box]:
    """The boxes with text, each after the one around it."""
    for block in page.blocks:
        box: Box | None = block.box
        while box is not None and box.last < 0:
            box.last = 0
            box = box.parent
    return [box for box in page.boxes if box.last == 0]


def _inherit(boxes: list[Box], lexica: lexicon.Lexica) -> None:
    """What a box and those around it are and call themselves."""
    seen: dict[tuple[str, str, str], tuple[float, float, int]] = {}
    siblings: dict[tuple[Box | None, str, str, str, bool], Box] = {}
    for box in boxes:
        like = siblings.setdefault((box.parent, box.tag, box.words, box.role, box.hidden), box)
        if like is not box:
            box.classes, box.own, box.near, box.named, box.bits = like.classes, like.own, like.near, like.named, like.bits
            continue
        key = (box.tag, box.words, box.role)
        told = seen.get(key)
        if told is None:
            told = seen[key] = lexica.named(box)
        own, around, groups = told
        outer = box.parent
        if outer is None:  # the body: what that calls itself is said of the whole page
            box.classes = (own, 0.0, around, around, around, 0.0)
            continue
        mine, _, whole, lowest, highest, _ = outer.classes
        box.classes = (own, mine, whole + around, min(lowest, around), max(highest, around), around)
        box.own, box.near, box.named = groups, groups | outer.own, groups | outer.named
        box.bits = outer.bits | _TAGS.get(box.tag, 0) | (_HIDDEN if box.hidden else 0)
        if box.role:
            for name, bit in _ROLES.items():
                if name in box.role:
                    box.bits |= bit


def _count(block: Block, at: int) -> None:
    box = block.box
    block.prose = 0 if box.bits & _APART or box.named & lexicon.APART else _prose(block)
    box.chars += len(block.text)
    box.linked += block.linked
    box.blocks += 1
    box.prose += block.prose
    box.first = at if box.first < 0 else box.first
    box.last = at


def _prose(block: Block) -> int:
    """The characters of running text: what is long, not linked, and closes like a sentence."""
    text = block.text
    size = len(text)
    if size < _LEAST or block.linked * 3 > size:
        return 0
    return size if size > _SURELY or text.rstrip(_CLOSERS)[-1:] in _STOPS else 0


def _pass_on(box: Box, outer: Box) -> None:
    outer.media += box.media
    if not box.blocks:
        return
    outer.chars += box.chars
    outer.linked += box.linked
    outer.blocks += box.blocks
    outer.prose += box.prose
    if outer.first < 0 or box.first < outer.first:
        outer.first = box.first
    if box.last > outer.last:
        outer.last = box.last


def _kin(boxes: list[Box]) -> None:
    """How many siblings of its name a box has, its parent has, and the most that one around it has."""
    keys = [(box.parent, box.tag, box.words) for box in boxes]
    count = Counter(keys)
    for box, key in zip(boxes, keys, strict=True):
        above = box.parent.kin if box.parent is not None else (0, 0, 0)
        box.kin = (count[key], above[0], above[2] if above[2] > above[0] else above[0])
