"""What is known of one subscription."""

from __future__ import annotations

import dataclasses
import datetime
import typing
from typing import Literal

State = Literal["wanted", "asked", "live", "trusted", "failing", "leaving"]
STATES: tuple[State, ...] = typing.get_args(State)
MOST_PROOFS = 9


@dataclasses.dataclass(frozen=True, slots=True)
class Subscription:
    """A source's topic at a hub. Token, secret and callback are for that hub alone and never shown."""

    token: str = dataclasses.field(repr=False)
    secret: str = dataclasses.field(repr=False)
    callback: str = dataclasses.field(repr=False)
    source: int  # which source, as the store counts them
    topic: str
    hubs: tuple[str, ...]  # that the source names, in its order
    document: str  # where the source was read: what its addresses start from
    try_at: datetime.datetime  # when there is something to do next
    leaving: bool = False
    hub: int = 0  # which of the hubs is asked
    asked_at: datetime.datetime | None = None  # that hub was asked then, and has not verified yet
    failures: int = 0  # rounds in a row in which no hub worked
    error: str = ""  # of the last request, for people
    live_since: datetime.datetime | None = None
    lease_until: datetime.datetime | None = None  # None: not live
    unconfirmed: tuple[str, ...] = ()  # published ids of entries that were delivered and not seen in a poll since
    proofs: int = 0  # polls in a row that confirmed what was delivered and showed nothing else
    lapses: int = 0  # how often a poll showed what a trusted hub had not delivered

    @property
    def live(self) -> bool:
        """Whether a hub delivers."""
        return self.lease_until is not None and not self.leaving

    @property
    def trusted(self) -> bool:
        """Whether polls may wait: after each lapse that takes two proofs more."""
        return self.live and self.proofs >= min(MOST_PROOFS, 1 + 2 * self.lapses)

    @property
    def state(self) -> State:
        """In a word, for tables and metrics."""
        if self.leaving:
            return "leaving"
        if self.live:
            return "trusted" if self.trusted else "live"
        if self.failures:
            return "failing"
        return "wanted" if self.asked_at is None else "asked"
