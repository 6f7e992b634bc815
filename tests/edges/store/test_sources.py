"""Sources in the store: who is the same source as before, and what is remembered of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator.core import model
from aggregator.edges import store

BASE = "http://127.0.0.1:8080/"


def follow(into: store.Store, *named: str | tuple[str, str]) -> dict[str, model.SourceState]:
    """Enrol sources given as url or (url, name); the states by url."""
    wanted = [store.Enrolment(one, None) if isinstance(one, str) else store.Enrolment(*one) for one in named]
    into.enrol(wanted, [], BASE, NOW)
    return {state.url: state for state in into.sources()}


def answered(state: model.SourceState) -> model.SourceState:
    """A state in which every column says something."""
    return dataclasses.replace(
        state,
        title="The Paper",
        link="https://paper.example/",
        rights="© the paper",
        feed_id="urn:example:paper",
        feed_updated=NOW - HOUR,
        validators=model.Validators('W/"ä-1"', "Sat, 14 Mar 2026 12:00:00 GMT"),
        body_hash="f00",
        due_at=NOW + HOUR,
        retry_at=NOW + HOUR / 2,
        polled_at=NOW,
        success_at=NOW - DAY,
        failing_since=NOW - HOUR * 3,
        failures=3,
        error="said “no”",
        error_kind="status",
        moved_to="https://elsewhere.example/feed",
        moved_count=2,
        gap=1234.5,
        newest=NOW - HOUR * 2,
        held_until=NOW + HOUR * 4,
        rhythm=b"\x01learned",
        window=20,
        unmodified=7,
        whole_at=NOW - DAY * 2,
        rollovers=2,
        haste=4.0,
    )


def save(into: store.Store, state: model.SourceState) -> None:
    """Store what a poll left behind."""
    with into.writing() as writing:
        writing.save([state])


def test_new_source(kept: store.Store) -> None:
    """A source that is named for the first time is due at once and known by its url."""
    state = follow(kept, ("https://a.example/feed", "A"))["https://a.example/feed"]
    assert state == model.SourceState(state.row, "https://a.example/feed", "https://a.example/feed", "A", due_at=NOW)


def test_every_column(kept: store.Store, source: model.SourceState, opened: Callable[[], store.Store]) -> None:
    """What is saved of a poll comes back as it was, also from the disk."""
    state = answered(source)
    assert all(
        getattr(state, field.name) != field.default
        for field in dataclasses.fields(state)
        if field.name not in ("name", "entries", "fence", "change")
    )
    save(kept, state)
    assert kept.sources() == opened().sources() == [state]


def test_cleared_columns(kept: store.Store, source: model.SourceState) -> None:
    """What is empty again is stored as empty."""
    save(kept, answered(source))
    save(kept, dataclasses.replace(source, due_at=None))
    assert kept.sources() == [dataclasses.replace(source, due_at=None)]


def test_enrolling_again_changes_nothing(kept: store.Store, source: model.SourceState) -> None:
    """The same feeds.yaml leaves all that polls have found."""
    save(kept, answered(source))
    assert list(follow(kept, source.url).values()) == [answered(source)]


def test_new_name(kept: store.Store, source: model.SourceState) -> None:
    """A source that is given a name stays the source that it was."""
    save(kept, answered(source))
    assert list(follow(kept, (source.url, "Paper")).values()) == [dataclasses.replace(answered(source), name="Paper")]


@pytest.mark.parametrize("new", ["https://other.example/feed", "http://paper.example/feed"])
def test_same_name_at_another_url(kept: store.Store, new: str) -> None:
    """A given name carries a source to another address; what the old address said is forgotten, who it is is not."""
    before = follow(kept, ("https://paper.example/feed", "Paper"))["https://paper.example/feed"]
    save(kept, answered(before))
    after = follow(kept, (new, "Paper"))[new]
    assert (after.row, after.first_url) == (before.row, before.first_url)
    assert after.validators == model.Validators()
    assert (after.body_hash, after.error, after.error_kind, after.failures, after.moved_count) == ("", "", "", 0, 0)
    assert (after.failing_since, after.moved_to, after.retry_at, after.held_until) == (None, None, None, None)
    assert after.due_at == NOW
    assert after.title == "The Paper"


def test_url_follows_a_redirect(kept: store.Store, source: model.SourceState) -> None:
    """A url changed to where the old one redirects names the same source, named or not."""
    save(kept, answered(source))
    after = follow(kept, "https://elsewhere.example/feed")["https://elsewhere.example/feed"]
    assert (after.row, after.first_url) == (source.row, source.first_url)


def test_redirect_target_that_is_a_source_itself(kept: store.Store) -> None:
    """A source that redirects to another one does not become that one, nor is it lost."""
    states = follow(kept, "https://a.example/feed", "https://b.example/feed")
    save(kept, dataclasses.replace(states["https://a.example/feed"], moved_to="https://b.example/feed", moved_count=3))
    again = follow(kept, "https://b.example/feed", "https://a.example/feed")
    assert {url: state.row for url, state in again.items()} == {url: state.row for url, state in states.items()}


def test_name_of_another_source_that_stays(kept: store.Store) -> None:
    """A name handed to a new source does not take its bearer along while that one's url stays."""
    old = follow(kept, ("https://a.example/feed", "Paper"))["https://a.example/feed"]
    states = follow(kept, ("https://b.example/feed", "Paper"), ("https://a.example/feed", "Old paper"))
    assert states["https://a.example/feed"].row == old.row
    assert states["https://b.example/feed"].row != old.row


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_first_url_named_again_beside_its_source(kept: store.Store, order: tuple[int, int]) -> None:
    """The address that a source once had may become a source of its own: with other ids, and the first one stays itself."""
    old = follow(kept, ("https://a.example/feed", "Paper"))["https://a.example/feed"]
    follow(kept, ("https://b.example/feed", "Paper"))
    named = [("https://b.example/feed", "Paper"), ("https://a.example/feed", "Second paper")]
    states = follow(kept, *(named[position] for position in order))
    assert states["https://b.example/feed"].row == old.row
    second = states["https://a.example/feed"]
    assert second.row != old.row
    assert second.first_url != old.first_url
    assert follow(kept, *named)["https://a.example/feed"] == second


