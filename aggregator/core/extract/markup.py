"""Chosen blocks as HTML: paragraphs and headings, lists, quotes, tables and code with their structure, pictures in their places."""

from __future__ import annotations

import dataclasses
import html
from collections import Counter
from collections.abc import Iterator, Sequence

from aggregator.core import text
from aggregator.core.extract import lexicon, media
from aggregator.core.extract.page import Block, Box, Medium, Page, ancestors

_INLINE = frozenset("a abbr b cite code del em i ins kbd mark q rp rt ruby s samp strong sub sup u var".split())
_HEADINGS = {"h1": "h2", **{name: name for name in ("h2", "h3", "h4", "h5", "h6")}}
_CLOSED = tuple(f"</{name}>" for name in _HEADINGS)
_HELD_BY = {"li": ("ul", "ol", "menu"), "dt": ("dl",), "dd": ("dl",), "tr": ("table",), "td": ("tr",), "th": ("tr",)}
_PLACES = frozenset(("li", "dt", "dd", "td", "th"))
_HOLDERS = frozenset(("ul", "ol", "menu", "dl", "table"))
_STRUCTURE = frozenset(("ul", "ol", "menu", "dl", "blockquote", "table", "pre", *_HELD_BY))
_KEPT = ("colspan", "rowspan", "start")
_MOST = 6  # blocks in one item or cell: one that holds more only places them
_PICTURES = 60
_CAPTION = 500  # characters


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """One block of an article: HTML that is not sanitised, and its text, with a newline between items, rows and lines of code."""

    html: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Item:
    html: str
    text: str
    path: tuple[Box, ...]  # the elements of structure around it, from the outside in
    tag: str


def pieces(page: Page, chosen: Sequence[int], resolve: media.Resolve) -> list[Piece]:
    """The blocks at these positions (ascending) as HTML, with the pictures and players that stand between them."""
    places = _places(page, chosen)
    figures = _figures(page, chosen, resolve)
    captioned = {figure for figure, _ in figures.values() if figure is not None}
    items: list[_Item] = []
    for number, at in enumerate(chosen):
        block = page.blocks[at]
        path = _path(block.box, places)
        if number:
            items += [_Item(found, "", (), "") for _, found in _between(figures, page, chosen[number - 1], at)]
        if not any(box in captioned for box in ancestors(block.box)) or not _in_caption(block.box):
            items.append(_Item(_inline(block, path, resolve), _said(block, path), path, block.tag))
    return list(_grouped(items))


def _places(page: Page, chosen: Sequence[int]) -> Counter[Box]:
    """How many chosen blocks each item and cell holds; a table that holds others is counted as if too full."""
    found: Counter[Box] = Counter()
    for at in chosen:
        tables = 0
        for box in ancestors(page.blocks[at].box):
            if box.tag in _PLACES:
                found[box] += 1
            elif box.tag == "table":
                tables += 1
                found[box] += _MOST + 1 if tables > 1 else 0
    for box in [box for box, count in found.items() if count > _MOST]:
        outer: Box | None = box
        while outer is not None and outer.tag not in _HOLDERS:
            outer = outer.parent
        if outer is not None:
            found[outer] = _MOST + 1
    return found


def _path(box: Box, places: Counter[Box]) -> tuple[Box, ...]:
    path: list[Box] = []
    for outer in reversed([outer for outer in ancestors(box) if outer.tag in _STRUCTURE]):
        if places[outer] <= _MOST:
            held_by = _HELD_BY.get(outer.tag)
            if held_by is None or (path and path[-1].tag in held_by):
                path.append(outer)
    return tuple(path)


def _grouped(items: list[_Item]) -> Iterator[Piece]:
    """Items with the same outermost element of structure make one piece."""
    group: list[_Item] = []
    for item in items:
        if group and not (item.path and group[0].path and item.path[0] is group[0].path[0]):
            yield _piece(group)
            group = []
        group.append(item)
    if group:
        yield _piece(group)


def _piece(group: list[_Item]) -> Piece:
    if not group[0].path:
        item = group[0]
        name = _HEADINGS.get(item.tag, "p")
        return Piece(f"<{name}>{item.html}</{name}>" if item.tag else item.html, item.text)
    written: list[str] = []
    said: list[str] = []
    stack: list[Box] = []
    for item in group:
        follows = bool(written) and tuple(stack) == item.path and not written[-1].endswith(("</p>", *_CLOSED))
        new_row = _turn(stack, item.path, written)
        written.append(_wrapped(item, follows))
        said += [("\n" if new_row else " ") if said else "", item.text]
    written += [f"</{box.tag}>" for box in reversed(stack)]
    return Piece("".join(written), "".join(said))


