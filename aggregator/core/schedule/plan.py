"""When a source is due next: as soon as waiting longer would cost more delay than the request is worth.

A poll at b after one at a collects entries that have waited C(a, b) = ∫ λ(s) (b - s) ds in all. With a price μ for each request
the best schedule for a constant rate λ has gaps of sqrt(2 μ / λ) (Sia, Cho and Cho, "Efficient Monitoring Algorithm for Fast News
Alerts", TKDE 2007), and costs sqrt(2 μ λ) a second. So the next poll is where C(a, b) - ∫ sqrt(2 μ λ) is least: it falls while
polling can wait, and a peak of λ is waited for and polled right after.
"""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Iterator

from aggregator.core.schedule import bounds, rate
from aggregator.core.schedule.rhythm import ECHOES, STRETCHES, Rhythm, faded

PER_ENTRY = 0.0  # every entry weighs the same
BALANCED = 0.5  # entries of rare sources weigh more: the mean over entries and the mean over sources are both good
_FIRST_STEP = 150.0  # seconds that an echo is taken as constant at first …
_STEP = 0.3  # … and later, as a share of the way so far
_FAINT = 0.1  # of the rest, an echo need no longer be followed
_BURST = 2.0  # entries in a stretch that may be the beginning of a burst
_ROOM = 0.4  # of the window that a burst may fill before the next poll


@dataclasses.dataclass(frozen=True, slots=True)
class Aim:
    """What a poll is worth: `price` in entry-seconds of delay, `levelling` from 0 (entries weigh alike) to 1 (sources do)."""

    price: float
    levelling: float = BALANCED


def wait(rhythm: Rhythm, now: float, aim: Aim, window: int = 0) -> float:
    """The seconds until the next poll, from SHORTEST to LONGEST. `window` is how many entries the document shows; 0: unknown."""
    silence = 0.0 if rhythm.at is None else max(0.0, now - rhythm.at)
    pace = rate.estimate(rhythm.pace, silence)
    price = aim.price * (pace.lasting * rhythm.size * bounds.DAY) ** aim.levelling / rhythm.size
    echoes = _echoes(rhythm, silence)
    highest = pace.present * rhythm.bands.highest + sum(echoes)
    best = _cheapest(_forecast(rhythm, now, pace.present, echoes), 2 * price, highest)
    if window:
        best, room = min(best, _safe(rhythm, now, window)), _filled(window) / rhythm.size
        if best * highest > room:
            best = _reached(_forecast(rhythm, now, pace.present, echoes), room, best)
    if rhythm.ticks is not None:
        best = rhythm.ticks.nearest(now + best, now + bounds.SHORTEST) - now
    return min(bounds.LONGEST, max(bounds.SHORTEST, best))


def delay(rhythm: Rhythm, since: float, until: float) -> float:
    """The mean delay in seconds to expect of entries that the poll at `until` will show, after one at `since`."""
    silence = 0.0 if rhythm.at is None else max(0.0, since - rhythm.at)
    pace = rate.estimate(rhythm.pace, silence)
    left, held, waited = max(0.0, until - since), 0.0, 0.0
    for level, span in _forecast(rhythm, since, pace.present, _echoes(rhythm, silence)):
        span = min(span, left)
        waited += held * span + level * span * span / 2
        held, left = held + level * span, left - span
        if not left:
            break
    return waited / held if held else 0.0


def _echoes(rhythm: Rhythm, silence: float) -> list[float]:
    """Events a second that the echoes of past ones foretell."""
    weights = rhythm.weights[-len(ECHOES) :]
    return [weight * echo / span for weight, echo, span in zip(weights, faded(rhythm.echoes, ECHOES, silence), ECHOES, strict=True)]


def _forecast(rhythm: Rhythm, now: float, pace: float, echoes: list[float]) -> Iterator[tuple[float, float]]:
    """Stretches of the time to come, for a day and more: events a second, and seconds."""
    bands, midnight = rhythm.bands, now // bounds.DAY * bounds.DAY
    starts, count = bands.starts, len(bands.starts)
    index = bisect.bisect_right(starts, now - midnight) - 1
    day = int(midnight // bounds.DAY) % 7
    at, echo = now, sum(echoes)
    while at < now + bounds.LONGEST:
        end = midnight + (starts[index + 1] if index + 1 < count else bounds.DAY)
        level = pace * (bands.daily[index] + bands.weekly[index] * bands.days[day])
        while at < end:
            step = end - at
            if echo > _FAINT * level:
                step = min(step, max(_FIRST_STEP, _STEP * (at - now)))
                echo = sum(faded(echoes, ECHOES, at + step / 2 - now))
            yield level + echo, step
            at += step
        index += 1
        if index == count:
            index, midnight, day = 0, midnight + bounds.DAY, (day + 1) % 7


def _cheapest(forecast: Iterator[tuple[float, float]], double: float, highest: float) -> float:
    """The seconds until it costs least to poll; `double` is twice the price in event-seconds, `highest` bounds the forecast.

    Waiting is cheap while fewer events wait than sqrt(2 μ λ); so the least lies where they become more, in or between stretches.
    """
    enough = math.sqrt(double * highest)
    at = held = cost = least = best = 0.0
    cheap, found = True, False
    for level, span in forecast:
        worth = math.sqrt(double * level)
        if cheap and held + level * span >= worth:
            turn = max(0.0, (worth - held) / level)
            then = cost + (held - worth) * turn + level * turn * turn / 2
            if not found or then < least:
                best, least, found = at + turn, then, True
        if held >= enough:
            return best
        cost += (held - worth) * span + level * span * span / 2
        held += level * span
        at += span
        cheap = held < worth
    return at if cheap and (not found or cost < least) else best


def _filled(window: int) -> float:
    """How many entries x may be expected until the next poll, so that hardly ever more than the window come: 1.6 x + 4 sqrt(x)."""
    return ((math.sqrt(16 + 6.4 * window) - 4) / 3.2) ** 2


def _reached(forecast: Iterator[tuple[float, float]], room: float, longest: float) -> float:
    """The seconds until so many events are expected, at most so long."""
    at = held = 0.0
    for level, span in forecast:
        if at >= longest or held + level * span >= room:
            return min(longest, at + (room - held) / level)
        held, at = held + level * span, at + span
    return longest


def _safe(rhythm: Rhythm, now: float, window: int) -> float:
    """The seconds in which a burst cannot push entries out of the window, if it is none unheard of.

    One that seems to have begun is taken for the fastest there was; one that may begin at any moment for one that lasts.
    """
    longest = bounds.LONGEST if rhythm.most[-1] <= window else STRETCHES[-1] * window / rhythm.most[-1]
    silence = now - rhythm.latest if rhythm.latest is not None else 0.0
    for lately, most, span in zip(faded(rhythm.recent, STRETCHES, max(0.0, silence)), rhythm.most, STRETCHES, strict=True):
        if lately >= _BURST and most >= _ROOM * window:
            longest = min(longest, span * _ROOM * window / most)
    return longest