def test_removal_and_return(kept: store.Store, source: model.SourceState) -> None:
    """A removed source is asked no more; put back it is the same one, with its entries."""
    save(kept, answered(source))
    ids = keep(kept, source, record(source, entry("heron")))
    assert follow(kept, "https://b.example/feed").keys() == {"https://b.example/feed"}
    back = follow(kept, source.url)[source.url]
    assert back == answered(source)
    assert [stored.entry.id for stored in kept.newest([back.row], 0, 9)] == ids


def test_return_of_a_source_that_was_gone(kept: store.Store, source: model.SourceState) -> None:
    """Taking out a source that answered 410 and putting it back asks it once more; saving feeds.yaml otherwise does not."""
    save(kept, dataclasses.replace(answered(source), due_at=None))
    assert follow(kept, source.url)[source.url].due_at is None
    follow(kept, "https://b.example/feed")
    assert follow(kept, source.url)[source.url].due_at is not None


def test_return_under_the_first_url(kept: store.Store) -> None:
    """A source that went to another address and then vanished is found again under its first one."""
    first = follow(kept, ("https://a.example/feed", "Paper"))["https://a.example/feed"]
    follow(kept, ("https://b.example/feed", "Paper"))
    follow(kept)
    assert follow(kept, "https://a.example/feed")["https://a.example/feed"].row == first.row


def test_counting(kept: store.Store, source: model.SourceState) -> None:
    """Entries are counted for each source when that is asked for."""
    keep(kept, source, record(source, entry("heron")), record(source, entry("ferry")))
    assert [state.entries for state in kept.sources()] == [0]
    assert [state.entries for state in kept.sources(counted=True)] == [2]


def test_order(kept: store.Store) -> None:
    """Sources come in the order in which they were first named, whatever their order now."""
    follow(kept, "https://a.example/feed", "https://b.example/feed")
    assert list(follow(kept, "https://c.example/feed", "https://b.example/feed", "https://a.example/feed")) == [
        "https://a.example/feed",
        "https://b.example/feed",
        "https://c.example/feed",
    ]
