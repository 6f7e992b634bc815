"""Durations and sizes as people write them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import amounts


@pytest.mark.parametrize(
    ("written", "seconds"), [("45s", 45), ("1h30m", 5_400), (" 2 H ", 7_200), ("1.5d", 129_600), ("1w", 604_800), ("0s", 0)]
)
def test_durations(written: str, seconds: float) -> None:
    """Sums of numbers with units."""
    assert amounts.duration(written).total_seconds() == seconds


@pytest.mark.parametrize("written", ["", "5", "5y", "h", "-1h", 5, None, ["1h"], "99999w"])
def test_no_durations(written: object) -> None:
    """Anything else is refused, as is what no calendar holds."""
    with pytest.raises(ValueError, match=r"is not a duration|is longer than"):
        amounts.duration(written)


@pytest.mark.parametrize(("written", "size"), [("500kB", 500_000), ("2MB", 2_000_000), (7, 7), ("1.5 gb", 1_500_000_000), ("9", 9)])
def test_sizes(written: object, size: int) -> None:
    """In powers of a thousand."""
    assert amounts.size(written) == size


@pytest.mark.parametrize("written", ["", "big", 0, -1, True, "1TB", None, 10**16])
def test_no_sizes(written: object) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="is not a size"):
        amounts.size(written)


@given(st.integers(0, 10**8))
def test_a_duration_in_words_is_that_duration(seconds: int) -> None:
    """What is said of a duration may be written again."""
    length = datetime.timedelta(seconds=seconds)
    assert amounts.duration(amounts.said(length)) == length
