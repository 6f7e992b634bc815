"""At what time of day and on which days a source publishes: a faded histogram, seen through three widths of glass."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import operator
import struct
from collections.abc import Sequence

from aggregator.core import model
from aggregator.core.schedule import bounds

SLOTS = 288  # of five minutes
SLOT = bounds.DAY / SLOTS
WIDTHS = (1, 4, 12)  # slots to either side that count as the same time: a timer, a habit, a part of the day
VIEWS = 2 * (1 + len(WIDTHS))  # any time, and the three widths; then the same by day of the week
HALF_LIFE = 60 * bounds.DAY
_CLOCK = struct.Struct(f"<{SLOTS}e")
_FULLEST = 60_000.0  # of a slot: half a float holds no more
_EVEN = 1.0  # events that each day of the week is believed to have had besides
_SKIPPED = 0.1  # of a mean hour or day: what one that the source says it skips is believed to bring
_LIKE = 1.25  # by how much slots may differ and be planned as one


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """`clock` is a histogram of the day as half-precision floats, to be multiplied by `scale`; `days` begins with Thursday.

    The histogram fades by its scale, so that rounding does not eat small changes.
    """

    clock: bytes = bytes(_CLOCK.size)
    scale: float = 1.0
    days: tuple[float, ...] = (0.0,) * 7


@dataclasses.dataclass(frozen=True, slots=True)
class Bands:
    """A day cut where the forecast changes. In band k, from `starts[k]` seconds after midnight, the source publishes at
    `daily[k] + weekly[k] * days[weekday]` times its mean rate; never above `highest`."""

    starts: tuple[float, ...]
    daily: tuple[float, ...]
    weekly: tuple[float, ...]
    days: tuple[float, ...]
    highest: float


def weekday(moment: float) -> int:
    """The day of the week, 0 for Thursday: 1970 began with one."""
    return int(moment // bounds.DAY) % 7


class Histogram:
    """A profile opened for learning: a workpiece that never leaves the call that made it."""

    __slots__ = ("clock", "days", "scale", "total")

    def __init__(self, profile: Profile) -> None:
        self.clock: list[float] = list(_CLOCK.unpack(profile.clock))
        self.scale, self.days = profile.scale, list(profile.days)
        self.total = sum(self.clock)

    def views(self, moment: float, hints: model.Hints, *, timed: bool) -> list[float]:
        """How much more than its mean the source publishes at that moment, in each of the VIEWS."""
        slot, day = int(moment % bounds.DAY / SLOT) % SLOTS, weekday(moment)
        even = _any_time(hints.skip_hours)[slot] if timed else 1.0
        views = [even, *(self._view(slot, width) if timed else 0.0 for width in WIDTHS)]
        likely = _likely(self.days, hints)[day]
        return [*views, *(view * likely for view in views)]

    def _view(self, slot: int, width: int) -> float:
        if not self.total:
            return 1.0
        low, high = slot - width, slot + width + 1
        around = sum(self.clock[max(low, 0) : high])
        if low < 0:
            around += sum(self.clock[low:])
        if high > SLOTS:
            around += sum(self.clock[: high - SLOTS])
        return around * SLOTS / ((2 * width + 1) * self.total)

    def add(self, moment: float, silence: float, *, timed: bool) -> None:
        """Let the histogram fade for so many seconds, then count an event. Its time of day counts if it is `timed`."""
        kept = 2.0 ** (-silence / HALF_LIFE)
        self.days = [day * kept for day in self.days]
        self.days[weekday(moment)] += 1
        self.scale *= kept
        if self.scale < 0.5:
            self.clock = [count * self.scale for count in self.clock]
            self.total, self.scale = sum(self.clock), 1.0
        if timed:
            slot = int(moment % bounds.DAY / SLOT) % SLOTS
            self.clock[slot] += 1 / self.scale
            self.total += 1 / self.scale

    def closed(self) -> Profile:
        """The profile that was learned."""
        return Profile(_CLOCK.pack(*(min(count, _FULLEST) for count in self.clock)), self.scale, tuple(self.days))


def bands(profile: Profile, shares: Sequence[float], hints: model.Hints = model.Hints()) -> Bands:
    """The forecast when each view has such a share of the source's entries."""
    half = VIEWS // 2
    daily, weekly = shares[:half], shares[half:]
    views = _views(profile, hints)
    if views:
        edges = _edges(_blended(views, [one + other for one, other in zip(daily, weekly, strict=True)]))
    else:
        views, daily, weekly, edges = [[1.0]], [sum(daily)], [sum(weekly)], [0, 1]
    spans = list(itertools.pairwise(edges))
    sums = [[0.0, *itertools.accumulate(view)] for view in views]
    seen = [[(run[b] - run[a]) / (b - a) for a, b in spans] for run in sums]
    levels = _levels(len(spans))
    low, high = (levels.unpack(levels.pack(*_blended(seen, own))) for own in (daily, weekly))
    return banded(profile, hints, edges[:-1], low, high)


