"""Absorbing: entries keep their identity, copies are recognised, and a transaction is kept whole or not at all."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from stories import DAY, HOUR, NOW, entry, prose

from aggregator.core import dedupe, model, polls
from aggregator.edges import store
from aggregator.pipeline import absorb


def test_new_then_unchanged_then_changed(desk: Desk) -> None:
    """An entry is new once; polled again it is neither new nor changed; edited it is changed."""
    heron, ferry = entry("heron"), entry("ferry")
    assert desk.bring(PAPER, heron, ferry) == (2, 0, 0)
    assert desk.bring(PAPER, heron, ferry, now=NOW + HOUR) == (0, 0, 0)
    assert desk.bring(PAPER, heron, dataclasses.replace(ferry, title="The ferry sinks"), now=NOW + 2 * HOUR) == (0, 1, 0)
    assert [stored.entry.title for stored in desk.stored()].count("The ferry sinks") == 1


def test_tally(desk: Desk) -> None:
    """Updated, not modified and failed polls add up to the sources; entries are counted as seen, new and duplicate."""
    fresh = entry("heron")
    unmodified = polls.NotModified(model.Response(THIRD, 304, not_modified=True))
    quiet = desk.state(THIRD)
    tally = desk.absorb(
        desk.poll(PAPER, fresh, entry("ferry")),
        desk.poll(RIVAL, entry("heron", host="rival.example")),
        absorb.Poll(quiet, polls.settle(quiet, unmodified, polls.Pace(), NOW, 0.5), unmodified),
    )
    assert tally == absorb.Tally(3, 2, 1, 0, entries_seen=3, entries_new=3, entries_changed=0, duplicates=1)
    assert desk.absorb(desk.failed(PAPER)) + tally == absorb.Tally(4, 2, 1, 1, 3, 3, 0, 1)


def test_what_a_poll_leaves_of_its_source(desk: Desk) -> None:
    """Validators, hash, dates and due time are stored together with the entries."""
    poll = desk.poll(PAPER, entry("heron"), etag='"1"')
    desk.absorb(poll)
    assert desk.state(PAPER) == dataclasses.replace(poll.after, change=1)
    assert desk.state(PAPER).validators.etag == '"1"'
    assert desk.state(PAPER).due_at == poll.after.due_at
    assert desk.state(PAPER).rhythm == poll.after.rhythm != b""


def test_edit_that_is_material(desk: Desk) -> None:
    """New sentences move `updated` to the poll that met them, once; the id, the first sight and the publication stay."""
    came = entry("heron")
    desk.bring(PAPER, came)
    before = desk.stored()[0]
    edited = dataclasses.replace(came, content=f"{came.content}<p>Correction: it was a stork, not a heron at all.</p>")
    desk.bring(PAPER, edited, now=NOW + DAY)
    desk.bring(PAPER, edited, now=NOW + 2 * DAY)
    (after,) = desk.stored()
    assert after.entry.updated == NOW + DAY
    assert (after.entry.id, after.first_seen, after.entry.published) == (before.entry.id, before.first_seen, before.entry.published)
    assert "stork" in after.text


def test_edit_that_is_not(desk: Desk) -> None:
    """A corrected comma is stored, but readers are not told of an update."""
    came = entry("heron")
    desk.bring(PAPER, came)
    assert desk.bring(PAPER, dataclasses.replace(came, content=came.content.replace(" ", ", ", 1)), now=NOW + DAY) == (0, 1, 0)
    (after,) = desk.stored()
    assert after.entry.updated == came.published
    assert ", " in after.text


def test_date_that_its_source_moves(desk: Desk) -> None:
    """A source that dates its entries anew at each poll does not move them: publication is what was said first."""
    for hour in range(3):
        desk.bring(PAPER, entry("heron", published=NOW + hour * HOUR, updated=NOW + hour * HOUR), now=NOW + hour * HOUR)
    (after,) = desk.stored()
    assert (after.entry.published, after.entry.updated, after.first_seen) == (NOW, NOW, NOW)


@pytest.mark.parametrize("date", [None, NOW + HOUR, NOW + 300 * DAY])
def test_missing_and_future_dates(desk: Desk, date: object) -> None:
    """An entry without a date that can be true has none, polled however often; it stands where it was first seen."""
    came = entry("heron", published=date)
    desk.bring(PAPER, came)
    desk.bring(PAPER, dataclasses.replace(came, rights="©"), now=NOW + 2 * HOUR)
    (stored,) = desk.stored()
    assert (stored.entry.published, stored.entry.updated, stored.first_seen) == (None, NOW, NOW)


def test_only_an_update_is_dated(desk: Desk) -> None:
    """An entry that only says when it was updated was published by then."""
    desk.bring(PAPER, entry("heron", published=None, updated=NOW - DAY))
    assert (desk.stored()[0].entry.published, desk.stored()[0].entry.updated) == (NOW - DAY, NOW - DAY)


def test_id_used_again(desk: Desk) -> None:
    """An id that a source gives to another article does not overwrite the first; both are there under ids of their own."""
    desk.bring(PAPER, entry("heron", id="1"))
    assert desk.bring(PAPER, entry("ferry", id="1"), now=NOW + HOUR) == (1, 0, 0)
    assert len(set(desk.ids().values())) == 2
    assert desk.bring(PAPER, dataclasses.replace(entry("ferry", id="1"), rights="©"), now=NOW + 2 * HOUR) == (0, 1, 0)
    assert len(desk.stored()) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"link": "http://paper.example/heron"},
        {"link": "https://www.paper.example/heron?utm_source=rss"},
        {"id": "urn:new:1"},
        {"id": ""},
        {"link": "https://news.paper.example/heron", "id": "https://news.paper.example/heron"},
        {"link": "https://other.example/heron", "id": "other-1"},
        {"title": "Heron, revised", "published": NOW},
        {"content": f"<p>{prose('otter')}</p>"},
    ],
)
def test_same_entry_in_another_guise(desk: Desk, changes: dict[str, object]) -> None:
    """An entry with another scheme, host, link, id, title or text is the one that readers have, and stays so when it turns back."""
    came = entry("heron")
    desk.bring(PAPER, came)
    ids = set(desk.ids().values())
    assert desk.bring(PAPER, dataclasses.replace(came, **changes), now=NOW + HOUR) == (0, 1, 0)  # type: ignore[arg-type]
    assert desk.bring(PAPER, came, now=NOW + 2 * HOUR) == (0, 1, 0)
    assert set(desk.ids().values()) == ids


def test_source_that_moves_with_all_its_ids(desk: Desk) -> None:
    """A source at another host, under another url and with other ids reposts nothing."""
    desk.enrol((PAPER, "Paper"))
    names = [f"n{number}" for number in range(19)]  # one more, and it would be a mass change
    desk.bring(PAPER, *(entry(name) for name in names))
    ids = set(desk.ids(PAPER).values())
    desk.enrol(("https://moved.example/rss", "Paper"))
    moved = [entry(name, host="moved.example", id=f"https://moved.example/?p={number}") for number, name in enumerate(names)]
    assert desk.bring("https://moved.example/rss", *moved, now=NOW + DAY) == (0, 19, 0)
    assert set(desk.ids("https://moved.example/rss").values()) == ids


def test_ids_are_the_same_in_an_empty_store(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Published ids are no row number, clock or chance."""
    papers = [entry("heron"), entry("ferry", id=""), entry("kettle", id="", link=None)]
    desk.bring(PAPER, *papers)
    again = Desk(store.open_store(tmp_path_factory.mktemp("again")), RIVAL, PAPER)
    for came in reversed(papers):
        again.bring(PAPER, came, now=NOW + DAY)
    assert again.ids() == desk.ids()
    assert all(name.startswith("urn:uuid:") for name in desk.ids().values())
    again.store.close()


