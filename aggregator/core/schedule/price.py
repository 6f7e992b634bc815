"""What a request costs, in entry-seconds of delay: one price for all sources, led so that a day's adaptive polls meet the budget.

Requests fall with the square root of the price. The price answers at once to what the polls so far owe to the budget, and what
remains owed moves its base; so a month is kept closely, and a day too, while sources come and go. That there are more polls at
some times of the day than at others is learned and is no debt: in the course of a day the price is to stay as it is.
"""

from __future__ import annotations

import dataclasses
import math

from aggregator.core.schedule import bounds

_STEPS = 48  # looks at the account in a day
_STEP = bounds.DAY / _STEPS
_GONE = bounds.DAY / 4  # a longer pause was no saving: the daemon was away
_ANSWER = 8.0  # by how much, in logarithms, the price answers to a whole day's debt
_MOVE = 1.5  # … and its base, for each day that it is owed
_MOST = 0.1  # of a day's budget can be owed or saved
_SETTLING = bounds.DAY / 6  # in which the price is sought in long strides; then in shorter ones for the rest of the first day
_HASTE = 8.0  # of those, a day
_HABIT = 0.2  # by how much a day changes what is known of the times of day
_LOWEST, _HIGHEST = 1e-3, 1e9
_USUAL = 0.5 / bounds.DAY  # entries a second of a source, to begin with


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """`level` is the price in force. `debt` is in days of the budget, below 0 when saved; `polls` were made since `at`.

    `course` has the polls of each half-hour of the day, as a multiple of the mean.
    """

    level: float
    base: float
    began: float
    at: float
    polls: int = 0
    debt: float = 0.0
    course: tuple[float, ...] = (1.0,) * _STEPS


def opening(interval: float, now: float) -> Price:
    """The price to begin with, where sources are to be polled at such a mean interval (seconds)."""
    level = _bounded(_USUAL * interval * interval / 2)
    return Price(level, level, now, now)


def charged(price: Price, now: float, budget: float) -> Price:
    """The price after one more adaptive poll, under a budget of requests a day."""
    polls, past = price.polls + 1, now - price.at
    if 0 <= past < _STEP:
        return Price(price.level, price.base, price.began, price.at, polls, price.debt, price.course)
    if not 0 <= past < _GONE:
        return dataclasses.replace(price, at=now, polls=0)
    days, age = past / bounds.DAY, now - price.began
    used = polls / (budget * days)
    if age < bounds.DAY:
        base = _bounded(price.base * (min(2.0, max(0.5, used)) if age < _SETTLING else max(0.1, used) ** (_HASTE * days)))
        return Price(base, base, price.began, now)
    step = int(now % bounds.DAY / _STEP) % _STEPS
    due = price.course[step] * _STEPS / sum(price.course)
    debt = min(_MOST, max(-_MOST, price.debt + (used - due) * days))
    base = _bounded(price.base * math.exp(_MOVE * debt * days))
    course = (*price.course[:step], max(0.1, due + _HABIT * (used - due)), *price.course[step + 1 :])
    return Price(base * math.exp(_ANSWER * debt), base, price.began, now, 0, debt, course)


def _bounded(level: float) -> float:
    return min(_HIGHEST, max(_LOWEST, level))
