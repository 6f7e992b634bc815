"""When a source is due next, given what happened."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable

MINUTE = datetime.timedelta(minutes=1)
SHORTEST = 5 * MINUTE  # between adaptive polls
LONGEST = datetime.timedelta(hours=24)  # between adaptive polls, and between tries in the first week of failures
DORMANT = datetime.timedelta(days=4)  # between tries of a source that has failed for weeks
UNKNOWN = datetime.timedelta(hours=1)  # for a source whose rhythm is not known yet
SPREAD = 0.03  # of an adaptive interval, at most, by which chance lengthens it
JITTER = 0.1  # … and of the wait after a failure


def mean_gap(dates: Iterable[datetime.datetime]) -> float | None:
    """The mean seconds between the entries of a document; None for fewer than two dates."""
    ordered = sorted(set(dates))
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(ordered)]
    return sum(gaps) / len(gaps) if gaps else None


def spread(wanted: datetime.timedelta, chance: float) -> datetime.timedelta:
    """An adaptive interval, lengthened a little by chance (in [0, 1)), so that sources that were new together part."""
    return min(LONGEST, wanted * (1 + SPREAD * chance))


def after_success(interval: datetime.timedelta, planned: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
    """When to poll next at an explicit interval: it counts from the planned time, so that a slow answer does not make it drift."""
    if planned is not None and now - interval < planned <= now:
        return planned + interval
    return now + interval


def patience(failing: datetime.timedelta) -> datetime.timedelta:
    """The longest distance between tries of a source that has been failing for so long: LONGEST in the first week, then longer."""
    return min(DORMANT, max(LONGEST, failing / 7))


def after_failure(
    interval: datetime.timedelta,
    failures: int,
    retry_after: float | None,
    now: datetime.datetime,
    chance: float,
    longest: datetime.timedelta = LONGEST,
) -> datetime.datetime:
    """When to try again: intervals double with each failure in a row up to `longest`, never before a Retry-After (seconds).

    A little chance keeps the sources of one broken host from coming back all at once.
    """
    seconds = min(max(longest, interval).total_seconds(), interval.total_seconds() * 2.0 ** min(failures - 1, 30))
    backoff = datetime.timedelta(seconds=seconds)
    return max(now + backoff * (1 + JITTER * chance), retry_at(retry_after, now) or now)


def retry_at(retry_after: float | None, now: datetime.datetime) -> datetime.datetime | None:
    """Before when not to come again (Retry-After, RFC 9110 10.2.3), clamped to LONGEST."""
    return None if retry_after is None else now + datetime.timedelta(seconds=min(retry_after, LONGEST.total_seconds()))


def later(due_at: datetime.datetime | None, until: datetime.datetime | None) -> datetime.datetime | None:
    """When a source is polled that is due then, whose host is left alone until then."""
    return due_at if due_at is None or until is None else max(due_at, until)


def is_due(
    due_at: datetime.datetime | None,
    interval: datetime.timedelta | None,
    now: datetime.datetime,
    longest: datetime.timedelta = LONGEST,
) -> bool:
    """Whether to poll now. A due time further ahead than any interval (`longest` at most) reaches comes from a wrong clock."""
    if due_at is None:
        return False
    furthest = max(longest, interval or LONGEST) * (1 + 2 * JITTER)
    return due_at <= now or due_at > now + furthest
