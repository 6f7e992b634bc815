"""What users said of pairs of entries, over what was found."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe


def found(**judged: str) -> list[dedupe.Grouped]:
    """Entries in the order in which they came, with what each was found to duplicate."""
    return [dedupe.Grouped(id, head, float(place)) for place, (id, head) in enumerate(judged.items())]


def said(*words: str) -> list[dedupe.Decision]:
    """Decisions such as "a=b" and "a/b"."""
    return [dedupe.Decision(pair[0], pair[2], pair[1] == "=") for pair in words]


PAIRS = found(a="a", b="a", c="a", d="d", e="d")
CASES = {
    "nothing was said": ("", "a a a d d"),
    "the later of two goes": ("a/b", "a b a d d"),
    "whoever is named first": ("b/a", "a b a d d"),
    "a copy of two leaves the other": ("b/c", "a a c d d"),
    "both leave, one by one": ("a/b a/c", "a b c d d"),
    "what is apart stays so": ("a/d", "a a a d d"),
    "groups join under the first head": ("c=e", "a a a a a"),
    "what is together stays so": ("a=b", "a a a d d"),
    "the last word counts": ("a/b a=b", "a a a d d"),
    "the last word counts against it": ("a=d a/d", "a a a d a"),
    "one leaves a group and joins another": ("a/c c=d", "a a c c c"),
    "nobody is here by that name": ("a/z z=d", "a a a d d"),
}


@pytest.mark.parametrize("name", CASES)
def test_decisions(name: str) -> None:
    """Each kind, over two groups of duplicates."""
    words, heads = CASES[name]
    assert list(dedupe.regroup(PAIRS, said(*words.split())).values()) == heads.split()


def test_a_head_that_came_later() -> None:
    """When the later of two is the head of their group, the other goes."""
    entries = [dedupe.Grouped("late", "late", 9.0), dedupe.Grouped("early", "late", 1.0), dedupe.Grouped("copy", "late", 5.0)]
    decision = dedupe.Decision("early", "late", same=False)
    assert dedupe.regroup(entries, [decision]) == {"late": "late", "early": "early", "copy": "late"}


def test_a_head_that_is_gone() -> None:
    """Copies of an entry that retention took are one group under its id, and join and part as others do."""
    entries = [dedupe.Grouped("b", "gone", 1.0), dedupe.Grouped("c", "gone", 2.0), dedupe.Grouped("d", "d", 3.0)]
    assert dedupe.regroup(entries, [dedupe.Decision("b", "d", same=True)]) == {"b": "gone", "c": "gone", "d": "gone"}
    assert dedupe.regroup(entries, [dedupe.Decision("b", "c", same=False)]) == {"b": "gone", "c": "c", "d": "d"}


def test_a_head_that_became_a_copy() -> None:
    """While users kept them apart, what an entry was found to duplicate may have been found to duplicate another: all are one."""
    entries = found(a="a", b="a", c="b", d="d", e="f", f="g", g="e")
    heads = dedupe.regroup(entries, said())
    assert (heads["a"], heads["b"], heads["c"], heads["d"]) == ("a", "a", "a", "d")
    assert heads["e"] == heads["f"] == heads["g"]
    assert dedupe.regroup(entries, said("b/c"))["c"] == "c"


NAMES = "abcdefgh"


@given(st.lists(st.sampled_from(NAMES), min_size=8, max_size=8))
def test_whatever_was_found(judged: list[str]) -> None:
    """Every entry ends in a group whose head is in it, or gone, together with what it was found to duplicate."""
    entries = [dedupe.Grouped(name, head, 0.0) for name, head in zip(NAMES, judged, strict=True)]
    heads = dedupe.regroup(entries, [])
    assert all(heads[head] == head for head in heads.values())
    assert all(heads[name] == heads[head] for name, head in zip(NAMES, judged, strict=True))


@st.composite
def groups(draw: st.DrawFn) -> list[dedupe.Grouped]:
    """Entries, some of which were found to duplicate others that duplicate none."""
    heads = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    judged = {name: name if name in heads else draw(st.sampled_from(heads)) for name in NAMES}
    return [dedupe.Grouped(name, head, draw(st.integers(0, 3))) for name, head in judged.items()]


PAIR = st.lists(st.sampled_from(NAMES + "z"), min_size=2, max_size=2, unique=True)
DECISIONS = st.lists(st.builds(lambda pair, same: dedupe.Decision(*pair, same), PAIR, st.booleans()), max_size=6)


@given(groups(), DECISIONS, st.integers(0, 1000))
def test_the_order_of_entries_changes_nothing(entries: list[dedupe.Grouped], decisions: list[dedupe.Decision], seed: int) -> None:
    """Every entry has a head, which is its own; and it does not matter in what order they are looked at."""
    heads = dedupe.regroup(entries, decisions)
    assert heads.keys() == set(NAMES)
    assert all(heads[head] == head for head in heads.values())
    shuffled = entries[:]
    random.Random(seed).shuffle(shuffled)
    assert dedupe.regroup(shuffled, decisions) == heads


@given(groups(), DECISIONS)
def test_the_last_word_is_obeyed(entries: list[dedupe.Grouped], decisions: list[dedupe.Decision]) -> None:
    """`same` really joins and `different` really separates, whatever was found and said before."""
    here = [decision for decision in decisions if "z" not in (decision.one, decision.other)]
    heads = dedupe.regroup(entries, decisions)
    assert dedupe.regroup(entries, here) == heads
    if here:
        assert (heads[here[-1].one] == heads[here[-1].other]) is here[-1].same


@given(groups(), DECISIONS)
def test_nobody_else_is_moved(entries: list[dedupe.Grouped], decisions: list[dedupe.Decision]) -> None:
    """A `different` takes one entry out of its group; a `same` joins two groups and touches no third."""
    for count in range(len(decisions)):
        before, after = (dedupe.regroup(entries, decisions[:upto]) for upto in (count, count + 1))
        decision = decisions[count]
        moved = {name for name in NAMES if before[name] != after[name]}
        if decision.same:
            assert {before[name] for name in moved} <= {before.get(decision.one), before.get(decision.other)}
        else:
            assert len(moved) <= 1
            assert moved <= {decision.one, decision.other}
