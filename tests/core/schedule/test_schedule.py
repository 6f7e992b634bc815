"""When a source is due next."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import schedule

NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
CHANCE = st.floats(0, 1, exclude_max=True)


def test_mean_gap() -> None:
    """Seconds between distinct dates, in whatever order they come."""
    assert schedule.mean_gap([NOW, NOW - 2 * HOUR, NOW - 6 * HOUR, NOW]) == 3 * 3600
    assert schedule.mean_gap([NOW]) is None


@pytest.mark.parametrize(
    ("gap", "silent", "stretch", "minutes"),
    [
        (None, None, 1, 60),
        (2 * 3600, 0, 1, 60),
        (60, 0, 1, 5),
        (90 * 86_400, 0, 1, 24 * 60),
        (2 * 3600, 8, 1, 120),
        (2 * 3600, 0, 3, 180),
        (2 * 3600, 0, 100, 24 * 60),
    ],
)
def test_adaptive_intervals(gap: float | None, silent: float | None, stretch: float, minutes: float) -> None:
    """Half the gap, longer in silence and under a budget, between five minutes and a day."""
    newest = None if silent is None else NOW - silent * HOUR
    assert schedule.adaptive(gap, newest, NOW, stretch) == datetime.timedelta(minutes=minutes)


def test_the_budget() -> None:
    """Intervals grow until a day's polls fit; they never shrink to use a budget up."""
    hourly = [HOUR] * 10
    assert schedule.stretch(hourly, 240) == 1
    assert schedule.stretch(hourly, 120) == 2
    assert schedule.stretch(hourly, 10_000) == 1


def test_explicit_intervals_do_not_drift() -> None:
    """They count from the planned time, without chance; after a long pause from now."""
    late = NOW + datetime.timedelta(seconds=40)
    assert schedule.after_success(HOUR, HOUR, NOW, late, 0.7) == NOW + HOUR
    assert schedule.after_success(HOUR, HOUR, NOW - 5 * HOUR, late, 0.7) == late + HOUR


@given(CHANCE, st.integers(300, 86_400))
def test_adaptive_polls_spread(chance: float, seconds: int) -> None:
    """By a tenth at most, either way."""
    wanted = datetime.timedelta(seconds=seconds)
    due = schedule.after_success(None, wanted, NOW, NOW, chance)
    assert abs(due - NOW - wanted) <= wanted * schedule.JITTER


@given(st.integers(1, 10_000), CHANCE, st.one_of(st.none(), st.floats(0, 1e12)), st.integers(1, 10**6))
def test_failures_back_off(failures: int, chance: float, retry_after: float | None, seconds: int) -> None:
    """Always later than the interval, never before Retry-After, never given up."""
    interval = datetime.timedelta(seconds=seconds)
    due = schedule.after_failure(interval, failures, retry_after, NOW, chance)
    longest = max(schedule.LONGEST, interval)
    assert NOW + min(interval, longest) <= due <= NOW + longest * (1 + schedule.JITTER)
    if retry_after is not None:
        assert due >= NOW + datetime.timedelta(seconds=min(retry_after, 86_400))
    assert schedule.is_due(due, interval, due)


def test_failures_double() -> None:
    """An hour, two, four, up to a day."""
    waits = [schedule.after_failure(HOUR, failures, None, NOW, 0) - NOW for failures in (1, 2, 3, 10)]
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR, 24 * HOUR]


def test_what_is_due() -> None:
    """What the plan says; and what lies further ahead than any plan reaches, for then a clock was wrong."""
    assert schedule.is_due(NOW, HOUR, NOW)
    assert not schedule.is_due(NOW + HOUR, HOUR, NOW)
    assert schedule.is_due(NOW + 400 * 24 * HOUR, HOUR, NOW)
    assert not schedule.is_due(NOW + 6 * 24 * HOUR, 7 * 24 * HOUR, NOW)
    assert not schedule.is_due(None, HOUR, NOW)
