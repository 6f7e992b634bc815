"""Other articles on the same event: what an article is about, and the story that is nearest to it."""

from __future__ import annotations

import array
import collections
import dataclasses
import itertools
import math
import operator
import struct
from collections.abc import Iterable, Mapping

from aggregator.core.dedupe import tokens
from aggregator.core.dedupe.frequencies import Frequencies

BODY = 200  # words of the text; later ones are background
TITLE = 4  # times that a word of the title counts
KEPT = 96  # words of an article
CENTRE = 170  # words of a story
KEYS = 20
DECAY = 2 * 86_400.0  # seconds; the deviation of a Gaussian (Miranda et al. 2018)
LASTS = 2.5 * DECAY  # a story that nobody added to for so long is over
NEAR = 0.12  # cosine at which an article joins a story that much was said of
UNSURE = 0.26  # more at one that hardly anything was said of: two headlines share a word by chance
SAID = 25  # words, at which half of that is asked
ITS_OWN = 1.2  # times as near must be a headline from the story's only source: it repeats its own words
TYPICAL = 0.6  # of the cosine that a story's own articles have to it, below which a whole article tells another one
WHOLE = 20  # words, at which half of that is asked: the cosines of a few words differ too much
_ALIKE, _PAIRS = 0.1, 6  # the cosine of articles of one story, before it is known, and how many pairs that weighs as
_LETTERS = tuple(min(1.0, 0.6 + 0.08 * letters) for letters in range(tokens.STEM + 1))  # by length: short words tell little
_COUNTS = (0.0, *(1 + math.log(count) for count in range(1, BODY + TITLE + 1)))  # by how often a word is said
_HEADER = struct.Struct("<dIII")
_CONSIDERED = 6
_PROMISING = 0.4  # of the most that any story has in common


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What an article says: its words (32-bit numbers, each once), and how much each was said."""

    numbers: tuple[int, ...]
    told: tuple[float, ...]
    length: int  # words of text they were taken of
    said: int  # these and the title's


@dataclasses.dataclass(frozen=True, slots=True)
class Topic:
    """What an article is about: its KEPT weightiest words (32-bit numbers), heaviest first, in a vector of length 1."""

    words: tuple[int, ...]
    weights: tuple[float, ...]
    length: int  # words of text it was made of
    said: int  # these and the title's


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event: `id` is its first entry's, `at` when it last grew; the sum of its topics, CENTRE words of it."""

    id: str
    at: float
    words: array.array[int]
    weights: array.array[float]  # of single precision, as the store has them
    norm: float
    source: int  # CRC-32 of the name of its only source, 0 when it has several
    articles: int
    said: int  # words that its topics were made of


def words_of(read: tokens.Read) -> Words:
    """The words of an article's title and of the beginning of its text."""
    said = read.words[:BODY]
    counts = collections.Counter(tokens.stems(said))
    for word in dict.fromkeys(tokens.stems(read.title)):
        counts[word] += TITLE
    chosen = [word for word in counts if len(word) > 1]
    told = tuple([_COUNTS[counts[word]] * _LETTERS[len(word)] for word in chosen])
    return Words(tuple(tokens.numbered(chosen)), told, len(said), len(said) + len(read.title))


def topic(words: Words, frequencies: Frequencies) -> Topic:
    """What an article is about, given what others were about."""
    rare = frequencies.weights(words.numbers)
    weighed = dict(zip(words.numbers, map(operator.mul, words.told, rare), strict=True))
    kept = sorted(weighed, key=weighed.__getitem__, reverse=True)[:KEPT]
    weights = [weighed[number] for number in kept]
    norm = math.hypot(*weights) or 1.0
    return Topic(tuple(kept), tuple([weight / norm for weight in weights]), words.length, words.said)


def story_keys(topic: Topic) -> tuple[int, ...]:
    """Its weightiest words, by which its story is found."""
    return topic.words[:KEYS]


