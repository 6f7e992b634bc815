"""Other articles on the same event: what an article is about, and the story that is nearest to it."""

from __future__ import annotations

import collections
import dataclasses
import heapq
import itertools
import math
import operator
from collections.abc import Iterable, Mapping

from aggregator.core.dedupe import tokens
from aggregator.core.dedupe.frequencies import Frequencies

BODY = 160  # words of the text; later ones are background
TITLE = 4.0  # times that a word of the title counts
KEPT = 64  # words of an article
CENTRE = 96  # words of a story
KEYS = 20
DECAY = 2.5 * 86_400.0  # seconds; the deviation of a Gaussian (Miranda et al. 2018)
LASTS = 3 * DECAY  # a story that nobody added to for so long is over
NEAR = 0.13  # cosine at which a whole article joins a story
NEAR_TITLES = 0.11
NEAR_SENTENCES = 0.19  # what has a sentence or two names its field rather than its event
ITS_OWN = 1.8  # times as near must be a headline from the story's only source: it repeats its own words
SENTENCES = 45  # words
_CONSIDERED = 6
_PROMISING = 0.4  # of the most that any story has in common


@dataclasses.dataclass(frozen=True, slots=True)
class Topic:
    """What an article is about: its KEPT weightiest words (32-bit numbers), heaviest first, in a vector of length 1."""

    words: tuple[int, ...]
    weights: tuple[float, ...]
    length: int  # words of text it was made of


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event: `id` is its first entry's, `at` when it last grew; the sum of its topics, CENTRE words of it."""

    id: str
    at: float
    words: tuple[int, ...]
    weights: tuple[float, ...]
    norm: float
    source: int  # CRC-32 of the name of its only source, 0 when it has several


def topic(read: tokens.Read, frequencies: Frequencies) -> tuple[Topic, tuple[int, ...]]:
    """What an article is about, given what others were about before it; and all its words, to teach `frequencies` later."""
    said = read.words[:BODY]
    counts: dict[str, float] = dict(collections.Counter(said))
    for word in read.title:
        counts[word] = counts.get(word, 0.0) + TITLE
    chosen = [word for word in counts if len(word) > 1]
    numbers = tokens.numbered(chosen)
    rare = frequencies.weights(numbers)
    weighed = sorted(
        (-(1 + math.log(counts[word])) * weight, number) for word, number, weight in zip(chosen, numbers, rare, strict=True)
    )
    kept = {number: -weight for weight, number in weighed[:KEPT]}
    norm = math.sqrt(sum(weight * weight for weight in kept.values())) or 1.0
    return Topic(tuple(kept), tuple(weight / norm for weight in kept.values()), len(said)), tuple(numbers)


def story_keys(topic: Topic) -> tuple[int, ...]:
    """Its weightiest words, by which its story is found."""
    return topic.words[:KEYS]


def story(topic: Topic, source: int, at: float, candidates: Iterable[Story]) -> Story | None:
    """The story that an article belongs to, if any; the order of candidates does not matter. `at` in seconds since 1970."""
    weights = dict(zip(topic.words, topic.weights, strict=True))
    near = [(_likeness(weights, at, one) / _threshold(topic, source, one), one.at, one.id, one) for one in candidates]
    best = max(near, key=lambda one: one[:3], default=None)
    return best[3] if best is not None and best[0] >= 1 else None


def _likeness(weights: dict[int, float], at: float, story: Story) -> float:
    """The cosine of an article's topic to a story's, less as time goes by."""
    shared = map(weights.get, story.words, itertools.repeat(0.0))
    dot = sum(map(operator.mul, shared, story.weights))
    age = (at - story.at) / DECAY
    return dot / story.norm * math.exp(-age * age / 2) if dot else 0.0


def _threshold(topic: Topic, source: int, story: Story) -> float:
    if topic.length:
        return NEAR if topic.length > SENTENCES else NEAR_SENTENCES
    return NEAR_TITLES * (ITS_OWN if source == story.source else 1.0)


def join(story: Story | None, id: str, topic: Topic, source: int, at: float) -> Story:
    """A story with one article more, or a new one of this article, which it is named after."""
    if story is None:
        return Story(id, at, topic.words, topic.weights, 1.0, source)
    total = dict(zip(story.words, story.weights, strict=True))
    for word, weight in zip(topic.words, topic.weights, strict=True):
        total[word] = total.get(word, 0.0) + weight
    kept = sorted(total.items(), key=lambda one: (-one[1], one[0]))[:CENTRE]
    weights = tuple(weight for _, weight in kept)
    norm = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
    return Story(
        story.id, max(story.at, at), tuple(word for word, _ in kept), weights, norm, source if source == story.source else 0
    )


def pack_story(story: Story) -> bytes:
    """A story for the store, but for its id and date, which are columns: 776 bytes at most."""
    return tokens.packed((story.source, *story.words)) + tokens.packed((*story.weights, story.norm), "f")


def unpack_story(id: str, at: float, packed: bytes) -> Story:
    """What `pack_story` put away."""
    half = len(packed) // 2
    words, weights = tuple(tokens.unpacked(packed[:half])), tuple(tokens.unpacked(packed[half:], "f"))
    return Story(id, at, words[1:], weights[:-1], weights[-1], words[0])


def considered(topic: Topic, found: Mapping[int, Iterable[int]]) -> list[int]:
    """The stories to look at, of those that its keys led to: those with the weightiest in common. Stories are numbers here."""
    weights = dict(zip(topic.words, topic.weights, strict=True))
    votes: dict[int, float] = {}
    for key, stories in found.items():
        weight = weights[key] ** 2
        for number in stories:
            votes[number] = votes.get(number, 0.0) + weight
    least = max(votes.values(), default=0.0) * _PROMISING
    return [
        number for _, number in heapq.nlargest(_CONSIDERED, [(vote, number) for number, vote in votes.items() if vote >= least])
    ]
