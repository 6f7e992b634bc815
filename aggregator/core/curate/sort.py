"""The rule `sort`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Literal

from aggregator.core import model

Order = Literal["newest", "oldest", "published", "score", "coverage", "longest", "title"]
KEYS: Mapping[str, Callable[[model.Stored], Any]] = {
    "newest": lambda stored: -stored.first_seen.timestamp(),
    "oldest": lambda stored: stored.first_seen.timestamp(),
    "published": lambda stored: -(stored.entry.published or stored.first_seen).timestamp(),
    "score": lambda stored: -stored.score,
    "coverage": lambda stored: -stored.coverage,
    "longest": lambda stored: -stored.words,
    "title": lambda stored: stored.entry.title.casefold(),
}
"""What stands first has the least of this; equals stay newest first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sort:
    """In which order the entries of the window stand; which those are it does not decide."""

    by: Order

    def arrange(self, entries: tuple[model.Stored, ...]) -> tuple[model.Stored, ...]:
        """The same entries in this order."""
        return tuple(sorted(entries, key=KEYS[self.by]))