def story(topic: Topic, source: int, at: float, candidates: Iterable[Story]) -> Story | None:
    """The story that an article belongs to, if any; the order of candidates does not matter. `at` in seconds since 1970."""
    weights = dict(zip(topic.words, topic.weights, strict=True))
    near = [(_likeness(weights, one) / _threshold(topic, source, at, one), one.at, one.id, one) for one in candidates]
    best = max(near, key=lambda one: one[:3], default=None)
    return best[3] if best is not None and best[0] >= 1 else None


def _likeness(weights: dict[int, float], story: Story) -> float:
    """The cosine of an article's topic to a story's."""
    shared = map(weights.get, story.words, itertools.repeat(0.0))
    return float(sum(map(operator.mul, shared, story.weights))) / story.norm


def _threshold(topic: Topic, source: int, at: float, story: Story) -> float:
    """The cosine at which an article joins a story; the longer nobody added to it, the nearer to 1."""
    near = NEAR + UNSURE / (1 + story.said / SAID)
    if source == story.source and not topic.length:
        near *= ITS_OWN
    near = max(near, TYPICAL * topic.said / (topic.said + WHOLE) * _usual(story))
    age = (at - story.at) / DECAY
    return 1 - (1 - near) * math.exp(-age * age / 2)


def _usual(story: Story) -> float:
    """The cosine to a story that an article of it can be expected to have, by how alike its articles are to each other."""
    count = story.articles
    pairs = count * (count - 1)
    alike = max(0.0, story.norm * story.norm - count + _PAIRS * _ALIKE) / (pairs + _PAIRS)
    return count * alike / math.sqrt(count + pairs * alike)


def join(story: Story | None, id: str, topic: Topic, source: int, at: float) -> Story:
    """A story with one article more, or a new one of this article, which it is named after."""
    if story is None:
        return Story(id, at, array.array("I", topic.words), array.array("f", topic.weights), 1.0, source, 1, topic.said)
    total = dict(zip(story.words, story.weights, strict=True))
    for word, weight in zip(topic.words, topic.weights, strict=True):
        total[word] = total.get(word, 0.0) + weight
    words = sorted(total, key=total.__getitem__, reverse=True)[:CENTRE]
    weights = array.array("f", [total[word] for word in words])
    return Story(
        id=story.id,
        at=max(story.at, at),
        words=array.array("I", words),
        weights=weights,
        norm=math.hypot(*weights) or 1.0,
        source=source if source == story.source else 0,
        articles=story.articles + 1,
        said=story.said + topic.said,
    )


def pack_story(story: Story) -> bytes:
    """A story for the store, but for its id and date, which are columns: 1,400 bytes at most."""
    return _HEADER.pack(story.norm, story.source, story.articles, story.said) + tokens.raw(story.words) + tokens.raw(story.weights)


def unpack_story(id: str, at: float, packed: bytes) -> Story:
    """What `pack_story` put away."""
    norm, source, articles, said = _HEADER.unpack_from(packed)
    half = (len(packed) + _HEADER.size) // 2
    words, weights = tokens.unpacked(packed[_HEADER.size : half]), tokens.unpacked(packed[half:], "f")
    return Story(id, at, words, weights, norm, source, articles, said)


def considered(topic: Topic, found: Mapping[int, Iterable[int]]) -> list[int]:
    """The stories to look at, of those that its keys led to: those with the weightiest in common. Stories are numbers here."""
    weights = dict(zip(topic.words, topic.weights, strict=True))
    votes: dict[int, float] = collections.defaultdict(float)
    for key, stories in found.items():
        weight = weights[key] ** 2
        for number in stories:
            votes[number] += weight
    least = max(votes.values(), default=0.0) * _PROMISING
    promising = sorted([(vote, number) for number, vote in votes.items() if vote >= least], reverse=True)
    return [number for _, number in promising[:_CONSIDERED]]
