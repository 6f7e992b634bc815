"""The planner of adaptive polls, as `simulate.py` wants a policy: `--policy benchmarks.polling_policy:make_policy`.

`make_policy` weighs every entry alike, `make_default` as the daemon does. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.core import model
from aggregator.core.schedule import bounds, plan, price, rhythm

MONDAY = 4 * bounds.DAY  # the simulator counts from a Monday, the planner from 1970


class Policy:
    """Each source's rhythm and last poll, and the price."""

    def __init__(self, requests_per_day: float, sources: int, levelling: float) -> None:
        self._budget, self._levelling = requests_per_day, levelling
        self._rhythms = [rhythm.Rhythm()] * sources
        self._polled: list[float | None] = [None] * sources
        self._price = price.opening(sources * bounds.DAY / requests_per_day, MONDAY)

    def next_poll(self, source: int, now: float, published: Sequence[float], window: int, ttl: float, max_age: float) -> float:
        """The seconds until the next poll of a source."""
        now += MONDAY
        self._price = price.charged(self._price, now, self._budget)
        if published:
            hints = model.Hints(tuple(filter(None, (max_age, ttl))))
            seen = rhythm.Poll(now, self._polled[source], tuple(MONDAY + date for date in published), hints)
            self._rhythms[source] = rhythm.learn(self._rhythms[source], seen)
        self._polled[source] = now
        return plan.wait(self._rhythms[source], now, plan.Aim(self._price.level, self._levelling), window)


def make_policy(requests_per_day: float, sources: int) -> Policy:
    """Entries weigh alike, whatever source they are of."""
    return Policy(requests_per_day, sources, plan.PER_ENTRY)


def make_default(requests_per_day: float, sources: int) -> Policy:
    """Weights as the daemon has them."""
    return Policy(requests_per_day, sources, plan.BALANCED)
