"""Whether two articles are one: by identity of their links, by their texts or by their titles, and what speaks against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from aggregator.core.dedupe import tokens
from aggregator.core.dedupe.near import Verdict
from aggregator.core.dedupe.sketch import Sketch

WINDOW = 14 * 86_400.0  # seconds between first seen and first seen
REPEATS = 2 * 86_400.0  # a source that says something short again later means it
HEADLINES = 3 * 86_400.0  # seconds within which a title alone may tell
CONTAINED = 0.55  # share of the shorter text's shingles that the longer one has
RESEMBLES = 0.35  # Jaccard's index of the shingles: a round-up holds a short item whole, and is another article
TITLED = 0.3  # Jaccard's index of the titles' words that supports a text
CONFIRMED = 0.5  # that, or the share of a text, confirms a link
UNLIKE = 0.1  # share of a text of MEDIUM length below which the two say something else, whatever link and title they claim
SAME_TITLE = 0.8
FIGURES = 0.75  # share of the shorter text's figures that the longer one has
FIGURES_LONG = 0.45
COVERED = 77  # of 255: texts that say nothing of their different titles are a wall's
SHORT, MEDIUM, LONG = 20, 50, 150  # words
NAMED = 4  # words of a title that is no column's name
_ENOUGH = 12  # sampled shingles to estimate from


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """A stored entry, or a new one: `id` and `head` are published ids, `seen` is when it came, in seconds since 1970.

    Of what came at the same time and is as full, that of the lowest `rank` goes first.
    """

    id: str
    head: str
    seen: float
    sketch: Sketch
    story: str = ""  # the id of its story
    rank: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Likeness:
    """What two articles have in common; shares from 0 to 1. `figures` is 1 when the shorter text has none."""

    contained: float
    resembles: float
    titles: float
    figures: float
    missing: int  # figures of the shorter text that the longer one has not
    link: bool
    other_figures: bool  # both titles have figures, and not the same
    same_source: bool
    apart: float  # seconds between their dates
    shorter: int  # words


def compare(one: Sketch, other: Sketch) -> Likeness:
    """What two articles have in common; the order does not matter."""
    contained, resembles = _overlap(one, other)
    short, long = sorted((one, other), key=lambda sketch: (sketch.words, sketch.figures))
    figures, more = set(tokens.unpacked(short.figures)), set(tokens.unpacked(long.figures))
    missing = len(figures - more)
    return Likeness(
        contained=contained,
        resembles=resembles,
        titles=_jaccard(one.title, other.title),
        figures=1 - missing / len(figures) if figures else 1.0,
        missing=missing,
        link=bool(one.link) and one.link == other.link,
        other_figures=bool(one.title_figures and other.title_figures) and one.title_figures != other.title_figures,
        same_source=one.source == other.source,
        apart=abs(one.at - other.at),
        shorter=short.words,
    )


def _jaccard(one: bytes, other: bytes) -> float:
    left, right = set(tokens.unpacked(one)), set(tokens.unpacked(other))
    return len(left & right) / len(left | right) if left and right else 0.0


def _overlap(one: Sketch, other: Sketch) -> tuple[float, float]:
    """Containment and resemblance (Broder 1997), estimated from what both would have kept; exact for short texts."""
    left, right = set(tokens.unpacked(one.shingles)), set(tokens.unpacked(other.shingles))
    if not left or not right:
        return 0.0, 0.0
    whole, level = min(len(left), len(right)), min(one.level, other.level)
    small = min((one, left), (other, right), key=lambda kept: (-kept[0].level, len(kept[1])))
    least = len(left & right) / whole if small[0].level == 32 and len(small[1]) == whole else 0.0
    if level < 32:
        left, right = ({number for number in kept if not number >> level} for kept in (left, right))
    shared, fewest = len(left & right), min(len(left), len(right))
    estimate = shared / fewest if fewest >= _ENOUGH or level == 32 else 0.0
    return max(estimate, least), shared / len(left | right) if left or right else 0.0


def judge(item: Item, candidates: Iterable[Item], window: float = WINDOW) -> Verdict | None:
    """Whether an article duplicates one that was there before it, and how sure that is; the order of candidates does not matter.

    `candidates` share keys with it, and their heads stand among them. A verdict is "certain" (it merges), "probable" (it links)
    or "doubtful" (for people to look at). What resembles a copy must not be unlike its head: no chains.
    """
    others = {other.id: other for other in candidates if other.id != item.id and abs(item.seen - other.seen) <= window}
    found = []
    for other in others.values():
        likeness = compare(item.sketch, other.sketch)
        evidence, confidence = _ruling(likeness, item.sketch, other.sketch)
        if confidence == 3 and other.head != other.id and other.head in others:
            confidence = 3 if _related(item.sketch, others[other.head].sketch) else 2
        if confidence:
            score = max(likeness.contained, likeness.titles) + likeness.resembles
            found.append((-confidence, -score, other.head != other.id, other.seen, other.id, evidence, likeness))
    if not found:
        return None
    sure, _, _, _, against, evidence, likeness = min(found, key=lambda one: one[:5])
    return Verdict(item.id, others[against].head, _why(evidence, against, likeness), CONFIDENCES[-sure])


def rewritten(item: Item, candidates: Iterable[Item]) -> Verdict | None:
    """Which entry of its own source an article is, that comes under another id, link or date in a document that was rewritten.

    There a source's habit of filling in the same template again is no objection, but other figures are.
    """
    found = []
    for other in candidates:
        likeness = compare(item.sketch, other.sketch)
        alike = likeness.contained >= CONTAINED and (likeness.titles >= CONFIRMED or likeness.resembles >= CONTAINED)
        same_facts = likeness.figures >= FIGURES and not likeness.other_figures
        if other.id != item.id and likeness.same_source and alike and same_facts:
            found.append((-likeness.contained, -likeness.titles, other.seen, other.id, other.head, likeness))
    if not found:
        return None
    *_, against, head, likeness = min(found, key=lambda one: one[:4])
    return Verdict(item.id, head, _why("rewritten", against, likeness))


def _why(evidence: str, against: str, likeness: Likeness) -> dict[str, str | float]:
    return {
        "evidence": evidence,
        "against": against,
        "text": round(likeness.contained, 2),
        "title": round(likeness.titles, 2),
        "figures": round(likeness.figures, 2),
    }


def stays(one: Sketch, head: Sketch) -> bool:
    """Whether a copy that was edited since is still one of its head."""
    likeness = compare(one, head)
    return not _unlike(likeness) and (_ruling(likeness, one, head)[1] == 3 or _related(one, head))


CONFIDENCES = ("none", "doubtful", "probable", "certain")


def _related(one: Sketch, head: Sketch) -> bool:
    likeness = compare(one, head)
    return likeness.contained >= CONTAINED / 2 or likeness.titles >= CONFIRMED or likeness.link


def _ruling(likeness: Likeness, one: Sketch, other: Sketch) -> tuple[str, int]:
    """The evidence, and how sure it is: an index of CONFIDENCES."""
    found = (("link", _by_link(likeness)), ("text", _by_text(likeness, one, other)), ("title", _by_title(likeness, one, other)))
    return max(found, key=lambda ruling: ruling[1])


def _by_link(likeness: Likeness) -> int:
    """A link can be claimed by anybody, and a page may carry another article every day: title or text must confirm it."""
    if not likeness.link:
        return 0
    if likeness.contained >= CONFIRMED:
        return 3
    if likeness.titles >= CONFIRMED and not likeness.other_figures:
        return 2 if _unlike(likeness) else 3
    return 1


def _unlike(likeness: Likeness) -> bool:
    """Two whole texts that share nothing: who claims another's link and title for a text of his own must not replace it."""
    return likeness.shorter >= MEDIUM and likeness.contained < UNLIKE


