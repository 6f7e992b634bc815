"""The rule `drop`."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.core import model
from aggregator.core.curate import condition


@dataclasses.dataclass(frozen=True, slots=True)
class Drop:
    """Entries that match go."""

    when: condition.Asked

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """The entries that do not match, in their order."""
        return tuple(entry for entry in entries if not self.when.holds(entry, now))
