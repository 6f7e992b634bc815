"""The rule `limit`."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Iterable, Iterator
from typing import ClassVar

import pydantic

from aggregator.core import amounts, model
from aggregator.core.curate import condition, part


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """At most so many entries, so old ones, or so much text."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.needing("anyOf", "per_source", "per_day", "age", "bytes")

    per_source: part.Whole | None = None
    """how many entries of one source stay, the newest"""
    per_day: part.Whole | None = None
    """how many entries first seen on one day (UTC) stay: those with the highest score, of these the first to come"""
    age: amounts.Duration | None = None
    """how old an entry may be"""
    bytes: amounts.Size | None = None
    """how much all contents may take together; the newest stay"""
    when: part.When = None
    """which entries it counts and bounds; default all"""

    def __post_init__(self) -> None:
        """Raises ValueError unless it bounds something."""
        if not any((self.per_source, self.per_day, self.age, self.bytes)):
            raise ValueError("a limit is one of per_source, per_day, age and bytes, for example {per_source: 10}")

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """What all its bounds leave; entries arrive newest first."""
        bounded = [stored for stored in entries if part.concerns(self.when, stored, now)]
        left = {id(stored) for stored in self._within(bounded, now)}
        over = {id(stored) for stored in bounded} - left
        return tuple(stored for stored in entries if id(stored) not in over)

    def _within(self, entries: Iterable[model.Stored], now: datetime.datetime) -> list[model.Stored]:
        if self.age is not None:
            oldest = self.age
            entries = [stored for stored in entries if condition.age(stored, now) <= oldest]
        if self.per_source is not None:
            entries = list(_of_each(entries, self.per_source))
        if self.per_day is not None:
            entries = list(_of_each_day(list(entries), self.per_day))
        return list(entries) if self.bytes is None else list(_together(entries, self.bytes))


def _of_each(entries: Iterable[model.Stored], most: int) -> Iterator[model.Stored]:
    """The first so many of each source."""
    count: collections.Counter[int] = collections.Counter()
    for stored in entries:
        count[stored.source] += 1
        if count[stored.source] <= most:
            yield stored


def _of_each_day(entries: list[model.Stored], most: int) -> Iterator[model.Stored]:
    """So many of each day, so that what readers got in the morning is not taken back in the evening."""
    best = sorted(entries, key=lambda stored: (-stored.score, stored.first_seen, stored.entry.id))
    count: collections.Counter[datetime.date] = collections.Counter()
    left = set()
    for stored in best:
        day = stored.first_seen.date()
        count[day] += 1
        if count[day] <= most:
            left.add(id(stored))
    return (stored for stored in entries if id(stored) in left)


def _together(entries: Iterable[model.Stored], most: int) -> Iterator[model.Stored]:
    """The first, as long as their contents together are no larger."""
    taken = 0
    for stored in entries:
        taken += len(stored.entry.content.encode())
        if taken > most:
            return
        yield stored
