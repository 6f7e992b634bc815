"""The same article from another source: by link, confirmed by title or text, and by equal text."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable

from aggregator.core import text, urls

FURNITURE = 10  # words; shorter blocks are headings, credits, captions
_DATELINE = re.compile(r"^[^\W\d_a-z][^\n]{0,60}?\([^()\n]{2,40}\)\s*[-–—:]\s+")
EQUAL_WORDS = 40  # the shortest text whose equality proves a copy
ALIKE = 0.5  # share of words that confirms a link
SAME_SOURCE = datetime.timedelta(days=2)  # a source that says the same again later means it (weekly threads, templates)
SHINGLE = 4  # words


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """What is compared: `id` is published, `group` the id of the entry it duplicates (its own when none).

    `at` is when it was published, as far as known, else first seen.
    """

    id: str
    group: str
    source: str
    link_key: str
    text_key: str
    title: str
    text: str
    at: datetime.datetime | None = None


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


def text_key(value: str) -> str:
    """What copies of one article have in common; "" under EQUAL_WORDS words of prose.

    That is the words of its prose, whatever the quotes and spaces: papers change a wire's headings, credits and dateline.
    Short blocks that hold figures count, for in results and prices they are the news.
    """
    blocks = (words for block in _DATELINE.sub("", value).split("\n\n") if _tells(words := text.words(block)))
    said = [word for block in blocks for word in block]
    return text.digest(" ".join(said)) if len(said) >= EQUAL_WORDS else ""


def _tells(words: list[str]) -> bool:
    return len(words) >= FURNITURE or any(letter.isdigit() for word in words for letter in word)


def judge(article: Article, candidates: Iterable[Article]) -> Verdict | None:
    """Whether an article is a copy of one that was there before it.

    `candidates` share its link_key or text_key, in the order in which they came; the first that convinces is named.
    """
    others = [other for other in candidates if other.id != article.id]
    for other in others:
        if article.text_key and article.text_key == other.text_key and (_linked(article, other) or _comparable(article, other)):
            return Verdict(
                article.id, other.group, {"evidence": "text", "against": other.id, "words": len(text.words(article.text))}
            )
    for other in others:
        if _linked(article, other) and _comparable(article, other):
            titles, texts = overlap(article.title, other.title), containment(article.text, other.text)
            if max(titles, texts) >= ALIKE:
                figures = {"title": round(titles, 2), "text": round(texts, 2)}
                return Verdict(article.id, other.group, {"evidence": "link", "against": other.id, **figures})
    return None


def _linked(article: Article, other: Article) -> bool:
    return bool(article.link_key) and article.link_key == other.link_key


def _comparable(article: Article, other: Article) -> bool:
    if article.source != other.source or article.at is None or other.at is None:
        return True
    return abs(article.at - other.at) <= SAME_SOURCE


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
