"""The stories that entries belong to which came together, when only those stories are at hand that their words lead to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core.dedupe import story

_NEW = 1 << 40  # numbers of stories that the store has not met; the newest have the highest


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """An entry to be placed: `topic` is what it is about, `words` are all it says, `at` is when it came.

    `follows` is a story that it surely belongs to.
    """

    id: str
    topic: story.Topic
    source: int  # CRC-32, as sketches have it
    at: float  # seconds since 1970
    follows: str = ""
    words: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """Where entries were placed: story ids by entry id; the stories that are new or grew; by which keys these are found now.

    `lessons` are the words of each entry, and those of its story before it: what `Frequencies.learn` is to be taught.
    """

    stories: Mapping[str, str]
    grown: Mapping[str, story.Story]
    keys: Mapping[str, tuple[int, ...]]
    lessons: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()


def wanted(batch: Iterable[Told], holders: Mapping[int, Sequence[int]]) -> list[int]:
    """The numbers of the stories that `place_all` will look at, of those that `holders` knows by the keys of the batch."""
    found = {number for told in batch for number in story.considered(told.topic, _held(told, holders))}
    return sorted(found)


def _held(told: Told, holders: Mapping[int, Sequence[int]]) -> dict[int, Sequence[int]]:
    return {key: holders.get(key, ()) for key in story.story_keys(told.topic)}


def place_all(batch: Iterable[Told], holders: Mapping[int, Sequence[int]], stories: Mapping[int, story.Story]) -> Placed:
    """Place entries one after the other, in an order that does not depend on how they were given.

    `holders` has the numbers of the stories of each key, the higher the newer; `stories` are those that `wanted` named, and
    those that entries follow.
    """
    held = {key: list(numbers) for key, numbers in holders.items()}
    known, numbers = dict(stories), {one.id: number for number, one in stories.items()}
    placed, grown = dict[str, str](), dict[str, story.Story]()
    keys, lessons = dict[str, tuple[int, ...]](), []
    for told in sorted(batch, key=lambda told: (told.at, told.id)):
        found = _held(told, held)
        near = [known[number] for number in story.considered(told.topic, found) if number in known]
        followed = known.get(numbers.get(told.follows, -1))
        chosen = followed or story.story(told.topic, told.source, told.at, near)
        lessons.append((told.words, tuple(chosen.words) if chosen else ()))
        joined = story.join(chosen, told.id, told.topic, told.source, told.at)
        number = numbers.setdefault(joined.id, _NEW + len(numbers))
        known[number] = grown[joined.id] = joined
        placed[told.id] = joined.id
        keys[joined.id] = tuple(dict.fromkeys((*keys.get(joined.id, ()), *story.story_keys(told.topic))))
        for key in story.story_keys(told.topic):
            if number not in held.setdefault(key, []):
                held[key].append(number)
    return Placed(placed, grown, keys, tuple(lessons))
