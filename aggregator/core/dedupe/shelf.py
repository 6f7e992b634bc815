"""Articles and stories of the window, in memory, found by their keys: what the store is to the daemon, to filters and batches."""

from __future__ import annotations

import array
import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core.dedupe import copies, near, postings, story, tokens
from aggregator.core.dedupe import sketch as sketches

HOLDERS = 12  # articles, copies not counted, that may hold a key before it says nothing
STORIES = 24  # of those that share a word, the latest that grew are looked at
MOST = 250_000  # articles, whatever their dates
_CANDIDATES = 8
_LEAST = 2  # shared keys
_MANY = 12  # shingles that it is found by
_TIDY = 4_096

Holders = dict[int, list[int]]
Found = tuple[int, story.Story]  # a story and its number on the shelf


class Articles:
    """Articles by their keys."""

    def __init__(self) -> None:
        """Empty."""
        self._ids: list[str] = []
        self._stories: list[str] = []
        self._sketches: list[bytes] = []
        self._seen = array.array("d")
        self._heads = array.array("I")  # their numbers
        self._numbers: dict[str, int] = {}  # of heads
        self._keys = postings.Postings()
        self._tidy_at = _TIDY

    def holders(self, item: copies.Item) -> Holders:
        """Who holds each key of an article, the newest first: one more than HOLDERS when it says nothing."""
        return self._keys.holders(sketches.keys(item.sketch), HOLDERS + 1)

    def lookalikes(self, item: copies.Item, holders: Holders) -> list[copies.Item]:
        """The articles that share most keys with one, and their heads."""
        chosen = promising(item, holders)
        return [self._item(number) for number in dict.fromkeys([*chosen, *(self._heads[number] for number in chosen)])]

    def _item(self, number: int) -> copies.Item:
        head = self._ids[self._heads[number]]
        sketch = sketches.unpack(self._sketches[number])
        return copies.Item(self._ids[number], head, self._seen[number], sketch, self._stories[number])

    def story_of(self, id: str) -> str:
        """The story of a head."""
        return self._stories[self._numbers[id]]

    def add(self, item: copies.Item, holders: Holders) -> None:
        """Keep an article, under the keys that `holders` has, but for those that its group or too many others hold."""
        number = len(self._ids)
        head = self._numbers.get(item.head, number)
        if head == number:
            self._numbers[item.id] = number
        self._ids.append(item.id)
        self._stories.append(item.story)
        self._sketches.append(sketches.pack(item.sketch))
        self._seen.append(item.seen)
        self._heads.append(head)
        heads = self._heads
        new = [k for k, found in holders.items() if len(found) <= HOLDERS and not (found and head in [heads[n] for n in found])]
        self._keys.add(new, number)

    def tidy(self, now: float) -> None:
        """Now and then, let go of what came before the window (seconds since 1970), and of the oldest when there are too many."""
        if len(self._ids) < self._tidy_at:
            return
        first = max(0, len(self._ids) - MOST // 2) if len(self._ids) >= MOST else 0
        kept = [n for n in range(first, len(self._ids)) if self._seen[n] >= now - copies.WINDOW]
        numbers = {old: new for new, old in enumerate(kept)}
        self._heads = array.array("I", [numbers.get(self._heads[old], numbers[old]) for old in kept])
        self._ids, self._stories = [self._ids[n] for n in kept], [self._stories[n] for n in kept]
        self._sketches = [self._sketches[n] for n in kept]
        self._seen = array.array("d", [self._seen[n] for n in kept])
        self._numbers = {self._ids[n]: n for n in range(len(kept)) if self._heads[n] == n}
        self._keys = self._keys.renumbered(numbers)
        self._tidy_at = min(max(_TIDY, 2 * len(kept)), MOST)


class Stories:
    """Stories by their words."""

    def __init__(self) -> None:
        """Empty."""
        self._ids: list[str] = []
        self._at = array.array("d")
        self._packed: list[bytes] = []
        self._keys: dict[int, list[int]] = {}  # the latest STORIES of each, the last at the end
        self._tidy_at = _TIDY

    def find(self, topic: story.Topic, source: int, at: float) -> Found | None:
        """The story that an article belongs to, if any."""
        found = {key: self._keys.get(key, ()) for key in story.story_keys(topic)}
        near = {number: self._story(number) for number in story.considered(topic, found)}
        chosen = story.story(topic, source, at, near.values())
        return next(((number, one) for number, one in near.items() if one is chosen), None)

    def grow(self, found: Found | None, id: str, topic: story.Topic, source: int, at: float) -> str:
        """Add an article to the story that was just found for it, or to a new one of its own; the story's id."""
        number, chosen = found or (len(self._ids), None)
        joined = story.join(chosen, id, topic, source, at)
        if chosen is None:
            self._ids.append(id)
            self._at.append(at)
            self._packed.append(b"")
        self._at[number], self._packed[number] = joined.at, story.pack_story(joined)
        for key in story.story_keys(topic):
            holders = self._keys.setdefault(key, [])
            if number in holders:
                holders.remove(number)
            holders.append(number)
            del holders[:-STORIES]
        return joined.id

    def _story(self, number: int) -> story.Story:
        return story.unpack_story(self._ids[number], self._at[number], self._packed[number])

    def tidy(self, now: float) -> None:
        """Now and then, let go of stories that are over (`now` in seconds since 1970); of the oldest when there are too many."""
        if len(self._ids) < self._tidy_at:
            return
        first = max(0, len(self._ids) - MOST // 2) if len(self._ids) >= MOST else 0
        kept = [n for n in range(first, len(self._ids)) if self._at[n] >= now - story.LASTS]
        self._ids, self._packed = [self._ids[n] for n in kept], [self._packed[n] for n in kept]
        self._at = array.array("d", [self._at[n] for n in kept])
        numbers = {old: new for new, old in enumerate(kept)}
        held = ((key, [numbers[old] for old in holders if old in numbers]) for key, holders in self._keys.items())
        self._keys = {key: holders for key, holders in held if holders}
        self._tidy_at = min(max(_TIDY, 2 * len(kept)), MOST)


def promising(item: copies.Item, holders: Mapping[int, Sequence[int]]) -> list[int]:
    """The numbers of those that share most keys with an article; a shingle alone is a phrase, unless there are few."""
    shingles, votes = set(tokens.unpacked(item.sketch.anchors)), dict[int, int]()
    for key in sketches.keys(item.sketch):
        found = holders.get(key, ())
        if len(found) <= HOLDERS:
            weight = 1 if key in shingles else _LEAST
            for number in found:
                votes[number] = votes.get(number, 0) + weight
    least = _LEAST if len(shingles) >= _MANY else 1
    best = sorted((-count, number) for number, count in votes.items() if count >= least)[:_CANDIDATES]
    return [number for _, number in best]


def judge_all(
    batch: Iterable[copies.Item], candidates: Iterable[copies.Item], window: float = copies.WINDOW
) -> dict[str, near.Verdict]:
    """The verdicts on articles that came together, by id; neither the order of the batch nor that of the candidates matters.

    Each is judged against the candidates and those of the batch before it: the fullest come first, whatever dates they claim.
    `window` in seconds.
    """
    shelf, heads = Articles(), {}
    for candidate in sorted(candidates, key=lambda item: (item.head != item.id, item.seen, item.id)):
        heads[candidate.id] = candidate.head
        shelf.add(candidate, shelf.holders(candidate))
    verdicts = {}
    for item in sorted(batch, key=lambda item: (-item.sketch.words, item.rank, item.sketch.at, item.id)):
        holders = shelf.holders(item)
        verdict = copies.judge(item, shelf.lookalikes(item, holders), window)
        head = item.id
        if verdict is not None:
            named = heads.get(verdict.duplicate_of, verdict.duplicate_of)
            verdicts[item.id] = dataclasses.replace(verdict, duplicate_of=named)
            head = verdict.duplicate_of if verdict.confidence == "certain" else head
        shelf.add(dataclasses.replace(item, head=head), holders)
    return verdicts


class Clock:
    """What time it is in a stream of articles that tell their own dates: the median of the latest, so that no one moves it."""

    def __init__(self) -> None:
        """Not knowing."""
        self._latest: list[float] = []
        self._places = itertools.cycle(range(_LATEST))
        self._now = 0.0

    def seen(self, claimed: float | None) -> float:
        """When an article that claims a date came, in seconds since 1970: not before the others, nor long after them."""
        now = self._now
        if claimed is None:
            return now
        place = next(self._places)
        self._latest[place : place + 1] = [claimed]
        self._now = sorted(self._latest)[len(self._latest) // 2]
        return min(max(claimed, now), now + 2 * copies.WINDOW) if now else claimed

    def now(self) -> float:
        """The median of the latest dates; 0 when there were none."""
        return self._now


_LATEST = 101