def test_same_id_in_two_sources(desk: Desk) -> None:
    """Ids are scoped to their source."""
    desk.bring(PAPER, entry("heron", id="1"))
    desk.bring(RIVAL, entry("ferry", id="1"))
    assert len(set(desk.ids().values())) == 2


def test_entry_twice_in_a_document(desk: Desk) -> None:
    """The same entry twice in one document is one entry; in two versions, one duplicates the other."""
    came = entry("heron")
    assert desk.bring(PAPER, came, came) == (1, 0, 0)
    assert desk.bring(RIVAL, entry("ferry"), dataclasses.replace(entry("ferry"), rights="©")) == (2, 0, 1)


def test_entry_that_retention_took(desk: Desk) -> None:
    """An old entry that comes back after it was let go of is not stored again, in whatever guise, nor does it count as new."""
    came = entry("heron")
    desk.bring(PAPER, came, entry("ferry"))
    desk.bring(PAPER, entry("ferry"), now=NOW + DAY)
    assert desk.store.housekeep(NOW + 200 * DAY, 180 * DAY) == 1
    later = NOW + 201 * DAY
    assert desk.bring(PAPER, came, entry("ferry"), now=later) == (0, 0, 0)
    assert desk.bring(PAPER, dataclasses.replace(came, rights="©"), entry("ferry"), now=later) == (0, 0, 0)
    assert desk.bring(PAPER, dataclasses.replace(came, id="other"), entry("ferry"), now=later) == (0, 0, 0)
    assert list(desk.ids()) == ["The ferry"]


