"""The rule `fair`."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from typing import ClassVar

import pydantic

from aggregator.core import amounts, model
from aggregator.core.curate import part

_MONTH = datetime.timedelta(days=30)


@dataclasses.dataclass(frozen=True, slots=True)
class Fair:
    """Each source that is alive keeps a place in the window, so that a monthly blog is not washed away by a news wire."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.KEYS

    slots: part.Whole = 1
    """how many places each source has for its newest entries"""
    stay: amounts.Duration = _MONTH
    """how long an entry keeps such a place after it was first seen; a source without anything younger has none"""

    def choose(self, entries: tuple[model.Stored, ...], limit: int, now: datetime.datetime) -> tuple[model.Stored, ...]:
        """So many entries, out of those that come newest first: those with a place, then the newest of the others.

        Where there are more such places than the window has, they go to the newest.
        """
        own = [stored for stored in self._own(entries) if now - stored.first_seen <= self.stay][:limit]
        chosen = {id(stored) for stored in own}
        for stored in entries:
            if len(chosen) >= limit:
                break
            chosen.add(id(stored))
        return tuple(stored for stored in entries if id(stored) in chosen)

    def _own(self, entries: tuple[model.Stored, ...]) -> list[model.Stored]:
        """The newest entries of each source, newest first; each source's first before any's second."""
        count: collections.Counter[int] = collections.Counter()
        ranked = []
        for stored in entries:
            count[stored.source] += 1
            if count[stored.source] <= self.slots:
                ranked.append((count[stored.source], stored))
        return [stored for _, stored in sorted(ranked, key=lambda one: one[0])]
