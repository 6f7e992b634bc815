"""What a poll brings beside what is stored: our own entries, and too much at once."""

from __future__ import annotations

import dataclasses
import datetime
import math

import pytest
from pipeline.desk import PAPER, RIVAL, Desk
from pipeline.office import Office
from stories import DAY, HOUR, NOW, entry, prose

from aggregator.core import model, parse, render
from aggregator.pipeline import absorb, meet

MINUTE = HOUR / 60
BASE = "https://feeds.example.org/"
OURS = f"Aggregator 9.9 {BASE}"


def kinds(desk: Desk) -> list[str]:
    """What the operator was told, the oldest first."""
    return [event.kind for event in reversed(desk.store.events(99))]


# our own entries


def echo(id: str, **fields: object) -> model.Entry:
    """An entry of ours as somebody brings it back."""
    return entry("echo", host="rival.example", id=id, **fields)


def test_published_ids_that_come_back(desk: Desk) -> None:
    """An entry under an id that we have published adds nothing, be its words as they may; what stands beside it does."""
    desk.bring(PAPER, entry("heron"))
    (ours,) = desk.ids().values()
    assert desk.bring(RIVAL, echo(ours), entry("ferry", host="rival.example")) == (1, 0, 0)
    assert desk.bring(RIVAL, echo(ours), entry("ferry", host="rival.example"), now=NOW + HOUR) == (0, 0, 0)
    assert desk.bring(RIVAL, echo(ours, title="Mine"), now=NOW + 2 * HOUR) == (0, 0, 0)
    assert [stored.entry.title for stored in desk.stored(RIVAL)] == ["The ferry"]
    assert [stored.entry.title for stored in desk.stored(PAPER)] == ["The heron"]


@pytest.mark.parametrize("id", ["urn:uuid:2d1b1a86-9e1e-4d10-8a4c-6f1d9e3a0b11", "urn:uuid:", "tag:rival.example,2026:echo"])
def test_ids_of_others(desk: Desk, id: str) -> None:
    """Other UUIDs, and other ids, are anybody's."""
    desk.bring(PAPER, entry("heron"))
    assert desk.bring(RIVAL, echo(id)) == (1, 0, 0)
    assert kinds(desk) == []


def test_ids_of_what_retention_took(desk: Desk) -> None:
    """What we published once is ours for as long as it is remembered."""
    desk.bring(PAPER, entry("heron"))
    (ours,) = desk.ids().values()
    desk.bring(PAPER, now=NOW + HOUR)
    desk.store.housekeep(NOW + 182 * DAY, 180 * DAY)
    assert desk.bring(RIVAL, echo(ours), now=NOW + 183 * DAY) == (0, 0, 0)


def bring_ours(desk: Desk, *entries: model.Entry, generator: str = OURS, now: datetime.datetime = NOW) -> tuple[int, int]:
    """Poll a source whose feed says that it was made by this generator; how many entries were new, and how many changed."""
    tally = desk.absorb(desk.poll(RIVAL, *entries, now=now, generator=generator), now=now)
    return tally.entries_new, tally.entries_changed


@pytest.mark.parametrize(
    ("generator", "new"),
    [(OURS, 0), (f"Aggregator ({BASE})", 0), ("Aggregator 9.9 https://other.example/", 1), (f"Other 1 {BASE}", 1), ("", 1)],
)
def test_feeds_of_our_own(desk: Desk, generator: str, new: int) -> None:
    """All that a feed has is ours when we made it: it says so and names our address; another aggregator is a source like any."""
    desk.terms = absorb.Terms(address=BASE)
    assert bring_ours(desk, echo("tag:unknown,2026:1"), generator=generator) == (new, 0)


@pytest.mark.parametrize("id", ["", "tag:unknown,2026:1", "urn:uuid:2d1b1a86-9e1e-4d10-8a4c-6f1d9e3a0b11"])
def test_what_was_left_out_is_remembered(desk: Desk, id: str) -> None:
    """An entry of ours is not looked at again while it stays as it is, whatever its id."""
    desk.terms = absorb.Terms(address=BASE)
    bring_ours(desk, echo(id))
    again = desk.poll(RIVAL, echo(id), generator=OURS)
    assert again.outcome.fresh == ()  # type: ignore[union-attr]


