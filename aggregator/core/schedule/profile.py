"""At what time of day and on which days a source publishes: a faded histogram, seen through three widths of glass."""

from __future__ import annotations

import dataclasses
import itertools
import struct
from collections.abc import Sequence

from aggregator.core.schedule import bounds

SLOTS = 288  # of five minutes
SLOT = bounds.DAY / SLOTS
WIDTHS = (1, 4, 12)  # slots to either side that count as the same time: a timer, a habit, a part of the day
VIEWS = 2 * (1 + len(WIDTHS))  # any time, and the three widths; then the same by day of the week
HALF_LIFE = 60 * bounds.DAY
_CLOCK = struct.Struct(f"<{SLOTS}e")
_FULLEST = 60_000.0  # of a slot: half a float holds no more
_EVEN = 1.0  # events that each day of the week is believed to have had besides
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

    def views(self, moment: float, *, timed: bool) -> list[float]:
        """How much more than its mean the source publishes at that moment, in each of the VIEWS."""
        slot, day = int(moment % bounds.DAY / SLOT) % SLOTS, weekday(moment)
        views = [1.0, *(self._view(slot, width) if timed else 0.0 for width in WIDTHS)]
        likely = _likely(self.days)[day]
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


def bands(profile: Profile, shares: Sequence[float]) -> Bands:
    """The forecast when each view has such a share of the source's entries."""
    clock = _CLOCK.unpack(profile.clock)
    total = sum(clock)
    days = _likely(profile.days)
    half = VIEWS // 2
    if total:
        daily, weekly = _blended(clock, total, shares[:half]), _blended(clock, total, shares[half:])
        edges = _edges([one + other for one, other in zip(daily, weekly, strict=True)])
    else:
        daily, weekly, edges = [sum(shares[:half])], [sum(shares[half:])], [0, 1]
    spans = list(itertools.pairwise(edges))
    low, high = ([sum(one[a:b]) / (b - a) for a, b in spans] for one in (daily, weekly))
    most = max(days)
    highest = max(one + other * most for one, other in zip(low, high, strict=True))
    return Bands(tuple(a * SLOT for a, _ in spans), tuple(low), tuple(high), tuple(days), highest)


def _likely(days: Sequence[float]) -> list[float]:
    """How much of a mean day's entries each day of the week has."""
    mean = sum(days) / 7 + _EVEN
    return [(day + _EVEN) / mean for day in days]


def _blended(clock: Sequence[float], total: float, shares: Sequence[float]) -> list[float]:
    """The slots of a day through all widths at once, by running sums."""
    blend = [shares[0]] * SLOTS
    for width, share in zip(WIDTHS, shares[1:], strict=True):
        sums = [0.0, *itertools.accumulate((*clock[-width:], *clock, *clock[:width]))]
        factor = share * SLOTS / ((2 * width + 1) * total)
        blend = [so_far + factor * (to - since) for so_far, since, to in zip(blend, sums, sums[2 * width + 1 :], strict=False)]
    return blend


def _edges(slots: Sequence[float]) -> list[int]:
    """Where bands of slots that are about alike begin, and the end."""
    edges = [0]
    low = high = slots[0]
    for index, level in enumerate(slots):
        low, high = min(low, level), max(high, level)
        if high > low * _LIKE:
            edges.append(index)
            low = high = level
    return [*edges, len(slots)]
