"""The rule `limit`."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from typing import Annotated, ClassVar

import pydantic

from aggregator.core import model


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """At most so many entries of each source, the newest."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True)

    per_source: Annotated[int, pydantic.Strict(), pydantic.Field(ge=1)]
    """how many entries one source may have in the output"""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """The first `per_source` entries of each source; entries arrive newest first."""
        count: collections.Counter[int] = collections.Counter()
        kept = []
        for entry in entries:
            count[entry.source] += 1
            if count[entry.source] <= self.per_source:
                kept.append(entry)
        return tuple(kept)
