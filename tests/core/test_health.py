"""How a source is doing, where it turns from one state into another."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from aggregator.core import health, model

NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
STATE = model.SourceState(1, "https://e.org/f", "https://e.org/f", success_at=NOW)


def judged(**fields: object) -> health.State:
    """The state of a source with these fields."""
    return health.health(dataclasses.replace(STATE, **fields), NOW).state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (datetime.timedelta(0), "0 seconds"),
        (-DAY, "0 seconds"),
        (SECOND, "1 second"),
        (59 * SECOND, "59 seconds"),
        (60 * SECOND, "1 minute"),
        (40 * 60 * SECOND, "40 minutes"),
        (119 * 60 * SECOND, "119 minutes"),
        (2 * 3_600 * SECOND, "2 hours"),
        (DAY, "24 hours"),
        (2 * DAY, "2 days"),
        (9 * DAY + 3_600 * SECOND, "9 days"),
    ],
)
def test_durations(span: datetime.timedelta, said: str) -> None:
    """In the one unit that says most."""
    assert health.duration(span) == said


@pytest.mark.parametrize(
    ("gap", "quiet", "state"),
    [
        (3_600.0, health.SILENT_AFTER, "ok"),
        (3_600.0, health.SILENT_AFTER + SECOND, "silent"),
        (86_400.0, 10 * DAY, "ok"),
        (86_400.0, 10 * DAY + SECOND, "silent"),
        (None, 900 * DAY, "ok"),
    ],
)
def test_silence_is_measured_by_the_rhythm(gap: float | None, quiet: datetime.timedelta, state: str) -> None:
    """Ten of its gaps, but three days at least; one entry makes no rhythm."""
    assert judged(gap=gap, newest=NOW - quiet) == state


@pytest.mark.parametrize(
    ("kind", "since", "state"),
    [
        ("timeout", health.DEAD_AFTER - SECOND, "failing"),
        ("timeout", health.DEAD_AFTER, "dead"),
        ("blocked", health.DEAD_AFTER, "blocked"),
        ("gone", SECOND, "gone"),
        ("limited", SECOND, "failing"),
    ],
)
def test_failing_ends_in_death(kind: str, since: datetime.timedelta, state: str) -> None:
    """After a week; who is told to stay away, or that it is gone, knows it at once."""
    assert judged(failures=5, error_kind=kind, error="no", failing_since=NOW - since) == state


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        ("answered 403", "blocked", "its server refuses us: answered 403 (2 times in a row, since 2026-05-01 12:00 UTC)"),
        ("answered 410", "gone", "its server says that it is gone for good; remove it from feeds.yaml"),
    ],
)
def test_what_people_read(error: str, kind: str, said: str) -> None:
    """Who refuses whom, since when, and what to do."""
    state = dataclasses.replace(STATE, failures=2, error=error, error_kind=kind, failing_since=NOW)
    assert health.health(state, NOW).said == said


def test_a_move_is_believed_from_the_third_time() -> None:
    """Not before, and not without an address."""
    found = [health.moved_for_good(dataclasses.replace(STATE, moved_to="https://n.example/", moved_count=n)) for n in range(5)]
    assert found == [False, False, False, True, True]
    assert not health.moved_for_good(dataclasses.replace(STATE, moved_count=9))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"rollovers": 1, "haste": 2.0},
            "has no entries yet; once all its entries were replaced between two polls, so some were missed",
        ),
        (
            {"rollovers": 3, "haste": 1.1},
            "has no entries yet; 3 times all its entries were replaced between two polls, so some were missed",
        ),
        ({"rollovers": 3, "haste": 1.0}, "has no entries yet"),
        (
            {"moved_to": "https://n.example/?key=hush", "moved_count": 3},
            "has no entries yet; it has moved: in feeds.yaml, change url to https://n.example/?key=…",
        ),
    ],
)
def test_remarks(fields: dict[str, object], said: str) -> None:
    """What the operator should know of a source that does well: lately missed entries, and the edit for a move, without keys."""
    assert health.health(dataclasses.replace(STATE, **fields), NOW) == health.Health("ok", said)  # type: ignore[arg-type]