def test_copy_in_a_later_batch(desk: Desk) -> None:
    """What another source had before is stored as its duplicate; what comes first is the head."""
    desk.bring(PAPER, entry("heron"))
    assert desk.bring(RIVAL, entry("heron", host="rival.example"), now=NOW + HOUR) == (1, 0, 1)
    assert desk.bring(THIRD, entry("heron", host="third.example", title="Seen: a heron"), now=NOW + HOUR) == (1, 0, 1)
    assert desk.groups() == {"paper.example": {"paper.example", "rival.example", "third.example"}}


def test_copies_in_one_batch(desk: Desk) -> None:
    """Sources that bring the same article in one batch form one group."""
    desk.absorb(*(desk.poll(url, entry("heron", host=url.split("/")[2])) for url in (PAPER, RIVAL, THIRD)))
    assert [len(members) for members in desk.groups().values()] == [3]


@pytest.mark.parametrize("order", list(itertools.permutations((PAPER, RIVAL, THIRD))))
def test_order_of_polls_in_a_batch(desk: Desk, order: tuple[str, ...]) -> None:
    """Which poll ended first within a batch changes nothing: the same entry is the head."""
    hours = {PAPER: 2, RIVAL: 3, THIRD: 1}
    documents = {url: entry("heron", host=url.split("/")[2], published=NOW - hours[url] * HOUR) for url in order}
    desk.absorb(*(desk.poll(url, documents[url]) for url in order))
    assert list(desk.groups()) == ["paper.example"]


def test_copy_of_an_unlike_article(desk: Desk) -> None:
    """Articles of different text and link stay apart."""
    desk.bring(PAPER, entry("heron"))
    assert desk.bring(RIVAL, entry("ferry", host="rival.example")) == (1, 0, 0)


def test_shared_link(desk: Desk) -> None:
    """A copy is also found by its link when title or text agree, not by the link alone."""
    desk.bring(PAPER, entry("heron"))
    teaser = entry("heron", host="rival.example", link="https://paper.example/heron?utm_medium=feed", content="<p>Seen.</p>")
    other = entry("ferry", host="third.example", link="https://paper.example/heron")
    assert desk.bring(RIVAL, teaser) == (1, 0, 1)
    assert desk.bring(THIRD, other) == (1, 0, 0)


def test_weekly_text_of_one_source(desk: Desk) -> None:
    """A source that says the same again a week later means it; within hours it repeats itself."""
    desk.bring(PAPER, entry("thread", published=NOW - 7 * DAY))
    weekly = entry("thread", id="2", link="https://paper.example/thread-2", title="Thread of this week", published=NOW)
    again = dataclasses.replace(weekly, id="3", link="https://paper.example/thread-3", title="Thread, again")
    assert desk.bring(PAPER, entry("thread", published=NOW - 7 * DAY), weekly) == (1, 0, 0)
    assert desk.bring(PAPER, weekly, again)[2] == 1


def test_failure_stores_no_validators(desk: Desk) -> None:
    """A poll that failed leaves the validators of the last good one."""
    desk.absorb(desk.poll(PAPER, entry("heron"), etag='"1"'))
    desk.absorb(desk.failed(PAPER))
    assert desk.state(PAPER).validators.etag == '"1"'
    assert desk.state(PAPER).failures == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_nothing_is_kept_of_a_batch_that_breaks(desk: Desk, place: int) -> None:
    """When anything goes wrong in the middle, no entry, validator, due time or event of the batch is kept."""
    before = desk.store.sources()
    batch = [desk.poll(PAPER, entry("heron"), etag='"1"'), desk.failed(RIVAL, "gone"), desk.poll(THIRD, entry("ferry"), etag='"3"')]
    broken = batch[place]
    batch[place] = dataclasses.replace(broken, after=dataclasses.replace(broken.after, gap="no number".encode))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="supported"):
        desk.absorb(*batch)
    assert desk.store.sources() == before
    assert desk.stored() == []
    assert desk.store.events(9) == []
    assert desk.bring(PAPER, entry("heron")) == (1, 0, 0)


