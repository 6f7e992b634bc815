"""Which copy is shown."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe

WIRE = dedupe.Member("wire", 500, 1, 10.0)
TEASER = dedupe.Member("teaser", 40, 1, 1.0)
PAPER = dedupe.Member("paper", 490, 2, 20.0)
PADDED = dedupe.Member("padded", 900, -1, 5.0)
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
        ([TEASER, PADDED], "teaser", "teaser", False),
        ([PADDED], None, "padded", False),
        ([PADDED, TEASER], "padded", "teaser", False),
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


@pytest.mark.parametrize(
    ("members", "chosen", "gained_at"),
    [
        ([TEASER], "teaser", None),
        ([TEASER, WIRE], "wire", 10.0),
        ([WIRE, COPY], "wire", None),
        ([WIRE, PAPER], "paper", None),
        ([TEASER, WIRE, PAPER, COPY], "paper", 10.0),
        ([TEASER, dataclasses.replace(WIRE, seen=1.0)], "wire", None),
        ([dataclasses.replace(TEASER, seen=60.0), WIRE], "wire", None),
        ([TEASER, dataclasses.replace(TEASER, id="longer", words=50, seen=2.0), WIRE], "wire", 10.0),
        ([dataclasses.replace(WIRE, words=440, seen=1.0), WIRE], "wire", None),
    ],
)
def test_shown(members: list[dedupe.Member], chosen: str, gained_at: float | None) -> None:
    """The fullest once it came; what came together is chosen from at once, so that nobody gains by it; trust is no gain."""
    assert dedupe.shown(members) == dedupe.Shown(chosen, gained_at)


def test_nothing_is_shown_of_nothing() -> None:
    """A group has at least one member."""
    with pytest.raises(ValueError, match="at least one"):
        dedupe.shown([])


@given(MEMBERS, st.integers())
def test_what_is_shown_follows_from_the_copies(members: list[dedupe.Member], seed: int) -> None:
    """Whatever their order: it is one of them, about as full as any, and a gain came with one of them but not with the first."""
    found = dedupe.shown(members)
    shuffled = members[:]
    random.Random(seed).shuffle(shuffled)
    assert dedupe.shown(shuffled) == found
    (chosen,) = {member for member in members if member.id == found.id}
    assert 0.9 * max(member.words for member in members) <= 1.25 * chosen.words, "one that is as full as any is no gain over it"
    assert found.gained_at is None or min(m.seen for m in members) < found.gained_at <= max(m.seen for m in members)
