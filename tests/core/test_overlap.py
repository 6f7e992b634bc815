"""Who brings what before whom."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as st

from aggregator.core import overlap

A, B, C = 1, 2, 3


def came(id: str, source: int, group: str, at: float = 0.0, *, counted: bool = True, shown: bool = False) -> overlap.Arrival:
    """An entry as it came."""
    return overlap.Arrival(id, source, group, at, counted, shown)


def shares(*arrivals: overlap.Arrival) -> dict[int, tuple[int, int, int, int]]:
    """Of each source: what is its own, where it was first, its copies and its repeats."""
    found = overlap.measure(arrivals)
    return {share.source: (share.alone, share.first, share.copies, share.repeats) for share in found.shares}


def test_first_and_copies() -> None:
    """What others have later is first, what others had before is a copy, the rest is its own."""
    assert shares(came("1", A, "1"), came("2", B, "1", 60.0), came("3", B, "3")) == {A: (0, 1, 0, 0), B: (1, 0, 1, 0)}


def test_repeats() -> None:
    """What a source says again is neither new nor another's; what it repeats of another is."""
    assert shares(came("1", A, "1"), came("2", A, "1", 60.0)) == {A: (1, 0, 0, 1)}
    found = shares(came("1", A, "1"), came("2", B, "1", 1.0), came("3", A, "1", 2.0), came("4", B, "1", 3.0))
    assert found == {A: (0, 1, 0, 1), B: (0, 0, 2, 0)}


def test_at_the_same_time() -> None:
    """The head of the group counts as first, whatever the order."""
    for arrivals in ([came("2", B, "2"), came("1", A, "2")], [came("1", A, "2"), came("2", B, "2")]):
        assert shares(*arrivals) == {A: (0, 0, 1, 0), B: (0, 1, 0, 0)}


def test_what_came_before_the_time() -> None:
    """It makes copies of others, but does not count itself."""
    found = shares(came("1", A, "1", counted=False), came("2", B, "1", 60.0), came("3", A, "3"))
    assert found == {A: (1, 0, 0, 0), B: (0, 0, 1, 0)}


def test_delays_partners_and_pairs() -> None:
    """How much later, with whom, and who after whom; the shown copies are counted."""
    arrivals = [came(f"a{n}", A, f"a{n}") for n in range(3)]
    arrivals += [came("b0", B, "a0", 10.0), came("b1", B, "a1", 20.0, shown=True), came("b2", B, "a2", 90.0)]
    arrivals += [came("c0", C, "a0", 5.0), came("c9", C, "c9"), came("b9", B, "c9", 7.0)]
    found = overlap.measure(arrivals)
    first, _, last = found.shares
    assert (first.source, first.copies, first.shown, first.mean, first.median) == (B, 4, 1, 31.75, 15.0)
    assert first.partners == (overlap.Partner(A, 3, 3), overlap.Partner(C, 2, 2))
    assert (last.source, last.mean, last.median) == (A, None, None)
    assert last.partners == (overlap.Partner(B, 3, 0), overlap.Partner(C, 1, 0))
    assert found.pairs == (overlap.Copying(B, A, 3, 20.0), overlap.Copying(B, C, 1, 7.0), overlap.Copying(C, A, 1, 5.0))


def test_nothing_of_its_own() -> None:
    """Five copies are enough to say so, four are not; one article of its own is enough to say the contrary."""
    arrivals = [came(f"a{n}", A, f"a{n}") for n in range(5)]
    copies = [came(f"b{n}", B, f"a{n}", 1.0) for n in range(5)]

    def idle(*of: overlap.Arrival) -> list[int]:
        return [share.source for share in overlap.measure([*arrivals, *of]).shares if share.brings_nothing]

    assert idle(*copies) == [B]
    assert idle(*copies[:4]) == []
    assert idle(*copies, came("b9", B, "b9")) == []


def test_sources_without_entries() -> None:
    """They are there, at the end."""
    found = overlap.measure([came("1", B, "1")], [A, B])
    assert [(share.source, share.entries) for share in found.shares] == [(B, 1), (A, 0)]
    assert not found.shares[1].brings_nothing


@hypothesis.given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 3), st.booleans()), max_size=30), st.randoms()
)
def test_everything_is_counted_once(drawn: list[tuple[int, int, int, bool]], chance: object) -> None:
    """The parts add up, pairs add up to copies, and the order in which entries are given changes nothing."""
    arrivals = [came(str(n), s, f"g{g}", float(at), counted=counted) for n, (s, g, at, counted) in enumerate(drawn)]
    found = overlap.measure(arrivals)
    for share in found.shares:
        assert share.alone + share.first + share.copies + share.repeats == share.entries
    assert sum(share.entries for share in found.shares) == sum(one.counted for one in arrivals)
    assert sum(pair.count for pair in found.pairs) == sum(share.copies for share in found.shares)
    shuffled = list(arrivals)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert overlap.measure(shuffled) == found
