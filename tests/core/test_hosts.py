"""Hosts that refused us: when they may be asked again."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import hosts, model, schedule

NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
FRESH = model.HostState("paper.example")


def refused(*retries: float | None, pause: datetime.timedelta = datetime.timedelta(0)) -> tuple[model.HostState, list[float]]:
    """A host after refusals in a row, each asked again `pause` after it might be; and the minutes that it was left alone."""
    host, now, waits = FRESH, NOW, []
    for retry in retries:
        host = hosts.refused(host, retry, now, 0)
        assert host.until is not None
        waits.append((host.until - now) / MINUTE)
        now = host.until + pause
    return host, waits


@pytest.mark.parametrize(
    ("retries", "minutes"),
    [
        ([None], [5]),
        ([120.0], [2]),
        ([0.0], [0]),
        ([10**9], [24 * 60]),
        ([None, None, None], [5, 10, 20]),
        ([60.0, 60.0, 60.0], [1, 10, 20]),
        ([60.0, 7_200.0], [1, 120]),
        ([None] * 12, [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440, 1_440]),
    ],
)
def test_refusals_in_a_row(retries: list[float | None], minutes: list[float]) -> None:
    """As long as it asks; five minutes when it does not say; twice as long each time that it refuses again; a day at most."""
    assert refused(*retries)[1] == minutes


def test_what_was_under_way_counts_once() -> None:
    """Answers to requests that were sent before the first refusal came make it no worse; the longest wait holds."""
    first = hosts.refused(FRESH, 60, NOW, 0)
    second = hosts.refused(first, 600, NOW + MINUTE / 6, 0)
    assert (second.refusals, second.until, second.retry_at) == (1, NOW + MINUTE / 6 + 10 * MINUTE, NOW + MINUTE / 6 + 10 * MINUTE)
    assert hosts.refused(second, None, NOW + MINUTE, 0) == second


def test_a_good_answer_ends_it() -> None:
    """Nothing is remembered against a host that answers."""
    assert hosts.answered(refused(None, None)[0]) == FRESH


def test_its_own_word_and_our_patience() -> None:
    """What the host asked for binds even who asks for all; what we hold back ourselves does not."""
    ours, theirs = hosts.refused(FRESH, None, NOW, 0), hosts.refused(FRESH, 60, NOW, 0)
    assert (hosts.waits(ours, NOW), hosts.asks_to_wait(ours, NOW)) == (True, False)
    assert (hosts.waits(theirs, NOW), hosts.asks_to_wait(theirs, NOW)) == (True, True)
    assert not hosts.waits(None, NOW)
    assert not hosts.waits(theirs, NOW + MINUTE)


def test_a_clock_that_was_wrong() -> None:
    """A wait further ahead than any reaches is none."""
    assert not hosts.waits(hosts.refused(FRESH, 60, NOW + 400 * DAY, 0), NOW)


@given(st.lists(st.tuples(st.none() | st.floats(0, 1e9), st.integers(0, 10**6), st.floats(0, 1, exclude_max=True)), min_size=1))
def test_there_is_always_an_end(happened: list[tuple[float | None, int, float]]) -> None:
    """Whatever it says, a host is left alone for little more than a day at most, and never asked before its Retry-After."""
    host, now = FRESH, NOW
    for retry, later, chance in happened:
        host, before = hosts.refused(host, retry, now, chance), host
        assert host.until is not None
        assert now <= host.until <= now + schedule.LONGEST * (1 + schedule.JITTER)
        assert host.retry_at is None or host.retry_at <= host.until
        assert retry is None or host.retry_at is not None
        assert host.refusals >= before.refusals
        now += datetime.timedelta(seconds=later)