def test_a_feed_that_pretends_to_be_ours(desk: Desk) -> None:
    """It suppresses nothing: another source's ids do not become ours by it, before that brought them or after."""
    desk.terms = absorb.Terms(address=BASE)
    ids = ["urn:uuid:2d1b1a86-9e1e-4d10-8a4c-6f1d9e3a0b11", "urn:uuid:7b0c6a52-0c3f-4a43-9d0b-52a6f4f0c922"]
    desk.bring(PAPER, entry("heron", id=ids[0]))
    assert bring_ours(desk, echo(ids[0]), echo(ids[1])) == (0, 0)
    assert desk.bring(PAPER, entry("heron", id=ids[0], rights="©"), entry("ferry", id=ids[1]), now=NOW + HOUR) == (1, 1, 0)


def test_without_an_address_only_ids_tell(desk: Desk) -> None:
    """Every house that says nothing else is reached at the same address."""
    assert bring_ours(desk, echo("tag:unknown,2026:1")) == (1, 0)


@pytest.mark.parametrize("name", ["rss", "atom", "json"])
def test_our_formats_say_whose_they_are(name: str) -> None:
    """What we write is recognised when it is read."""
    written = model.Feed(id="urn:x", name="all", title="All", generator=BASE, entries=(entry("heron", id="urn:uuid:1"),))
    read = parse.parse(model.Response(BASE, 200, render.render(name, written, BASE)))
    assert read.generator.startswith(meet.OURS)
    assert BASE in read.generator


def test_the_operator_is_told_once_a_week(desk: Desk) -> None:
    """Of each source that brings our own entries, however often it does."""
    desk.bring(PAPER, entry("heron"))
    (ours,) = desk.ids().values()
    for day in range(9):
        desk.bring(RIVAL, echo(ours, title=f"Day {day}"), now=NOW + day * DAY)
    assert kinds(desk) == ["echo", "echo"]
    (last, first) = desk.store.events(9)
    assert (first.at, last.at) == (NOW, NOW + 8 * DAY)
    assert first.subject == RIVAL
    assert first.title == "rival.example brings our own entries back"
    assert first.text.startswith("1 of its entries are ones that we published ourselves")


def test_a_published_output_as_a_source(office: Office, desk: Desk) -> None:
    """An output that is read again, by whatever detour, changes no output."""
    desk.bring(PAPER, entry("heron"), entry("ferry"))
    office.publish()
    before = office.files()
    read = parse.parse(model.Response(RIVAL, 200, (office.folder / "all.atom.xml").read_bytes()))
    assert desk.bring(RIVAL, *read.entries, now=NOW + HOUR) == (0, 0, 0)
    office.publish()
    after = office.files()
    assert {name for name in after if after[name] != before[name]} == {"operations.atom.xml"}


# too much at once


def document(count: int = 30, edit: int = 0, **fields: object) -> list[model.Entry]:
    """The entries of a paper, an hour apart; so many of them have another text."""
    dated = [entry(f"n{number}", published=NOW - (number + 1) * HOUR, **fields) for number in range(count)]
    return [dataclasses.replace(one, content="<p>Hacked!</p>") if n < edit else one for n, one in enumerate(dated)]


def texts(desk: Desk) -> set[str]:
    """What the entries of the paper say."""
    return {stored.text for stored in desk.stored(PAPER)}


def test_a_mass_change_is_held(desk: Desk) -> None:
    """The stored versions stay, nothing is known of the new ones, and the next poll will bring the document again."""
    desk.absorb(desk.poll(PAPER, *document(), etag='"1"'))
    before, said = desk.state(PAPER), texts(desk)
    poll = desk.poll(PAPER, *document(edit=25), etag='"2"', now=NOW + HOUR)
    tally = desk.absorb(poll, now=NOW + HOUR)
    after = desk.state(PAPER)
    assert (tally.entries_new, tally.entries_changed, texts(desk)) == (0, 0, said)
    assert (after.validators, after.body_hash) == (before.validators, before.body_hash)
    assert after.held_until == NOW + HOUR + meet.HOLD
    assert NOW + HOUR < after.due_at <= after.held_until
    assert after.success_at == NOW + HOUR
    again = desk.poll(PAPER, *document(edit=25), now=NOW + HOUR + MINUTE)
    assert len(again.outcome.fresh) == 25  # type: ignore[union-attr]
    (event,) = desk.store.events(9)
    assert (event.kind, event.subject, event.at) == ("held", PAPER, NOW + HOUR)
    assert event.title == "paper.example changed too much at once"
    assert event.text.startswith("25 of its 30 entries changed at once. It is held until 13:45 UTC")