def _by_text(likeness: Likeness, one: Sketch, other: Sketch) -> int:
    if likeness.shorter < SHORT or likeness.contained < CONTAINED * 0.75:
        return 0
    supported = likeness.resembles >= RESEMBLES or likeness.titles >= TITLED
    if likeness.contained < CONTAINED or (likeness.shorter < MEDIUM and likeness.contained < (CONTAINED + 1) / 2 - 0.1):
        return 2 if likeness.titles >= CONFIRMED and not _other_facts(likeness, one, other) else 0
    if not supported or _walled(likeness, one, other):
        return 0
    return 1 if _other_facts(likeness, one, other) else 3


def _walled(likeness: Likeness, one: Sketch, other: Sketch) -> bool:
    """Unlike titles over a text that speaks of neither: what stands there instead of the articles."""
    return likeness.titles < TITLED and max(one.cover, other.cover) < COVERED


def _other_facts(likeness: Likeness, one: Sketch, other: Sketch) -> bool:
    """A template filled in again: other numbers, another day of something short, another part of a series."""
    if likeness.same_source and one.version != other.version and likeness.apart <= REPEATS and likeness.titles >= CONFIRMED:
        return False
    if likeness.other_figures and (likeness.shorter < LONG or likeness.figures < 0.9):
        return True
    if likeness.same_source and likeness.shorter < 2 * MEDIUM and likeness.apart > REPEATS and not likeness.link:
        return True
    if likeness.shorter < LONG:
        return likeness.figures < FIGURES
    return likeness.figures < FIGURES_LONG and likeness.missing > 1


def _by_title(likeness: Likeness, one: Sketch, other: Sketch) -> int:
    """Items that are hardly more than a title, from different sources; one source's recurring titles are its columns'."""
    named = likeness.titles >= SAME_TITLE and one.title_figures == other.title_figures
    if likeness.same_source or not named or one.untitled or other.untitled:
        return 0
    if min(one.telling, other.telling) < NAMED or likeness.apart > HEADLINES:
        return 0
    return 3 if likeness.shorter < MEDIUM else 2
