"""A rule and where it stands: in which scope, of whom, at which place."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, Literal

Scope = Literal["everywhere", "category", "source", "output"]


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """A rule of feeds.yaml at its place; `rule` is one of those in RULES."""

    rule: Any
    name: str  # of its kind, as RULES has it
    scope: Scope
    of: str = ""  # whose it is: a category, a source as feeds.yaml calls it, an output
    number: int = 1  # among the rules of its owner, from 1; those of a shared set are counted where it is used
    shared: str = ""  # the shared set that it came from
    at: str = ""  # where it is written: file:line
    expires: datetime.date | None = None  # the last day (UTC) on which it acts
    because: str = ""  # why, in the user's words

    def acts(self, now: datetime.datetime) -> bool:
        """Whether it still acts."""
        return self.expires is None or now.date() <= self.expires

    @property
    def whose(self) -> str:
        """Where it stands, for people."""
        owner = {"everywhere": "for all sources", "category": f"of the category {self.of}"}.get(
            self.scope, f"of the {self.scope} {self.of}"
        )
        return f"rule {self.number} {owner}{f', from the set {self.shared}' if self.shared else ''}"