@functools.lru_cache(maxsize=SLOTS)
def _levels(count: int) -> struct.Struct:
    """So many levels of bands: as halves, for they are kept as such."""
    return struct.Struct(f"<{count}e")


def banded(profile: Profile, hints: model.Hints, slots: Sequence[int], daily: Sequence[float], weekly: Sequence[float]) -> Bands:
    """The bands that begin with these slots, at these levels."""
    days = _likely(profile.days, hints)
    most = max(days)
    highest = max(one + other * most for one, other in zip(daily, weekly, strict=True))
    return Bands(tuple(slot * SLOT for slot in slots), tuple(daily), tuple(weekly), tuple(days), highest)


def _views(profile: Profile, hints: model.Hints) -> list[list[float]]:
    """The slots of a day as each view sees them, the mean being 1, by running sums; empty when all are alike."""
    clock = _CLOCK.unpack(profile.clock)
    total = sum(clock)
    if not total and not hints.skip_hours:
        return []
    views = [_any_time(hints.skip_hours)]
    for width in WIDTHS:
        sums = [0.0, *itertools.accumulate((*clock[-width:], *clock, *clock[:width]))]
        factor = SLOTS / ((2 * width + 1) * total) if total else 0.0
        around = map(operator.sub, sums[2 * width + 1 :], sums)
        views.append([factor * count for count in around] if total else views[0])
    return views


@functools.lru_cache(maxsize=64)
def _any_time(skip_hours: int) -> list[float]:
    """The slots of a day of which only is known which hours the source says it skips."""
    hours = [_SKIPPED if skip_hours >> hour & 1 else 1.0 for hour in range(24)]
    return [24 * hour / sum(hours) for hour in hours for _ in range(SLOTS // 24)]


def _likely(days: Sequence[float], hints: model.Hints) -> list[float]:
    """How much of a mean day's entries each day of the week has."""
    even = [_EVEN * (_SKIPPED if hints.skip_days >> (day + 3) % 7 & 1 else 1.0) for day in range(7)]
    mean = (sum(days) + sum(even)) / 7
    return [(day + own) / mean for day, own in zip(days, even, strict=True)]


def _blended(views: Sequence[Sequence[float]], shares: Sequence[float]) -> list[float]:
    """Each slot, or band, through all views at once."""
    return [sum(map(operator.mul, shares, slot)) for slot in zip(*views, strict=True)]


def _edges(slots: Sequence[float]) -> list[int]:
    """Where bands of slots that are about alike begin, and the end."""
    edges = [0]
    low = high = slots[0]
    for index, level in enumerate(slots):
        if level > high:
            high = level
        elif level < low:
            low = level
        else:
            continue
        if high > low * _LIKE:
            edges.append(index)
            low = high = level
    return [*edges, len(slots)]
