"""Figures as pictures: what an SVG of a page draws, and the same in words, for who does not see it."""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 720, 160  # of the large plots, in units of their own
_MARKS = ((10, "10 s"), (60, "1 min"), (300, "5 min"), (900, "15 min"), (3600, "1 h"), (14_400, "4 h"), (86_400, "1 day"))
_FIRST, _LAST = 1.0, 172_800.0  # seconds at the ends of the axis of delays
_BAR, _GAP, _TALL = 6, 2, 22  # of a sparkline
KINDS = ("updated", "not_modified", "failed")


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of some kind, from its upper left corner."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclasses.dataclass(frozen=True, slots=True)
class Spark:
    """A line of small bars with what it says in words."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    said: str


@dataclasses.dataclass(frozen=True, slots=True)
class Freshness:
    """Shares of entries over delay as two lines (`points` of SVG), marks of the axis, and a table: delay, seen, shown."""

    seen: str
    shown: str
    marks: tuple[tuple[float, str], ...]
    table: tuple[tuple[str, str, str], ...]
    said: str
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """Polls over time as stacked bars, those that are planned to the right of `now`; `steps` is the same as rows of figures."""

    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, str], ...]
    now: float
    said: str


def spark(volumes: Sequence[int]) -> Spark:
    """How much a source published a day, the present day last."""
    top = max([*volumes, 1])
    bars = []
    for place, volume in enumerate(volumes):
        tall = max(1.0, round(_TALL * volume / top, 1))
        bars.append(Bar("some" if volume else "none", place * (_BAR + _GAP), _TALL - tall, _BAR, tall))
    days = len(volumes)
    said = f"{sum(volumes)} {'entry' if sum(volumes) == 1 else 'entries'} in {days} days; a day: {', '.join(map(str, volumes))}"
    return Spark(tuple(bars), max(0, days * (_BAR + _GAP) - _GAP), _TALL, said)


def freshness(delays: Sequence[tuple[float, float]]) -> Freshness | None:
    """How late entries were seen after they were published, and how late they were shown, each in seconds; None without any."""
    if not delays:
        return None
    seen, shown = sorted(one for one, _ in delays), sorted(other for _, other in delays)
    middle, most = seen[len(seen) // 2], seen[int(0.9 * (len(seen) - 1))]
    step = sorted(max(0.0, other - one) for one, other in delays)[len(delays) // 2]
    said = (
        f"Of {len(seen)} entries, half were seen within {duration(middle)} of their publication and nine in ten within "
        f"{duration(most)}; half of them stood in a feed {'at once' if step < 1 else f'{duration(step)} later'}."
    )
    table = tuple((label, _percent(seen, seconds), _percent(shown, seconds)) for seconds, label in _MARKS)
    return Freshness(
        _line(seen), _line(shown), tuple((_across(seconds), label) for seconds, label in _MARKS), table, said, len(seen)
    )


def _line(ordered: Sequence[float]) -> str:
    """The share of values up to each delay, as far as the axis goes."""
    points = []
    for place in range(0, WIDTH + 1, 12):
        seconds = _FIRST * math.exp(place / WIDTH * math.log(_LAST / _FIRST))
        share = bisect.bisect_right(ordered, seconds) / len(ordered)
        points.append(f"{place},{HEIGHT * (1 - share):.1f}")
    return " ".join(points)


def _across(seconds: float) -> float:
    return round(WIDTH * math.log(seconds / _FIRST) / math.log(_LAST / _FIRST), 1)


def _percent(ordered: Sequence[float], seconds: float) -> str:
    return f"{bisect.bisect_right(ordered, seconds) / len(ordered):.0%}"


def timeline(past: Sequence[Mapping[str, int]], planned: Sequence[int], minutes: int) -> Timeline:
    """Polls in steps of so many minutes: what those of the past came to, the present step last, and how many are planned."""
    steps = len(past) + len(planned)
    wide = WIDTH / max(1, steps)
    top = max([1, *planned, *(sum(step.get(kind, 0) for kind in KINDS) for step in past)])
    bars: list[Bar] = []
    for place, step in enumerate(past):
        ground = float(HEIGHT)
        for kind in KINDS:
            tall = HEIGHT * step.get(kind, 0) / top
            if tall:
                ground -= tall
                bars.append(Bar(kind, round(place * wide, 1), round(ground, 1), round(wide - 1, 1), round(tall, 1)))
    for place, count in enumerate(planned, len(past)):
        if count:
            tall = HEIGHT * count / top
            bars.append(Bar("planned", round(place * wide, 1), round(HEIGHT - tall, 1), round(wide - 1, 1), round(tall, 1)))
    now, hour = len(past) * wide, 60 / minutes * wide
    marks = [(round(now - hours * hour, 1), f"{hours} h ago") for hours in range(6, 0, -2) if now - hours * hour >= 0]
    marks += [(round(now, 1), "now")]
    marks += [(round(now + hours * hour, 1), f"in {hours} h") for hours in (2, 4) if now + hours * hour <= WIDTH]
    sums = {kind: sum(step.get(kind, 0) for step in past) for kind in KINDS}
    before, after = (duration(count * minutes * 60) for count in (len(past), len(planned)))
    said = (
        f"In the last {before}, {sums['updated']} polls brought a document, {sums['not_modified']} found nothing new and "
        f"{sums['failed']} failed; in the next {after}, {sum(planned)} are planned."
    )
    return Timeline(tuple(bars), tuple(marks), round(now, 1), said)


def duration(seconds: float) -> str:
    """A time for people, in its largest unit."""
    for unit, long in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= 1.5 * long or (unit == "second"):
            count = round(seconds / long)
            return f"{count} {unit}{'' if count == 1 else 's'}"
        if seconds >= long:
            return f"1 {unit}"
    raise AssertionError("seconds are the last unit")
