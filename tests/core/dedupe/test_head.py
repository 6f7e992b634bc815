"""Which copy is shown."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe

WIRE = dedupe.Member("wire", 500, 1, 10.0)
TEASER = dedupe.Member("teaser", 40, 1, 1.0)
PAPER = dedupe.Member("paper", 490, 2, 20.0)
COPY = dedupe.Member("copy", 500, 1, 30.0)


@pytest.mark.parametrize(
    ("members", "shown", "chosen", "material"),
    [
        ([TEASER], None, "teaser", False),
        ([TEASER, WIRE], None, "wire", False),
        ([TEASER, WIRE], "teaser", "wire", True),
        ([WIRE, COPY], "wire", "wire", False),
        ([WIRE, COPY], "copy", "copy", False),
        ([WIRE, PAPER], "wire", "paper", False),
        ([PAPER, WIRE], "paper", "paper", False),
        ([WIRE, COPY], "gone", "wire", False),
        ([PAPER, TEASER, WIRE, COPY], "teaser", "paper", True),
    ],
)
def test_choice(members: list[dedupe.Member], shown: str | None, chosen: str, material: bool) -> None:
    """The fullest, the most trusted, the first; and no change without a reason."""
    assert dedupe.choose_head(members, shown) == dedupe.Choice(chosen, material)


MEMBERS = st.lists(
    st.builds(dedupe.Member, st.uuids().map(str), st.integers(0, 999), st.integers(0, 2), st.floats(0, 9)), min_size=1
)


@given(MEMBERS, st.integers())
def test_the_choice_is_settled(members: list[dedupe.Member], seed: int) -> None:
    """Whatever the order, and asked again it stays."""
    chosen = dedupe.choose_head(members)
    shuffled = members[:]
    random.Random(seed).shuffle(shuffled)
    assert dedupe.choose_head(shuffled) == chosen
    again = dedupe.choose_head(shuffled, chosen.id)
    assert again == dedupe.Choice(chosen.id, material=False)
