"""What is learned of a source's publication, from the dates of its entries alone.

The next entry is foretold by a mixture: the source's rate by its time of day and week as seen in several views, and the echo of
its last entries, for entries come in runs (a self-exciting process: Hawkes, Biometrika 1971). After each entry every part of the
mixture is credited with its share of having foretold it, before it learns from it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

from aggregator.core import model
from aggregator.core.schedule import beat, bounds, profile, rate

ECHOES = (600.0, 3_600.0, 21_600.0)  # seconds in which the echo of an entry falls to 1/e
STRETCHES = (900.0, 3_600.0, 14_400.0)  # in which entries are counted, to know bursts
PRIOR = (1.0, 0.5, 0.5, 1.0, 0.5, 0.25, 0.25, 0.5, 0.3, 0.3, 0.3)  # entries credited beforehand: the views, then the echoes
_WEIGHTS = tuple(one / sum(PRIOR) for one in PRIOR)
_WEEKLY = 0.8  # of the credit of views by time of day, what views by day of the week get where a source names days
_CREDIT = 15 * bounds.DAY  # half-life of credits
_BATCH = 120.0  # seconds in which entries count as one event: published by one hand at one time
_LATE = 3_600.0  # seconds by which a date lies before the last poll and is no more believed for the time of day
_CLOSE = 3 * 3_600.0  # between two polls, for the middle to stand for an unknown time
_READ = 1_000  # dates of a document that are learned from, the newest


@dataclasses.dataclass(frozen=True, slots=True)
class Rhythm:
    """A source's rhythm; made by `learn`. What is derived from the rest stands at its end."""

    at: float | None = None  # when its last event was; None: nothing is known
    latest: float | None = None  # when its last entry was
    pace: rate.Rate = rate.Rate()  # of events
    habits: profile.Profile = profile.Profile()
    credits: tuple[float, ...] = (0.0,) * len(PRIOR)
    echoes: tuple[float, ...] = (0.0,) * len(ECHOES)  # sums over past events, as of `at`
    entries: float = 1.0  # faded counts, whose ratio is the mean size of an event
    events: float = 1.0
    recent: tuple[float, ...] = (0.0,) * len(STRETCHES)  # entries lately, fading with each stretch, as of `latest`
    most: tuple[float, ...] = (0.0,) * len(STRETCHES)  # the most that `recent` ever was
    timer: beat.Beat = beat.Beat()
    hints: model.Hints = model.Hints()  # as it said last
    bands: profile.Bands = profile.bands(profile.Profile(), _WEIGHTS[: profile.VIEWS])
    weights: tuple[float, ...] = _WEIGHTS
    ticks: beat.Ticks | None = None

    @property
    def size(self) -> float:
        """Entries in an event, on average."""
        return self.entries / self.events


@dataclasses.dataclass(frozen=True, slots=True)
class Poll:
    """What a poll at `now` showed for the first time; `since` is the poll before, None for the first.

    `dates` are those of new entries, as read; an entry without one has the time it was first seen.
    """

    now: float
    since: float | None
    dates: tuple[float, ...]
    hints: model.Hints = model.Hints()


def learn(rhythm: Rhythm, poll: Poll) -> Rhythm:
    """The rhythm after a poll. A poll that showed nothing new changes nothing: silence is counted when it is asked for."""
    dates = sorted(min(date, poll.now) for date in poll.dates if math.isfinite(date))[-_READ:]
    if not dates:
        return rhythm
    events = _placed(dates, poll)
    draft = _Draft(dataclasses.replace(rhythm, hints=poll.hints), events[0][0])
    for moment, timed in events:
        draft.add(moment, timed=timed)
    exact = [] if poll.since is None else [date for date in dates if date < poll.now and date % bounds.DAY]
    known = beat.learn(rhythm.timer, exact, poll.since or 0.0, poll.now)
    return derived(dataclasses.replace(draft.done(), timer=known, hints=poll.hints))


def derived(rhythm: Rhythm, bands: profile.Bands | None = None) -> Rhythm:
    """The rhythm with what follows from the rest of it; the bands are what takes time."""
    held = [one + other for one, other in zip(_prior(rhythm.hints), rhythm.credits, strict=True)]
    total = sum(held)
    weights = tuple(one / total for one in held)
    bands = bands or profile.bands(rhythm.habits, weights[: profile.VIEWS], rhythm.hints)
    return dataclasses.replace(rhythm, weights=weights, bands=bands, ticks=beat.ticks(rhythm.timer, rhythm.hints.periods))


