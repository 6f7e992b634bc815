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


DAY_OF_INTERVALS = st.lists(st.integers(300, 86_400).map(lambda seconds: datetime.timedelta(seconds=seconds)), max_size=12)


@given(DAY_OF_INTERVALS, st.integers(1, 3_000))
def test_the_budget_is_a_ceiling(intervals: list[datetime.timedelta], budget: int) -> None:
    """A day's polls stay under it, those included that cannot be polled less often; it is no goal, but it is not wasted."""
    factor = schedule.stretch(intervals, budget)
    polls = sum(schedule.LONGEST / min(schedule.LONGEST, interval * factor) for interval in intervals)
    assert factor >= 1
    assert polls <= max(budget, len(intervals)) * 1.001
    assert factor == 1 or polls >= min(budget, sum(schedule.LONGEST / interval for interval in intervals)) * 0.999


@given(st.integers(1, 10**9), CHANCE, st.integers(-(10**6), 10**6), st.none() | st.integers(-(10**6), 10**6))
def test_explicit_intervals(seconds: int, chance: float, late: int, planned: int | None) -> None:
    """Just that: never early by the plan, never in the past, and no chance in it."""
    interval = datetime.timedelta(seconds=seconds)
    plan = None if planned is None else NOW + datetime.timedelta(seconds=planned)
    now = NOW + datetime.timedelta(seconds=late)
    due = schedule.after_success(interval, HOUR, plan, now, chance)
    assert now < due <= now + interval
    assert due == schedule.after_success(interval, 2 * HOUR, plan, now, 0)
    assert plan is None or (due - plan) % interval == datetime.timedelta(0) or due == now + interval


def test_explicit_intervals_keep_their_beat() -> None:
    """However slow each answer is, as long as it comes in time."""
    due = NOW
    for poll in range(100):
        due = schedule.after_success(HOUR, HOUR, due, due + datetime.timedelta(seconds=poll * 30), 0.3)
    assert due == NOW + 100 * HOUR


@given(CHANCE, st.integers(300, 86_400))
def test_adaptive_polls_spread(chance: float, seconds: int) -> None:
    """By a tenth at most, either way, and never beyond the shortest and the longest."""
    wanted = datetime.timedelta(seconds=seconds)
    wait = schedule.after_success(None, wanted, NOW, NOW, chance) - NOW
    assert abs(wait - wanted) <= wanted * schedule.JITTER
    assert schedule.SHORTEST <= wait <= schedule.LONGEST


@given(st.none() | st.floats(0, 1e12), st.none() | st.integers(-(10**9), 10**9), st.floats(1, 1e6))
def test_adaptive_intervals_stay_within_bounds(gap: float | None, silent: int | None, stretch: float) -> None:
    """Whatever dates a feed claims; and more stretch never means more polls."""
    newest = None if silent is None else NOW - datetime.timedelta(seconds=silent)
    interval = schedule.adaptive(gap, newest, NOW, stretch)
    assert schedule.SHORTEST <= schedule.adaptive(gap, newest, NOW) <= interval <= schedule.LONGEST


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
