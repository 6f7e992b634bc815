"""What the model is told of each block: numbers about its text, its place in the page, and what stands around it."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections import Counter

from aggregator.core.extract import context, head, lexicon
from aggregator.core.extract.page import Block, Box, Page

_WORD = re.compile(r"\w+")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω]")
# Each begins with a set of characters and looks around only then: that is several times as fast to search for.
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω](?<![\w'’].)")
_STOP = re.compile(r"[.!?…؟।。！？](?:(?<=[。！？])|(?=[\s\"'”’»)\]]|$))")
_DATE = re.compile(r"\d(?:(?:(?<=\b1)9|(?<=\b2)0)\d\d\b|\d?[:.]\d\d\b|(?<=\b\d)\d?/\d\d?\b)")
_ODD = re.compile(r"[|©®•·»›→▶►←]")
_COMMA = re.compile(r"[,;،、，]")
_CLOSERS = "\"'”’»)]“ *"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LONG = 100  # characters of a paragraph that is surely running text
_FAR = 50  # blocks
_READ = 250  # characters of a block that are looked at
_LINKED, _SHORT = 0.9, 80  # share of a short text that is linked; its characters
_NONE = (-1.0, -1.0, 0.0)
_LIKE = 0.3  # share of words that a heading and the title have in common

NAMES = (
    "chars words commas ends stops upper capitals initial odd date density strong slanted anchors breaks "
    "cown cparent call cmin cmax ctop heading isp isli iscell depth pblocks pprose pchars pdensity pmedia gblocks gprose gdensity gmedia ggprose ggdensity in50 in70 in90 under50 under70 kin kinparent kinmost "
    f"{' '.join(context.FLAGS)} {' '.join('near_' + name for name in lexicon.GROUPS)} {' '.join('in_' + name for name in lexicon.GROUPS)} "
    "at offset fromfirst tolast before after at50 boxat "
    "prev prevd prevsaid next nextd nextsaid around3 around8 "
    "istitle titled described h1 twins earlier inbody sigcount sigchars sigdensity headsaid headaway "
    "tsum tmean tmin tstart pagechars pageblocks pageprose articles"
).split()


@dataclasses.dataclass(frozen=True, slots=True)
class _Outline:
    """What is the same for all blocks of a page, and lists with a value for each block."""

    blocks: list[Block]
    cores: tuple[Box, Box, Box]
    logs: list[float]
    densities: list[float]
    before: list[int]
    after: list[int]
    prose: list[int]  # running sum, one more than there are blocks
    scored: list[bool]
    words: list[list[str]]  # none where neither the block nor a neighbour is scored, if it is no heading
    said: list[tuple[float, float, float, float]]
    offsets: list[int]
    edges: tuple[int, int]  # the first and the last long paragraph
    whole: tuple[float, int, float, int]


def rows(page: Page, told: head.Head, lexica: lexicon.Lexica) -> list[list[float] | None]:
    """The features of each block, in the order of NAMES; None for a block that stands where no article does: it need not be scored."""
    if not page.blocks:
        return []
    outline = _outline(page, lexica)
    repeats = _repeats(page, outline, told)
    shared: dict[tuple[Box | None, str, str, str, int, int], list[float]] = {}
    result: list[list[float] | None] = []
    for at, block in enumerate(page.blocks):
        if not outline.scored[at]:
            result.append(None)
            continue
        box = block.box
        key = (box.parent, box.tag, box.words, box.role, box.bits, box.inside)
        place = shared.get(key)
        if place is None:
            place = shared[key] = _place(box, outline)
        text = _text(block, outline.words[at], outline.logs[at], outline.densities[at])
        result.append([*text, *place, *_around(outline, at), *repeats[at], *outline.said[at], *outline.whole])
    return result


def words(text: str) -> list[str]:
    """The words at the beginning of a text, as the lexica have them."""
    return _WORD.findall(text[:_READ].lower())


def _hopeless(block: Block, density: float) -> bool:
    """Whether a block stands in a menu or a footer, or is a short link outside the element that holds most of the prose."""
    box = block.box
    return bool(box.bits & context.OUTSIDE) or (density > _LINKED and len(block.text) < _SHORT and not box.inside & 1)


def _outline(page: Page, lexica: lexicon.Lexica) -> _Outline:
    cores = context.weigh(page, lexica)
    blocks = page.blocks
    sizes = [len(block.text) for block in blocks]
    long = [block.prose >= _LONG for block in blocks]
    prose, offsets = [0], [0]
    for block, size in zip(blocks, sizes, strict=True):
        prose.append(prose[-1] + block.prose)
        offsets.append(offsets[-1] + size)
    first = long.index(True) if True in long else 0
    last = len(long) - 1 - (long[::-1].index(True) if True in long else 0)
    densities = [min(1.0, block.linked / size) for block, size in zip(blocks, sizes, strict=True)]
    scored = [not _hopeless(block, density) for block, density in zip(blocks, densities, strict=True)]
    told = [words(block.text) if needed else [] for block, needed in zip(blocks, _needed(blocks, scored), strict=True)]
    articles = sum([box.tag == "article" for box in page.boxes if box.blocks])
    return _Outline(
        blocks,
        cores,
        [math.log(1 + size) for size in sizes],
        densities,
        _distance(long),
        _distance(long[::-1])[::-1],
        prose,
        scored,
        told,
        [lexica.text(said) for said in told],
        offsets,
        (first, last),
        (math.log(1 + offsets[-1]), len(blocks), page.root.prose / (offsets[-1] + 1), articles),
    )


def _needed(blocks: list[Block], scored: list[bool]) -> list[bool]:
    """Of which blocks some feature tells what they say: the scored, those beside them, and headings."""
    sides = zip(blocks, scored, [False, *scored], [*scored[1:], False], strict=False)
    return [own or before or after or block.tag in _HEADINGS for block, own, before, after in sides]


def _distance(long: list[bool]) -> list[int]:
    """For each block, how many stand between it and the last long paragraph before."""
    result, since = [], _FAR
    for is_long in long:
        result.append(since)
        since = 0 if is_long else min(_FAR, since + 1)
    return result


def _text(block: Block, said: list[str], log: float, density: float) -> list[float]:
    text, size = block.text, len(block.text)
    head = text[:_READ]
    read, count = len(head), len(said) or 1
    end = text.rstrip(_CLOSERS)[-1:] or " "
    return [
        log,
        count,
        len(_COMMA.findall(head)),
        1 if end in ".!?。！？؟।" else 2 if end == ":" else 3 if end == "…" else 0,
        len(_STOP.findall(head)),
        len(_UPPER.findall(head)) / read,
        len(_CAPITAL.findall(head)) / count,
        _initial(text[0]),
        len(_ODD.findall(head)),
        len(_DATE.findall(head)),
        density,
        block.strong and min(1.0, block.strong / size),
        block.slanted and min(1.0, block.slanted / size),
        block.anchors,
        block.breaks,
    ]


def _initial(letter: str) -> int:
    if letter.isalpha():
        return 1 if letter.islower() else 2
    return 3 if letter.isdecimal() else 4 if letter in "\"'“‘«„" else 5


def _place(box: Box, outline: _Outline) -> list[float]:
    """What is the same for all blocks of a box."""
    in50, in70, _ = outline.cores
    parent = box.parent or box
    grand = parent.parent or parent
    great = grand.parent or grand
    whole = outline.prose[-1] + 1
    inside = box.inside
    tag = box.tag
    return [
        *box.classes,
        _HEADINGS.get(tag, 0),
        tag == "p",
        tag == "li",
        tag in ("td", "th"),
        box.depth,
        parent.blocks,
        parent.prose / whole,
        parent.chars / parent.blocks,
        parent.linked / (parent.chars + 1),
        parent.media,
        grand.blocks,
        grand.prose / whole,
        grand.linked / (grand.chars + 1),
        grand.media,
        great.prose / whole,
        great.linked / (great.chars + 1),
        inside & 1 > 0,
        inside & 2 > 0,
        inside & 4 > 0,
        box.depth - in50.depth if inside & 1 else -1,
        box.depth - in70.depth if inside & 2 else -1,
        *box.kin,
        *_spread(box.bits, len(context.FLAGS)),
        *_spread(box.near, len(lexicon.GROUPS)),
        *_spread(box.named, len(lexicon.GROUPS)),
    ]


@functools.lru_cache(maxsize=4_096)
def _spread(bits: int, count: int) -> tuple[bool, ...]:
    """The lowest bits one by one."""
    return tuple(bits >> bit & 1 > 0 for bit in range(count))


def _around(outline: _Outline, at: int) -> list[float]:
    """Where a block stands, and what its neighbours are."""
    n, prose = len(outline.blocks), outline.prose
    block, core = outline.blocks[at], outline.cores[0]
    return [
        at / n,
        outline.offsets[at] / outline.offsets[-1],
        at - outline.edges[0],
        outline.edges[1] - at,
        outline.before[at],
        outline.after[at],
        (at - core.first) / max(1, core.last - core.first),
        at - block.box.first,
        *(_neighbour(outline, at - 1) if at else _NONE),
        *(_neighbour(outline, at + 1) if at + 1 < n else _NONE),
        prose[min(n, at + 4)] - prose[max(0, at - 3)] - block.prose,
        prose[min(n, at + 9)] - prose[max(0, at - 8)] - block.prose,
    ]


def _neighbour(outline: _Outline, at: int) -> tuple[float, float, float]:
    return outline.logs[at], outline.densities[at], outline.said[at][0]


def _repeats(page: Page, outline: _Outline, told: head.Head) -> list[list[float]]:
    """For each block, empty where it is not scored: what of each block the head says too, what stands on the page again, and what the last heading before it says."""
    title = told.metas.get("og:title") or told.title
    wanted = set(_WORD.findall(title.lower()))
    about = told.metas.get("og:description") or told.metas.get("description") or ""
    body = " ".join(head.body(told).split())
    twins = Counter([block.text for block in page.blocks])
    signed = _signatures(page, outline)
    called = _title(page.blocks, wanted)
    seen: set[str] = set()
    heading, since = 0.0, _FAR
    result: list[list[float]] = []
    for at, block in enumerate(page.blocks):
        text = block.text
        result.append(
            [
                text == title,
                len(wanted.intersection(outline.words[at])) / len(wanted) if wanted and len(text) < _READ else 0,
                (2 if text == about else 1) if about and text.startswith(about[:50]) else 0,
                max(-30, min(30, at - called)) if called >= 0 else -99,
                twins[text],
                text in seen,
                (text[:100] in body) if body else -1,
                *signed[at],
                heading,
                since,
            ]
            if outline.scored[at]
            else []
        )
        seen.add(text)
        heading, since = (outline.said[at][0], 0) if block.tag in _HEADINGS else (heading, min(_FAR, since + 1))
    return result


def _signatures(page: Page, outline: _Outline) -> list[tuple[float, float, float]]:
    """Of all blocks named as a block is: how many, their mean length, their mean share of links."""
    keys = [(block.tag, block.box.words, block.box.parent.words if block.box.parent is not None else "") for block in page.blocks]
    sums: dict[tuple[str, str, str], list[float]] = {}
    for key, block, density in zip(keys, page.blocks, outline.densities, strict=True):
        held = sums.setdefault(key, [0.0, 0.0, 0.0])
        held[0] += 1
        held[1] += len(block.text)
        held[2] += density
    return [(held[0], held[1] / held[0], held[2] / held[0]) for held in map(sums.__getitem__, keys)]


def _title(blocks: list[Block], wanted: set[str]) -> int:
    """The position of the heading that is most like the title; -1 for none."""
    best, found = _LIKE, -1
    for at, block in enumerate(blocks):
        if block.tag in ("h1", "h2") and len(block.text) < _READ:
            said = set(_WORD.findall(block.text.lower()))
            like = len(said & wanted) / (len(said | wanted) or 1) + (0.2 if block.tag == "h1" else 0)
            if like > best:
                best, found = like, at
    return found
