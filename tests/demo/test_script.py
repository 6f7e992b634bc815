"""Who publishes what, and when."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo import script

START = datetime.datetime(2031, 5, 6, 12, 0, tzinfo=datetime.UTC)


def test_the_same_seed_gives_the_same_script() -> None:
    """A script is a function of its seed."""
    assert script.write(7) == script.write(7)


def test_another_seed_gives_another_order() -> None:
    """Seeds matter: other articles come first, the backlog has other dates."""
    one, other = script.write(1), script.write(2)
    assert {piece.key for piece in one} == {piece.key for piece in other}
    assert [piece.key for piece in one if piece.at] != [piece.key for piece in other if piece.at]
    assert [piece.age for piece in one] != [piece.age for piece in other]


@pytest.mark.parametrize("seed", range(5))
def test_something_happens_every_few_seconds_for_two_minutes(seed: int) -> None:
    """Half is there at the start; then one article or two follow every few seconds, over a minute and a half or more."""
    pieces = script.write(seed)
    seconds = sorted(piece.at for piece in pieces)
    later = [second for second in seconds if second > 0]
    assert len(later) >= 25
    assert seconds.count(0.0) >= 25
    assert all(b - a <= 6 for a, b in zip([0.0, *later], later, strict=False))
    assert 75 <= script.length(pieces) <= 150


@given(st.integers(0, 10**6))
def test_copies_come_after_their_original(seed: int) -> None:
    """No paper prints what the agency has not sent yet, whatever the seed."""
    pieces = script.write(seed)
    originals = {piece.article.key: piece for piece in pieces if piece.copy is None}
    for piece in pieces:
        original = originals[piece.article.key]
        assert piece.copy is None or (piece.at, -piece.age) > (original.at, -original.age)


@given(st.integers(0, 10**6))
def test_sources_speak_before_they_die_and_after_they_move(seed: int) -> None:
    """The dying source publishes while you watch and is not late; the moving one publishes on after the move."""
    for piece in script.write(seed):
        assert piece.source.gone_at is None or piece.at < piece.source.gone_at
    moved = [piece for piece in script.write(seed) if piece.source.moved_at]
    assert any(piece.at > (piece.source.moved_at or 0) for piece in moved)


@given(st.integers(0, 10**6), st.floats(0, 200), st.floats(0.25, 20))
def test_nothing_is_dated_in_the_future(seed: int, seconds: float, speed: float) -> None:
    """At any second and speed what is shown was published before that moment (to the second), newest first."""
    calendar = script.Calendar(START, speed)
    now = START + datetime.timedelta(seconds=seconds / speed + 0.5)
    pieces = script.write(seed)
    for source in {piece.source.slug: piece.source for piece in pieces}.values():
        shelf = script.shelf(pieces, source, seconds)
        dates = [calendar.published(piece) for piece in shelf]
        assert all(date <= now for date in dates)
        assert dates == sorted(dates, reverse=True)
        assert all(calendar.updated(piece, seconds) <= now for piece in shelf)


def test_a_shelf_only_grows() -> None:
    """Whatever was shown is shown later too: entries do not vanish from a living feed."""
    pieces = script.write(1)
    for source in {piece.source.slug: piece.source for piece in pieces}.values():
        before: set[tuple[str, str]] = set()
        for second in range(0, 130, 5):
            keys = {piece.key for piece in script.shelf(pieces, source, second)}
            assert before <= keys
            before = keys


def test_an_edit_comes_at_its_second() -> None:
    """The edited article is the old one until then, and from then on has a new date of change."""
    piece = next(piece for piece in script.write(1) if piece.article.edit)
    calendar = script.Calendar(START)
    assert not piece.edited(49.9)
    assert calendar.updated(piece, 49.9) == calendar.published(piece)
    assert piece.edited(50)
    assert calendar.updated(piece, 50) == START + datetime.timedelta(seconds=50)
