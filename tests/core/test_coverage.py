"""Whether what polls bring is all there is."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from aggregator.core import coverage, model, schedule

NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
KNOWN = model.Validators('"1"', "then")
STATE = model.SourceState(1, "https://e.org/f", "https://e.org/f", validators=KNOWN, body_hash="h", newest=NOW, due_at=NOW + HOUR)
WHOLE = model.Response("https://e.org/f", 200)


@pytest.mark.parametrize(
    ("fields", "whole"),
    [
        ({}, False),
        ({"unmodified": 150}, True),
        ({"unmodified": 49}, False),
        ({"unmodified": 500, "whole_at": NOW - DAY + HOUR}, False),
        ({"unmodified": 150, "whole_at": NOW - DAY}, True),
        ({"unmodified": 3, "whole_at": NOW - DAY, "gap": 3_600.0}, True),
        ({"unmodified": 3, "whole_at": NOW - 4 * DAY, "gap": 86_400.0}, False),
        ({"unmodified": 3, "whole_at": NOW - 5 * DAY, "gap": 86_400.0}, True),
        ({"unmodified": 0, "whole_at": NOW - 50 * DAY, "gap": 86_400.0}, False),
        ({"moved_to": "https://n.example/"}, True),
        ({"moved_to": "https://n.example/", "failures": 2}, False),
        ({"moved_to": "https://n.example/", "moved_count": 1}, False),
    ],
)
def test_when_a_whole_document_is_asked_for(fields: dict[str, object], whole: bool) -> None:
    """After fifty 304s in a row, or five gaps of nothing but them, once a day at most; and where a move was not read yet."""
    state = dataclasses.replace(STATE, **fields)  # type: ignore[arg-type]
    asked = coverage.asked(state, NOW)
    assert asked.validators == (model.Validators() if whole else KNOWN)
    assert dataclasses.replace(asked, validators=KNOWN) == state


@pytest.mark.parametrize(
    ("fields", "response", "seen", "known", "lost"),
    [
        ({}, WHOLE, 5, 0, True),
        ({}, WHOLE, 5, 1, False),
        ({}, WHOLE, 1, 0, False),
        ({}, WHOLE, 0, 0, False),
        ({"body_hash": ""}, WHOLE, 5, 0, False),
        ({"newest": None}, WHOLE, 5, 0, False),
        ({}, dataclasses.replace(WHOLE, status=226, delta=True), 5, 0, False),
    ],
)
def test_when_entries_were_lost(fields: dict[str, object], response: model.Response, seen: int, known: int, lost: bool) -> None:
    """When nothing is left of a document that had entries; not of the first one, of one entry alone, nor of a delta."""
    before = dataclasses.replace(STATE, **fields)  # type: ignore[arg-type]
    assert coverage.rolled_over(before, response, seen=seen, known=known) is lost


@pytest.mark.parametrize(
    ("oldest", "gap", "lost"),
    [
        (NOW - HOUR, 60.0, False),
        (NOW, 60.0, False),
        (NOW + HOUR, 60.0, True),
        (NOW + HOUR, None, False),
        (None, None, True),
    ],
)
def test_documents_that_reach_back(oldest: datetime.datetime | None, gap: float | None, lost: bool) -> None:
    """Nothing was lost when a document begins before what was the newest; of one dated entry before, nobody knows."""
    state = dataclasses.replace(STATE, gap=gap)
    assert coverage.rolled_over(state, WHOLE, seen=5, known=0, oldest=oldest) is lost


def test_haste() -> None:
    """It doubles with each loss, the next poll included, up to sixteen, and wears off; outages and set intervals are spared."""
    once = coverage.watched(STATE, STATE, NOW, rolled=True)
    assert (once.rollovers, once.haste, once.due_at) == (1, 2, NOW + HOUR / 2)
    assert coverage.hastened(HOUR, once) == HOUR / 2
    assert coverage.hastened(HOUR / 10, once) == schedule.SHORTEST
    state = once
    for _ in range(9):
        state = coverage.watched(state, state, NOW, rolled=True)
    assert (state.rollovers, state.haste, state.due_at) == (10, 16, NOW + schedule.SHORTEST)
    for _ in range(30):
        state = coverage.watched(state, state, NOW, rolled=False)
    assert (state.rollovers, state.haste) == (10, 1)
    for spared in (dataclasses.replace(STATE, failures=3), dataclasses.replace(STATE, unmodified=160)):
        assert coverage.watched(spared, STATE, NOW, rolled=True) == dataclasses.replace(STATE, rollovers=1)
    assert coverage.watched(STATE, STATE, NOW, rolled=True, adaptive=False).due_at == STATE.due_at
