"""The rules `boost` and `demote`."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Annotated, ClassVar

import pydantic

from aggregator.core import model
from aggregator.core.curate import part

_Points = Annotated[float, pydantic.Strict(), pydantic.Field(gt=0, le=1_000_000, allow_inf_nan=False)]


@dataclasses.dataclass(frozen=True, slots=True)
class Boost:
    """Entries that match get a higher score."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.KEYS

    by: _Points = 1.0
    """by how much; 1 when it is not given"""
    when: part.When = None
    """which entries; default all"""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """All entries, in their order."""
        return _scored(entries, self.by, self.when, now)


@dataclasses.dataclass(frozen=True, slots=True)
class Demote:
    """Entries that match get a lower score."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.KEYS

    by: _Points = 1.0
    """by how much; 1 when it is not given"""
    when: part.When = None
    """which entries; default all"""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """All entries, in their order."""
        return _scored(entries, -self.by, self.when, now)


def _scored(entries: tuple[model.Stored, ...], points: float, when: part.When, now: datetime.datetime) -> tuple[model.Stored, ...]:
    return tuple(
        dataclasses.replace(stored, score=stored.score + points) if part.concerns(when, stored, now) else stored
        for stored in entries
    )
