"""What a request costs, in entry-seconds of delay: one price for all sources, led so that a day's adaptive polls meet the budget.

Requests fall with the square root of the price. The price answers at once to what the polls so far owe to the budget, and what
remains owed moves its base; so a month is kept closely, and a day too, while sources come and go.
"""

from __future__ import annotations

import dataclasses
import json
import math

from aggregator.core.schedule import bounds

_STEP = bounds.DAY / 48  # between two looks at the account
_GONE = bounds.DAY / 4  # a longer pause was no saving: the daemon was away
_ANSWER = 8.0  # by how much, in logarithms, the price answers to a whole day's debt
_MOVE = 1.5  # … and its base, for each day that it is owed
_SAVED, _OWED = 0.1, 0.5  # of a day's budget, at most: what could not be spent, while sources failed, is no reason to hurry after
_START = bounds.DAY / 6  # in which the price is sought in long strides, and then in shorter ones for the rest of the first day
_LOWEST, _HIGHEST = 1e-3, 1e9
_USUAL = 0.5 / bounds.DAY  # entries a second of a source, to begin with


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """`level` is the price in force. `debt` is in days of the budget, below 0 when saved; `polls` were made since `at`."""

    level: float
    base: float
    began: float
    at: float
    polls: int = 0
    debt: float = 0.0
    interval: float = bounds.DAY / 24  # seconds between a source's polls, on average, that it was sought for


def opening(interval: float, now: float) -> Price:
    """The price to begin with, where sources are to be polled at such a mean interval (seconds)."""
    level = min(_HIGHEST, max(_LOWEST, _USUAL * interval * interval / 2))
    return Price(level, level, now, now, interval=interval)


def retuned(price: Price, interval: float) -> Price:
    """The price when the budget or the number of sources has changed, so that the mean interval is to be another one."""
    factor = (interval / price.interval) ** 2
    level, base = (min(_HIGHEST, max(_LOWEST, one * factor)) for one in (price.level, price.base))
    return dataclasses.replace(price, level=level, base=base, interval=interval)


def charged(price: Price, now: float, budget: float) -> Price:
    """The price after one more adaptive poll, under a budget of requests a day."""
    polls, past = price.polls + 1, now - price.at
    if 0 <= past < _STEP:
        return Price(price.level, price.base, price.began, price.at, polls, price.debt, price.interval)
    if not 0 <= past < _GONE:
        return dataclasses.replace(price, at=now, polls=0)
    days = past / bounds.DAY
    used = polls / (budget * days)
    base, debt, age = price.base, price.debt, now - price.began
    if age < _START:
        base *= min(2.0, max(0.5, used))
    elif age < bounds.DAY:
        base *= max(0.1, used) ** (8 * days)
    else:
        debt = min(_OWED, max(-_SAVED, debt + (used - 1) * days))
        base *= math.exp(_MOVE * debt * days)
    base = min(_HIGHEST, max(_LOWEST, base))
    return Price(base * math.exp(_ANSWER * debt), base, price.began, now, 0, debt, price.interval)


def dump(price: Price) -> str:
    """A price as text, for the store."""
    return json.dumps(dataclasses.asdict(price))


def load(text: str) -> Price | None:
    """The price that was dumped; None for anything else."""
    try:
        return Price(**json.loads(text))
    except (ValueError, TypeError):
        return None