def test_a_mass_change_is_taken_over(desk: Desk) -> None:
    """When it is still there after a quarter of an hour, as any change; the operator was told once."""
    desk.bring(PAPER, *document())
    for minutes in (0, 5, 14):
        moment = NOW + HOUR + minutes * MINUTE
        assert desk.bring(PAPER, *document(edit=25), now=moment) == (0, 0, 0)
        assert desk.state(PAPER).held_until == NOW + HOUR + meet.HOLD
    assert desk.bring(PAPER, *document(edit=25), now=NOW + HOUR + meet.HOLD) == (0, 25, 0)
    assert "Hacked!" in texts(desk)
    assert desk.state(PAPER).held_until is None
    assert desk.state(PAPER).body_hash == desk.poll(PAPER, *document(edit=25)).after.body_hash
    assert kinds(desk).count("held") == 1
    assert desk.bring(PAPER, *document(edit=25), now=NOW + 3 * HOUR) == (0, 0, 0)


def test_a_mass_change_that_was_a_mistake(desk: Desk) -> None:
    """A document that is as before in time has changed nothing; the next mass change is held and told of anew."""
    desk.bring(PAPER, *document())
    said = texts(desk)
    desk.bring(PAPER, *document(edit=25), now=NOW + HOUR)
    assert desk.bring(PAPER, *document(), now=NOW + HOUR + 5 * MINUTE) == (0, 0, 0)
    assert (texts(desk), desk.state(PAPER).held_until) == (said, None)
    desk.bring(PAPER, *document(edit=25), now=NOW + 2 * HOUR)
    assert (texts(desk), kinds(desk)) == (said, ["held", "held"])


def test_a_mass_change_and_a_poll_that_fails(desk: Desk) -> None:
    """That it is held outlives a failure; then the document is taken as it is."""
    desk.bring(PAPER, *document())
    desk.bring(PAPER, *document(edit=25), now=NOW + HOUR)
    desk.absorb(desk.failed(PAPER, now=NOW + HOUR + meet.HOLD), now=NOW + HOUR + meet.HOLD)
    assert desk.state(PAPER).held_until == NOW + HOUR + meet.HOLD
    assert desk.bring(PAPER, *document(edit=25), now=NOW + 2 * HOUR) == (0, 25, 0)


def test_what_a_held_poll_still_carries(desk: Desk) -> None:
    """Its entries count as there, so that retention takes none of them; those that it dropped have left."""
    desk.bring(PAPER, *document())
    desk.bring(PAPER, *document(edit=25)[:29], now=NOW + HOUR)
    assert desk.store.housekeep(NOW + 300 * DAY, 180 * DAY) == 1


@pytest.mark.parametrize(
    ("count", "edit", "share", "held"),
    [
        (30, 25, 0.5, True),
        (30, 15, 0.5, False),
        (19, 19, 0.5, False),
        (20, 20, 0.5, True),
        (30, 25, 0.9, False),
        (30, 30, math.inf, False),
    ],
)
def test_what_is_too_much(desk: Desk, count: int, edit: int, share: float, held: bool) -> None:
    """More than the share that feeds.yaml allows, twenty at least; others are not touched."""
    desk.terms = absorb.Terms(share=share)
    desk.bring(PAPER, *document(count))
    rival = entry("heron", host="rival.example")
    tally = desk.absorb(
        desk.poll(PAPER, *document(count, edit), now=NOW + HOUR), desk.poll(RIVAL, rival, now=NOW + HOUR), now=NOW + HOUR
    )
    assert (tally.entries_changed, tally.entries_new) == (0 if held else edit, 1)
    assert kinds(desk) == ["held"] * held


def burst(count: int, host: str = "paper.example") -> list[model.Entry]:
    """New entries that came at once."""
    return [entry(f"new{number}", host=host, published=NOW + HOUR / 2 + number * MINUTE / 60) for number in range(count)]