def _prior(hints: model.Hints) -> tuple[float, ...]:
    """What is credited beforehand, given what the source says."""
    if not hints.skip_days:
        return PRIOR
    half = profile.VIEWS // 2
    daily, weekly = PRIOR[:half], PRIOR[half : profile.VIEWS]
    shifted = [other + _WEEKLY * one for one, other in zip(daily, weekly, strict=True)]
    return (*((1 - _WEEKLY) * one for one in daily), *shifted, *PRIOR[profile.VIEWS :])


def _placed(dates: Sequence[float], poll: Poll) -> list[tuple[float, bool]]:
    """When entries came as far as can be told, in order, and whether their time of day is known.

    Midnight to the second is a date without a time. What is undated, or long late, came somewhere between the two polls.
    """
    placed = []
    for index, date in enumerate(dates):
        bare = date % bounds.DAY == 0
        if poll.since is not None and (bare or date >= poll.now or date < poll.since - _LATE):
            gap = poll.now - poll.since
            placed.append((poll.since + (index + 0.5) / len(dates) * gap, gap < _CLOSE))
        elif bare:
            placed.append((min(date + bounds.DAY / 2, poll.now), False))
        else:
            placed.append((date, date < poll.now))
    return sorted(placed)


def faded(sums: Iterable[float], spans: Iterable[float], seconds: float) -> list[float]:
    """Sums that fall to 1/e in each of the spans, after so many seconds."""
    return [total * math.exp(-seconds / span) for total, span in zip(sums, spans, strict=True)]


class _Draft:
    """A rhythm opened for learning: a workpiece that never leaves the call that made it."""

    __slots__ = (
        "_at", "_credits", "_echoes", "_entries", "_events", "_hints", "_histogram", "_latest", "_most", "_pace", "_recent",
    )  # fmt: skip

    def __init__(self, rhythm: Rhythm, first: float) -> None:
        self._at = first if rhythm.at is None else rhythm.at
        self._latest = first if rhythm.latest is None else rhythm.latest
        self._pace, self._histogram = rhythm.pace, profile.Histogram(rhythm.habits)
        self._credits, self._echoes = list(rhythm.credits), list(rhythm.echoes)
        self._entries, self._events = rhythm.entries, rhythm.events
        self._recent, self._most = list(rhythm.recent), list(rhythm.most)
        self._hints = rhythm.hints

    def add(self, moment: float, *, timed: bool) -> None:
        """Learn from an entry, the next in time."""
        silence = max(0.0, moment - self._at)
        self._count(moment)
        if silence < _BATCH and self._pace.counts[-1]:
            self._entries += 1
            return
        self._credit(moment, silence, timed=timed)
        self._pace = rate.met(self._pace, silence)
        self._histogram.add(moment, silence, timed=timed)
        kept = 2.0 ** (-silence / profile.HALF_LIFE)
        self._entries, self._events = self._entries * kept + 1, self._events * kept + 1
        self._echoes = [echo + 1 for echo in faded(self._echoes, ECHOES, silence)]
        self._at = max(self._at, moment)

    def _count(self, moment: float) -> None:
        """Entries in each stretch, and the most there ever were."""
        lately = faded(self._recent, STRETCHES, max(0.0, moment - self._latest))
        self._recent = [count + 1 for count in lately]
        self._most = [max(pair) for pair in zip(self._most, self._recent, strict=True)]
        self._latest = max(self._latest, moment)

    def _credit(self, moment: float, silence: float, *, timed: bool) -> None:
        """Give each part of the mixture its share in having foretold the event."""
        present = rate.estimate(self._pace, silence).present
        foretold = [present * view for view in self._histogram.views(moment, self._hints, timed=timed)]
        foretold += [echo / span for echo, span in zip(faded(self._echoes, ECHOES, silence), ECHOES, strict=True)]
        parts = [(one + other) * told for one, other, told in zip(_prior(self._hints), self._credits, foretold, strict=True)]
        total = sum(parts) or 1.0
        kept = 2.0 ** (-silence / _CREDIT)
        self._credits = [credit * kept + part / total for credit, part in zip(self._credits, parts, strict=True)]

    def done(self) -> Rhythm:
        """What was learned, without what follows from it."""
        return Rhythm(
            at=self._at,
            latest=self._latest,
            pace=self._pace,
            habits=self._histogram.closed(),
            credits=tuple(self._credits),
            echoes=tuple(self._echoes),
            entries=self._entries,
            events=self._events,
            recent=tuple(self._recent),
            most=tuple(self._most),
        )
