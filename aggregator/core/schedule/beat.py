"""When a server makes its document anew: many do so by a timer, and a poll between two ticks finds nothing that the last did not.

An entry that is older than a poll which did not show it tells that a tick fell between that poll and the next, and none between
the entry and the poll. For each usual period a set of phases, as bits, holds what all such evidence leaves possible; max-age and
the like are no evidence of the phase, but a period that the server names itself is believed sooner.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterable

PERIODS = (600.0, 900.0, 1800.0, 3600.0)
PHASES = 60  # that a period is divided into
_ALL = (1 << PHASES) - 1
_ENOUGH = 2  # late entries that agree on a phase before it is believed
_MOST = 200  # late entries worth counting


@dataclasses.dataclass(frozen=True, slots=True)
class Beat:
    """For each of the PERIODS the phases that are possible, and how many late entries agreed since they were last refuted."""

    phases: tuple[int, ...] = (_ALL,) * len(PERIODS)
    agreed: tuple[int, ...] = (0,) * len(PERIODS)


@dataclasses.dataclass(frozen=True, slots=True)
class Ticks:
    """A believed timer: it has ticked by `phase` seconds after each multiple of `period`."""

    period: float
    phase: float

    def nearest(self, moment: float, soonest: float) -> float:
        """The tick nearest to a moment, but not before `soonest`."""
        tick = round((moment - self.phase) / self.period) * self.period + self.phase
        return tick if tick >= soonest else math.ceil((soonest - self.phase) / self.period) * self.period + self.phase


def learn(beat: Beat, dates: Iterable[float], since: float, now: float) -> Beat:
    """What the entries tell that a poll showed first, after one at `since` did not; `dates` are true to the second."""
    phases, agreed = list(beat.phases), list(beat.agreed)
    for date in dates:
        for index, period in enumerate(PERIODS):
            possible = _possible(date, since, now, period)
            late = int(date < since)
            if phases[index] & possible:
                phases[index] &= possible
                agreed[index] = min(_MOST, agreed[index] + late)
            else:
                phases[index], agreed[index] = possible or _ALL, late if possible else 0
    return Beat(tuple(phases), tuple(agreed))


def _possible(date: float, since: float, now: float, period: float) -> int:
    """The phases by which an entry of that date is first seen now, but was not at `since` (if it was there already)."""
    if date >= since:
        return _touched(date, now, period)
    return _touched(since, now, period) & ~_within(date, since, period)


def _touched(start: float, end: float, period: float) -> int:
    """The phases that a stretch of time touches."""
    if end - start >= period:
        return _ALL
    width = period / PHASES
    return _bits(math.floor(start / width), math.floor(end / width) + 1)


def _within(start: float, end: float, period: float) -> int:
    """The phases that lie wholly in a stretch of time."""
    if end - start >= period:
        return _ALL
    width = period / PHASES
    return _bits(math.floor(start / width) + 1, math.floor(end / width))


def _bits(first: int, end: int) -> int:
    """The bits from the first up to the end, around the circle."""
    count = max(0, min(PHASES, end - first))
    run = ((1 << count) - 1) << first % PHASES
    return (run | run >> PHASES) & _ALL


def ticks(beat: Beat, named: Collection[float]) -> Ticks | None:
    """The timer that most late entries agree on; None while too few do. `named`: periods in seconds that the source itself names.

    Of two, the one that is named, or the faster: to wait for a slow one that is none costs more.
    """
    known = [
        (agreed, period in named, -index)
        for index, (period, agreed) in enumerate(zip(PERIODS, beat.agreed, strict=True))
        if agreed >= _ENOUGH - (period in named)
    ]
    if not known:
        return None
    index = -max(known)[-1]
    return Ticks(PERIODS[index], _end(beat.phases[index]) * PERIODS[index] / PHASES)


def _end(phases: int) -> int:
    """The phase after the last possible one, where the widest stretch of impossible ones begins."""
    bits = [bit for bit in range(PHASES) if phases >> bit & 1]
    gaps = [(after - bit - 1) % PHASES for bit, after in zip(bits, [*bits[1:], bits[0]], strict=True)]
    return (bits[gaps.index(max(gaps))] + 1) % PHASES