def test_a_burst_is_stored_and_held(office: Office, desk: Desk) -> None:
    """New entries far beyond the usual are kept and known, but not published before their time."""
    desk.bring(PAPER, *document(8))
    office.publish()
    before = office.titles()
    assert desk.bring(PAPER, *burst(40), *document(8), now=NOW + HOUR) == (40, 0, 0)
    assert sum(stored.held for stored in desk.stored()) == 40
    assert desk.bring(PAPER, *burst(40), *document(8), now=NOW + HOUR + MINUTE) == (0, 0, 0)
    assert desk.store.release(NOW + HOUR + 14 * MINUTE) == 0
    office.publish()
    assert office.titles() == before
    assert desk.store.release(NOW + HOUR + meet.HOLD) == 40
    office.publish()
    assert len(office.titles()) == 48
    (event,) = desk.store.events(9)
    assert event.text.startswith("40 of its 48 entries are new at once, where about 1 would be usual.")


def test_a_burst_is_released_by_the_next_poll(desk: Desk) -> None:
    """Whatever that brings, once the time has come; until then the source stays held though it has nothing new."""
    desk.bring(PAPER, *document(8))
    desk.bring(PAPER, *burst(40), now=NOW + HOUR)
    desk.bring(PAPER, *burst(40), now=NOW + HOUR + 5 * MINUTE)
    assert desk.state(PAPER).held_until == NOW + HOUR + meet.HOLD
    assert desk.bring(PAPER, *burst(41), now=NOW + HOUR + meet.HOLD) == (1, 0, 0)
    assert (sum(stored.held for stored in desk.stored()), desk.state(PAPER).held_until) == (0, None)


def test_bursts_that_are_none(desk: Desk) -> None:
    """A new source, one that was away for long, one whose pace nobody knows, and fewer than twenty."""
    assert desk.bring(PAPER, *document(8), *burst(40)) == (48, 0, 0)
    assert desk.bring(RIVAL, entry("heron", host="rival.example")) == (1, 0, 0)
    desk.bring(RIVAL, *burst(40, "rival.example"), now=NOW + HOUR)
    assert desk.bring(PAPER, *document(8), *burst(59), now=NOW + 2 * HOUR) == (19, 0, 0)
    later = [entry(f"later{number}", published=NOW + 2 * DAY) for number in range(25)]
    assert desk.bring(PAPER, *later, now=NOW + 900 * DAY) == (25, 0, 0)
    assert [stored.held for stored in desk.stored() if stored.held] == []
    assert kinds(desk) == ["missed"]  # of the one that was away


def renamed(came: model.Entry, number: int) -> model.Entry:
    """The same article under another id, link, title and date, with a word more."""
    content = came.content.replace("</p>", " Again.</p>")
    return dataclasses.replace(
        came, id=f"new-{number}", link=f"https://paper.example/?p={number}", content=content, title=f"{came.title}!!", published=NOW
    )


def test_a_rewritten_document(office: Office, desk: Desk) -> None:
    """Entries that all come under other ids, links and dates, slightly edited, are copies of what they were; nothing is news."""
    papers = [
        entry(f"n{number}", title=f"About {prose(f'topic{number}', 6)}", content=f"<p>{prose(f'topic{number}', 70)}</p>")
        for number in range(25)
    ]
    papers = [dataclasses.replace(one, published=NOW - (n + 90) * HOUR) for n, one in enumerate(papers)]
    desk.bring(PAPER, *papers)
    office.publish(office.text + "outputs: [{name: all, stories: off}]")
    before = office.items()
    again = [renamed(one, number) for number, one in enumerate(papers)]
    assert desk.bring(PAPER, *again, now=NOW + HOUR) == (25, 0, 25)
    assert len({stored.group for stored in desk.stored()}) == 25
    for moment in (NOW + HOUR, NOW + DAY):
        desk.store.release(moment)
        office.publish()
        items = office.items()
        assert [(item["id"], item["date_published"], item.get("date_modified")) for item in items] == [
            (item["id"], item["date_published"], item.get("date_modified")) for item in before
        ]
    assert kinds(desk).count("held") == 1