def _turn(stack: list[Box], path: tuple[Box, ...], written: list[str]) -> bool:
    """Close and open elements until the stack is the path; whether a line ends between the two."""
    common = 0
    while common < min(len(stack), len(path)) and stack[common] is path[common]:
        common += 1
    cells = {"td", "th"}
    ends = (
        all(box.tag in cells for box in stack[common:]) and bool(stack[common:]) and all(box.tag in cells for box in path[common:])
    )
    while len(stack) > common:
        written.append(f"</{stack.pop().tag}>")
    for box in path[common:]:
        written.append(_opening(box))
        stack.append(box)
    return not ends


def _opening(box: Box) -> str:
    attributes = box.node.attributes if box.tag in ("td", "th", "ol") else {}
    kept = "".join(f' {name}="{value}"' for name in _KEPT if (value := attributes.get(name) or "").isdecimal() and len(value) < 5)
    return f"<{box.tag}{kept}>"


def _wrapped(item: _Item, follows: bool) -> str:  # noqa: FBT001
    """An item in the element that holds it: paragraphs and headings stay such, other text follows after a line break."""
    holder = item.path[-1].tag
    if holder == "pre":
        return ("\n" if follows else "") + item.html
    if item.tag in _HEADINGS and holder not in ("td", "th"):
        return f"<{item.tag}>{item.html}</{item.tag}>"
    if item.tag == "p" or holder == "blockquote":
        return f"<p>{item.html}</p>"
    if holder in ("ul", "ol", "menu"):
        return f"<li>{item.html}</li>"
    return f"<br>{item.html}" if follows else item.html


def _said(block: Block, path: tuple[Box, ...]) -> str:
    if path and path[-1].tag == "pre":
        return "".join([part for part in block.parts if isinstance(part, str)]).strip("\n").rstrip()
    return block.text


def _inline(block: Block, path: tuple[Box, ...], resolve: media.Resolve) -> str:
    """The inline HTML of a block; what it leaves open is closed, and elements without text are left out."""
    code = bool(path) and path[-1].tag == "pre"
    parts: list[str] = []
    names: list[str] = []
    for part in block.parts:
        if isinstance(part, str):
            parts.append("<br>" if part == "\n" and not code else html.escape(part, quote=False))
        elif part is not None:
            opening = _start(part, resolve)
            names.append(opening and (part.tag or ""))
            parts.append(opening)
        elif names:
            name = names.pop()
            parts.append(f"</{name}>" if name else "")
    parts += [f"</{name}>" for name in reversed(names) if name]
    written = "".join(parts)
    return written.strip("\n").rstrip() if code else _trimmed(written)


def _start(node: media.Node, resolve: media.Resolve) -> str:
    tag = node.tag or ""
    if tag == "a":
        href = (node.attributes.get("href") or "").strip()
        return f'<a href="{html.escape(resolve(href))}">' if href and not href.startswith("#") else ""
    return f"<{tag}>" if tag in _INLINE else ""


def _trimmed(written: str) -> str:
    before = ""
    while before != written:
        before, written = written, written.strip().removeprefix("<br>").removesuffix("<br>")
    return written


def _figures(page: Page, chosen: Sequence[int], resolve: media.Resolve) -> dict[int, tuple[Box | None, str]]:
    """The pictures and players between the first and the last chosen block, by their number, each with its figure."""
    found: dict[int, tuple[Box | None, str]] = {}
    seen: set[str] = set()
    taken = set(chosen)
    for number, medium in enumerate(page.media):
        if chosen[0] < medium.at <= chosen[-1] and len(found) < _PICTURES:
            written = media.written(medium.node, medium.box, resolve, seen)
            if written:
                figure = next((box for box in ancestors(medium.box) if box.tag == "figure"), None)
                caption = _caption(page, medium, figure, taken)
                closing = f"<figcaption>{html.escape(caption, quote=False)}</figcaption>" if caption else ""
                player = not written.startswith(("<img", "<picture", "<amp-img"))
                found[number] = (figure if caption else None, written if player else f"<figure>{written}{closing}</figure>")
    return found


def _between(figures: dict[int, tuple[Box | None, str]], page: Page, before: int, after: int) -> list[tuple[Box | None, str]]:
    return [found for number, found in figures.items() if before < page.media[number].at <= after]


def _caption(page: Page, medium: Medium, figure: Box | None, chosen: set[int]) -> str:
    """What a figure's caption says; without a figure, the text right after a picture that calls itself one."""
    near = page.blocks[max(0, medium.at - 3) : medium.at + 4]
    if figure is not None:
        return text.one_line(" ".join(block.text for block in near if _in_caption(block.box) and figure in ancestors(block.box)))[
            :_CAPTION
        ]
    block = page.blocks[medium.at]
    named = lexicon.groups(block.box.words) & lexicon.CAPTION
    beside = block.box.parent in (medium.box, medium.box.parent)
    return block.text[:_CAPTION] if named and beside and medium.at not in chosen else ""


def _in_caption(box: Box) -> bool:
    return any(outer.tag == "figcaption" for outer in ancestors(box))
