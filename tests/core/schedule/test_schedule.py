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


def test_explicit_intervals_do_not_drift() -> None:
    """They count from the planned time; after a long pause from now."""
    late = NOW + datetime.timedelta(seconds=40)
    assert schedule.after_success(HOUR, NOW, late) == NOW + HOUR
    assert schedule.after_success(HOUR, NOW - 5 * HOUR, late) == late + HOUR


@given(st.integers(1, 10**9), st.integers(-(10**6), 10**6), st.none() | st.integers(-(10**6), 10**6))
def test_explicit_intervals(seconds: int, late: int, planned: int | None) -> None:
    """Just that: never early by the plan, never in the past."""
    interval = datetime.timedelta(seconds=seconds)
    plan = None if planned is None else NOW + datetime.timedelta(seconds=planned)
    now = NOW + datetime.timedelta(seconds=late)
    due = schedule.after_success(interval, plan, now)
    assert now < due <= now + interval
    assert plan is None or (due - plan) % interval == datetime.timedelta(0) or due == now + interval


def test_explicit_intervals_keep_their_beat() -> None:
    """However slow each answer is, as long as it comes in time."""
    due = NOW
    for poll in range(100):
        due = schedule.after_success(HOUR, due, due + datetime.timedelta(seconds=poll * 30))
    assert due == NOW + 100 * HOUR


@given(CHANCE, CHANCE, st.integers(300, 86_400))
def test_adaptive_polls_spread(one: float, other: float, seconds: int) -> None:
    """By a few hundredths at most, never to an earlier time and never beyond the longest."""
    wanted = datetime.timedelta(seconds=seconds)
    waits = [schedule.spread(wanted, chance) for chance in sorted((one, other))]
    assert wanted <= waits[0] <= waits[1] <= min(schedule.LONGEST, wanted * (1 + schedule.SPREAD))
    assert abs(one - other) < 0.1 or seconds > 80_000 or waits[0] < waits[1]


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_the_mean_gap_is_between_the_shortest_and_the_longest(seconds: list[int]) -> None:
    """Whatever the order; and a date alone has none."""
    dates = [NOW - datetime.timedelta(seconds=number) for number in seconds]
    gap = schedule.mean_gap(dates)
    assert gap == schedule.mean_gap(dates[::-1])
    assert (gap is None) == (len(set(dates)) < 2)
    assert gap is None or 1 <= gap <= 10**9


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


@pytest.mark.parametrize(
    ("retry_after", "hours"), [(None, None), (0, 0), (3_600, 1), (86_400, 24), (10**9, 24), (float("inf"), 24)]
)
def test_retry_after_is_clamped(retry_after: float | None, hours: float | None) -> None:
    """To a day: a server that asks for a year made a mistake."""
    assert schedule.retry_at(retry_after, NOW) == (None if hours is None else NOW + hours * HOUR)


def test_retry_after_wins() -> None:
    """Over a shorter backoff, not over a longer one."""
    assert schedule.after_failure(HOUR, 1, 7_200, NOW, 0) == NOW + 2 * HOUR
    assert schedule.after_failure(HOUR, 4, 7_200, NOW, 0) == NOW + 8 * HOUR


def test_failures_double() -> None:
    """An hour, two, four, up to a day."""
    waits = [schedule.after_failure(HOUR, failures, None, NOW, 0) - NOW for failures in (1, 2, 3, 10)]
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR, 24 * HOUR]
    week = 7 * 24 * HOUR
    assert schedule.after_failure(week, 5, None, NOW, 0) == NOW + week


def test_patience_grows() -> None:
    """What has failed for longer than a week is tried less and less often, but every four days at least."""
    day = 24 * HOUR
    assert [schedule.patience(days * day) / day for days in (0, 6, 7, 14, 28, 900)] == [1, 1, 1, 2, 4, 4]
    assert schedule.after_failure(HOUR, 40, None, NOW, 0, 3 * day) == NOW + 3 * day
    assert not schedule.is_due(NOW + 4 * day, None, NOW, schedule.DORMANT)
    assert schedule.is_due(NOW + 4 * day, None, NOW)


def test_a_host_that_waits() -> None:
    """Its sources wait with it; what is gone is not polled at all."""
    assert schedule.later(NOW, NOW + HOUR) == schedule.later(NOW + HOUR, None) == schedule.later(NOW + HOUR, NOW) == NOW + HOUR
    assert schedule.later(None, NOW) is None


def test_what_is_due() -> None:
    """What the plan says; and what lies further ahead than any plan reaches, for then a clock was wrong."""
    assert schedule.is_due(NOW, HOUR, NOW)
    assert not schedule.is_due(NOW + HOUR, HOUR, NOW)
    assert schedule.is_due(NOW + 400 * 24 * HOUR, HOUR, NOW)
    assert not schedule.is_due(NOW + 6 * 24 * HOUR, 7 * 24 * HOUR, NOW)
    assert not schedule.is_due(None, HOUR, NOW)
