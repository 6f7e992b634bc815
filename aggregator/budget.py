"""The price of a request, by which adaptive polls meet the budget: charged where polls are decided on, followed elsewhere."""

from __future__ import annotations

from aggregator import clock, roster
from aggregator.core.schedule import plan, price

NOTE = "price"  # its name in the store


class Budget:
    """The price in force, by what the store noted of it last."""

    def __init__(self, listed: roster.Roster, noted: str, ticking: clock.Clock) -> None:
        self._clock = ticking
        self._roster = listed
        self._price = listed.priced(price.load(noted), ticking.now())

    def adopt(self, listed: roster.Roster) -> None:
        """Go on with other sources or another budget."""
        self._roster = listed
        self._price = listed.priced(self._price, self._clock.now())

    def follow(self, noted: str) -> None:
        """Go on from what another program has noted."""
        self._price = self._roster.priced(price.load(noted) or self._price, self._clock.now())

    def charge(self) -> None:
        """Count one more adaptive poll."""
        self._price = price.charged(self._price, self._clock.now().timestamp(), self._roster.budget)

    @property
    def aim(self) -> plan.Aim:
        """What intervals are planned by."""
        return plan.Aim(self._price.level)

    @property
    def interval(self) -> float:
        """The mean seconds between a source's adaptive polls that are aimed at."""
        return self._price.interval

    @property
    def noted(self) -> str:
        """The price as the store is to note it."""
        return price.dump(self._price)
