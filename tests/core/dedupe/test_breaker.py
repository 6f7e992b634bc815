"""When a poll changes too much of a source at once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe
from aggregator.core.dedupe import breaker

CASES = {
    "most are changed": (dedupe.Change(30, 0, 25), 0.5, "25 of its 30 entries changed at once"),
    "all of the least": (dedupe.Change(20, 0, 20), 0.5, "20 of its 20 entries changed at once"),
    "one fewer than the least": (dedupe.Change(19, 0, 19), 0.5, ""),
    "just the share": (dedupe.Change(40, 0, 20), 0.5, ""),
    "one more than the share": (dedupe.Change(40, 0, 21), 0.5, "21 of its 40 entries changed at once"),
    "the user allows more": (dedupe.Change(30, 0, 25), 0.9, ""),
    "the user allows all": (dedupe.Change(30, 0, 30), 1.0, ""),
    "the user allows fewer": (dedupe.Change(100, 0, 20), 0.1, "20 of its 100 entries changed at once"),
    "the user allows anything": (dedupe.Change(30, 900, 30, 0.0), math.inf, ""),
    "nobody knows what is usual": (dedupe.Change(40, 40, 0), 0.5, ""),
    "a burst": (dedupe.Change(40, 40, 0, 2.0), 0.5, "40 of its 40 entries are new at once, where about 2 would be usual"),
    "after years": (dedupe.Change(40, 40, 0, 900.0), 0.5, ""),
    "three times the usual": (dedupe.Change(30, 25, 0, 8.0), 0.5, "25 of its 30 entries are new at once"),
    "not quite three times": (dedupe.Change(30, 24, 0, 8.0), 0.5, ""),
    "ten times the usual in a long document": (dedupe.Change(500, 31, 0, 3.0), 0.5, "31 of its 500 entries are new at once"),
    "not quite ten times": (dedupe.Change(500, 30, 0, 3.0), 0.5, ""),
    "nothing was usual": (dedupe.Change(500, 20, 0, 0.0), 0.5, "20 of its 500 entries are new at once, where about 1 would"),
    "a small burst": (dedupe.Change(19, 19, 0, 0.0), 0.5, ""),
    "nothing": (dedupe.Change(0, 0, 0, 0.0), 0.5, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_held(name: str) -> None:
    """Each bound, from both of its sides; the reason is in words."""
    change, share, why = CASES[name]
    said = dedupe.trips(change, share)
    assert said.startswith(why)
    assert bool(said) is bool(why)


COUNTS = st.integers(0, 400)
SHARES = st.floats(0, 1, exclude_min=True)


@given(COUNTS, COUNTS, COUNTS, st.none() | st.floats(0, 500), SHARES, SHARES)
def test_more_is_never_let_through(carried: int, new: int, changed: int, usual: float | None, share: float, other: float) -> None:
    """Fewer than the least never trip; a larger share, fewer changes and a larger usual volume never trip what was let through."""
    change = dedupe.Change(carried, new, changed, usual)
    if max(new, changed) < breaker.LEAST:
        assert not dedupe.trips(change, share)
    if not dedupe.trips(change, share):
        more = None if usual is None else usual + 1
        assert not dedupe.trips(change, max(share, other))
        assert not dedupe.trips(dedupe.Change(carried, max(0, new - 1), max(0, changed - 1), more), share)
