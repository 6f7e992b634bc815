"""What two texts have in common, word by word, and what is said of two entries."""

from __future__ import annotations

import dataclasses

from aggregator.core import text, urls

ALIKE = 0.5  # share of words that makes two texts one
SHINGLE = 4  # words


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """An entry duplicates `duplicate_of`, the head of its group; `why` says by which evidence, for people and programs."""

    id: str
    duplicate_of: str
    why: dict[str, str | float]
    confidence: str = "certain"  # it merges; "probable" only links, "doubtful" is for people to look at


def link_key(link: str | None) -> str:
    """What equal articles' links have in common; "" for none, and for a site's front page."""
    address = urls.normalise(link or "")
    return text.digest(address) if "/" in address or "?" in address else ""


def alike(title: str, content: str, other_title: str, other_content: str) -> bool:
    """Whether two entries share half of their texts; or, where a text is too short to tell, of their titles' words.

    A recurring title over another text is another article. Without titles, short texts are compared by their words.
    """
    if min(len(_shingles(content)), len(_shingles(other_content))) >= 2 * SHINGLE:
        return containment(content, other_content) >= ALIKE
    titled = text.words(title) or text.words(other_title)
    return (overlap(title, other_title) if titled else overlap(content, other_content)) >= ALIKE


def overlap(one: str, other: str) -> float:
    """Jaccard's index of the words of two short texts."""
    left, right = set(text.words(one)), set(text.words(other))
    return len(left & right) / len(left | right) if left and right else 0.0


def containment(one: str, other: str) -> float:
    """The share of the shorter text's shingles that the longer one holds (Broder 1997); 0 for texts of a few words."""
    left, right = _shingles(one), _shingles(other)
    small, large = sorted((left, right), key=len)
    return len(small & large) / len(small) if len(small) >= 2 * SHINGLE else 0.0


def _shingles(value: str) -> set[tuple[str, ...]]:
    said = text.words(value)
    return {tuple(said[i : i + SHINGLE]) for i in range(len(said) - SHINGLE + 1)}
