"""What a hub delivers is a part of its source: it adds and changes, and says nothing of the rest."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from loopback import Answer, Asked
from pipeline.desk import PAPER, Desk
from pipeline.reader import Reader, item, rss
from stories import DAY, HOUR, NOW, entry

from aggregator.core import clean, model, polls
from aggregator.pipeline import absorb, refresh

pytestmark = pytest.mark.anyio


async def take(reader: Reader, body: bytes) -> polls.Outcome:
    """Have something delivered, and store what that brings."""
    state = reader.state
    response = model.Response(reader.source.url, 200, body, "application/rss+xml")
    outcome = await refresh.take(reader.edges, reader.source, state, clean.Policy(), response)
    if isinstance(outcome, polls.Updated):
        reader.desk.absorb(absorb.Poll(state, polls.delivered(state, outcome, NOW), outcome))
    return outcome


async def test_a_delivery_adds(reader: Reader) -> None:
    """The other entries have not left, and the next poll asks with the validators of the last one."""
    reader.server.answers["/feed"] = tagged
    await reader.updated()
    before = reader.state
    outcome = await take(reader, rss(item("three"), item("two")))
    assert isinstance(outcome, polls.Updated)
    assert [fresh.entry.id for fresh in outcome.fresh] == ["three"]
    after = reader.state
    assert (after.validators, after.body_hash, after.window) == (before.validators, before.body_hash, before.window)
    assert (after.success_at, after.due_at, after.failures) == (before.success_at, before.due_at, 0)
    assert after.newest is not None
    found = reader.edges.store.accounts(list(reader.desk.ids().values()))
    assert {account.own_id: account.left_at for account in found} == {"one": None, "two": None, "three": None}
    assert isinstance(await reader.poll(), polls.NotModified)


def tagged(asked: Asked) -> Answer:
    """Two entries under a tag."""
    if asked.headers.get("if-none-match") == '"1"':
        return Answer(status=304, headers=(("ETag", '"1"'),))
    return Answer(rss(item("one"), item("two")), headers=(("ETag", '"1"'),))


async def test_what_cannot_be_read(reader: Reader) -> None:
    """It is a failure of the delivery, with its reason."""
    outcome = await take(reader, b"<html><body>Hello.</body></html>")
    assert isinstance(outcome, polls.Failed)
    assert outcome.kind == "parse"


def partial(desk: Desk, *entries: model.Entry, now: datetime.datetime = NOW) -> absorb.Poll:
    """A delivery of these entries."""
    poll = desk.poll(PAPER, *entries, now=now)
    outcome = poll.outcome
    assert isinstance(outcome, polls.Updated)
    outcome = dataclasses.replace(outcome, partial=True)
    return absorb.Poll(poll.before, polls.delivered(poll.before, outcome, now), outcome, poll.terms)


def test_no_poll_is_counted(desk: Desk) -> None:
    """Entries are counted, polls are not; what the document carried is told."""
    desk.bring(PAPER, entry("heron"))
    poll = partial(desk, entry("heron"), entry("ferry"), now=NOW + HOUR)
    absorbed = absorb.absorb(desk.store, [poll], NOW + HOUR)
    assert absorbed.tally == absorb.Tally(entries_seen=2, entries_new=1)
    ids = desk.ids()
    (carried,) = absorbed.carried.values()
    assert carried.ids == set(ids.values())
    assert carried.new == {ids["The ferry"]: NOW - HOUR}


def test_an_entry_that_had_left_is_back(desk: Desk) -> None:
    """A hub that delivers it says that the source has it."""
    desk.bring(PAPER, entry("heron"), entry("ferry"))
    desk.bring(PAPER, entry("ferry"), now=NOW + HOUR)
    desk.absorb(partial(desk, entry("heron")), now=NOW + 2 * HOUR)
    assert {account.left_at for account in desk.store.accounts(list(desk.ids().values()))} == {None}


def test_a_delivery_is_no_backlog(desk: Desk) -> None:
    """What a hub delivers of a source that had no entries is news."""
    desk.absorb(desk.poll(PAPER))
    desk.absorb(partial(desk, *(entry(f"n{number}") for number in range(15))))
    assert [stored.backlog for stored in desk.stored()] == [None] * 15


def test_a_mass_change_is_held_until_a_poll(desk: Desk) -> None:
    """Too many at once are held as in a poll, which is then due; no delivery confirms them."""
    desk.bring(PAPER, *(entry(f"n{number}", published=NOW - number * HOUR) for number in range(30)))
    many = [entry(f"m{number}") for number in range(30)]
    absorbed = absorb.absorb(desk.store, [partial(desk, *many, now=NOW + HOUR)], NOW + HOUR)
    state = desk.state(PAPER)
    assert state.held_until is not None
    assert state.due_at is not None
    assert state.due_at <= state.held_until
    assert [carried.new for carried in absorbed.carried.values()] == [{}]
    desk.absorb(partial(desk, entry("late"), now=NOW + DAY), now=NOW + DAY)
    held = {stored.entry.title for stored in desk.stored() if stored.held}
    assert held == {f"The m{number}" for number in range(30)}


def test_the_rhythm_learns(desk: Desk) -> None:
    """The next poll will not show as new what was delivered, so the delivery teaches when the source publishes."""
    desk.bring(PAPER, entry("heron"))
    before = desk.state(PAPER)
    desk.absorb(partial(desk, entry("ferry", published=NOW + DAY), now=NOW + DAY), now=NOW + DAY)
    after = desk.state(PAPER)
    assert after.rhythm != before.rhythm
    assert (after.newest, after.window) == (NOW + DAY, before.window)


def test_what_could_not_be_stored(desk: Desk) -> None:
    """Polls wait for their next time; a delivery comes only once, so its source is polled at once."""
    desk.bring(PAPER, entry("heron"))
    poll = desk.poll(PAPER, entry("ferry"), now=NOW + HOUR)
    row = poll.before.row
    assert absorb.postponed([poll])[row].due_at == poll.after.due_at
    assert absorb.postponed([partial(desk, entry("ferry"), now=NOW + HOUR)])[row].due_at == NOW