def test_news_for_the_operator(desk: Desk) -> None:
    """What the operator should hear is stored with the poll: said once, about the source by its first url."""
    for hour in range(3):
        desk.absorb(desk.failed(PAPER, "gone", NOW + hour * HOUR), now=NOW + hour * HOUR)
    (event,) = desk.store.events(9)
    assert (event.kind, event.subject, event.at) == ("gone", PAPER, NOW)
    assert "is gone" in event.title
    assert desk.state(PAPER).due_at is None


def test_entries_left_and_carried(desk: Desk) -> None:
    """Entries that a document drops are let go of in the end; those that it carries, changed or not, stay."""
    heron, ferry, kettle = entry("heron"), entry("ferry"), entry("kettle")
    desk.bring(PAPER, heron, ferry, kettle)
    desk.bring(PAPER, dataclasses.replace(heron, rights="©"), ferry, now=NOW + DAY)
    assert desk.store.housekeep(NOW + 182 * DAY, 180 * DAY) == 1
    assert set(desk.ids()) == {"The heron", "The ferry"}


def test_hashes_are_of_what_came(desk: Desk) -> None:
    """What is recognised later is the entry as it came, not as it was cleaned."""
    poll = desk.poll(PAPER, entry("heron"))
    assert isinstance(poll.outcome, polls.Updated)
    (fresh,) = poll.outcome.fresh
    came, tidy = fresh.entry, fresh.cleaned
    tidied = dataclasses.replace(
        tidy, entry=dataclasses.replace(tidy.entry, title="Tidied"), removed=(model.Removal("a", "b", "c"),)
    )
    desk.absorb(dataclasses.replace(poll, outcome=dataclasses.replace(poll.outcome, fresh=(polls.Fresh(came, tidied),))))
    assert list(desk.ids()) == ["Tidied"]
    assert list(desk.store.seen(desk.state(PAPER).row, [dedupe.hash_of(came)])) == [dedupe.hash_of(came)]
    assert desk.bring(PAPER, came) == (0, 0, 0)


def moments(*minutes: int) -> list[model.Entry]:
    """Entries that were published so many minutes after now."""
    return [entry(f"wave{minute}", published=NOW + minute * HOUR / 60) for minute in minutes]


def test_entries_that_were_missed(desk: Desk) -> None:
    """A document of which nothing was seen before shows that entries were missed: counted, told once a week, polled sooner."""
    desk.bring(PAPER, *moments(0, 1, 2))
    assert desk.absorb(desk.poll(PAPER, *moments(2, 3, 4), now=NOW + HOUR), now=NOW + HOUR).rollovers == 0
    for hour in (2, 3):
        poll = desk.poll(PAPER, *moments(*range(60 * hour, 60 * hour + 3)), now=NOW + (hour + 1) * HOUR)
        assert desk.absorb(poll, now=NOW + (hour + 1) * HOUR).rollovers == 1
    state = desk.state(PAPER)
    assert (state.rollovers, state.haste) == (2, 4)
    assert [event.kind for event in desk.store.events(9)] == ["missed"]


def test_a_delta_misses_nothing(desk: Desk) -> None:
    """What the document of a delta leaves out has not left its source, and was not missed either (RFC 3229)."""
    desk.bring(PAPER, *moments(0, 1, 2))
    poll = desk.poll(PAPER, *moments(50, 51), now=NOW + HOUR)
    assert isinstance(poll.outcome, polls.Updated)
    outcome = dataclasses.replace(poll.outcome, response=dataclasses.replace(poll.outcome.response, status=226, delta=True))
    tally = desk.absorb(dataclasses.replace(poll, outcome=outcome), now=NOW + HOUR)
    assert (tally.entries_new, tally.rollovers) == (2, 0)
    desk.store.housekeep(NOW + 900 * DAY, DAY)
    assert len(desk.stored(PAPER)) == 5
    desk.bring(PAPER, *moments(50, 51), now=NOW + 2 * HOUR)
    desk.store.housekeep(NOW + 900 * DAY, DAY)
    assert len(desk.stored(PAPER)) == 2


def test_hosts_are_stored_with_polls(desk: Desk) -> None:
    """What became of hosts that refused us is kept in the same transaction."""
    host = model.HostState("paper.example", 1, NOW + HOUR)
    absorb.absorb(desk.store, [desk.failed(PAPER)], NOW, [host])
    assert desk.store.hosts() == [host]
