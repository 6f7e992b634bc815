"""How late entries were seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import delays


def test_counted_by_bounds() -> None:
    """A delay counts for the first bound that it does not pass; what can be none, or says nothing, is passed over."""
    counted = delays.Delays().counted([0, 60, 61, 86_400, 90_000, -1, 200_000])
    assert counted.counts == (2, 1, 0, 0, 0, 0, 0, 0, 1, 1)
    assert counted.total == 60 + 61 + 86_400 + 90_000


@given(st.lists(st.floats(-1e6, 1e6)), st.lists(st.floats(-1e6, 1e6)))
def test_counted_in_parts(one: list[float], other: list[float]) -> None:
    """In one go or in two."""
    assert delays.Delays().counted(one).counted(other).counts == delays.Delays().counted([*one, *other]).counts
