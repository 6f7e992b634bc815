"""The rule `hold`."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Annotated, ClassVar

import pydantic

from aggregator.core import amounts, model
from aggregator.core.curate import part

STEP = datetime.timedelta(minutes=5)  # in which time passes where something is held
LONGEST = datetime.timedelta(days=7)


def _bounded(value: datetime.timedelta) -> datetime.timedelta:
    if not STEP <= value <= LONGEST:
        raise ValueError("must be between 5m and 7d")
    return value


_Wait = Annotated[amounts.Duration, pydantic.AfterValidator(_bounded)]


@dataclasses.dataclass(frozen=True, slots=True)
class Hold:
    """Entries that match wait, and are published once they are settled or confirmed; when the time is up in any case."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.KEYS

    up_to: _Wait
    """how long after it was first seen an entry waits at most"""
    settled: _Wait | None = None
    """it waits no longer once it has not been edited for so long"""
    coverage: Annotated[int, pydantic.Strict(), pydantic.Field(ge=2)] | None = None
    """it waits no longer once so many sources tell it"""
    when: part.When = None
    """which entries; default all"""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """The entries that do not wait, in their order."""
        return tuple(stored for stored in entries if not (self._waits(stored, now) and part.concerns(self.when, stored, now)))

    def _waits(self, stored: model.Stored, now: datetime.datetime) -> bool:
        edited = max(stored.first_seen, stored.entry.updated or stored.first_seen)
        return (
            now - stored.first_seen < self.up_to
            and (self.settled is None or now - edited < self.settled)
            and (self.coverage is None or stored.coverage < self.coverage)
        )
