"""The rule `tag`."""

from __future__ import annotations

import dataclasses
import datetime
from typing import ClassVar

import pydantic

from aggregator.core import model
from aggregator.core.curate import match, part


@dataclasses.dataclass(frozen=True, slots=True)
class Tag:
    """Entries that match get more categories, which later rules and readers see."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.KEYS

    categories: match.Words
    """which ones"""
    when: part.When = None
    """which entries; default all"""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """All entries, in their order."""
        return tuple(self._tagged(stored) if part.concerns(self.when, stored, now) else stored for stored in entries)

    def _tagged(self, stored: model.Stored) -> model.Stored:
        more = tuple(name for name in dict.fromkeys(self.categories) if name not in stored.categories)
        return dataclasses.replace(stored, categories=stored.categories + more) if more else stored
