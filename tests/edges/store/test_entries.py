"""Entries in the store: what they are known by, their new versions, their order, and when they go."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

import pytest
from stories import DAY, HOUR, NOW, cleaned, entered, entry, keep, prose, record

from aggregator.core import dedupe, model, text
from aggregator.edges import store

KEEP = 180 * DAY


def replace(into: store.Store, state: model.SourceState, came: model.Entry, updated: datetime.datetime | None) -> None:
    """Store a new version of an entry as absorbing does."""
    both = ((came, cleaned(came)),)
    with into.writing() as writing:
        document = dedupe.describe(both)
        (found,) = dedupe.identify(state.first_url, document, writing.known(state.row, sorted(dedupe.every_key(document))))
        writing.replace(store.Record(state.row, found, came, NOW + DAY, None, updated))
        writing.remember(state.row, {key: found.id for key in found.keys}, NOW + DAY)


def listed(into: store.Store, *states: model.SourceState) -> list[str]:
    """The titles of all entries of these sources, newest first."""
    return [stored.entry.title for stored in into.newest([state.row for state in states], 0, 100)]


def test_stored_entry(kept: store.Store, source: model.SourceState, opened: Callable[[], store.Store]) -> None:
    """An entry comes back as cleaned, with its published id, its dates, its text and its group, also from the disk."""
    came = entry(
        "heron", authors=(model.Author("Ann", "https://ann.example/"),), enclosures=(model.Enclosure("https://a.example/a.mp3"),)
    )
    (name,) = keep(kept, source, record(source, came))
    (stored,) = opened().newest([source.row], 0, 9)
    assert stored.entry == dataclasses.replace(came, id=name, updated=came.published)
    assert stored.text == prose("heron")
    assert (stored.source, stored.first_seen, stored.group) == (source.row, NOW, name)


def test_what_was_decided_about_an_entry(kept: store.Store, source: model.SourceState, opened: Callable[[], store.Store]) -> None:
    """Its story, its place in its source's backlog, whether it is held, and how many words it has come back, also from the disk."""
    keep(kept, source, record(source, entry("heron"), story="urn:story", backlog=7, held_until=NOW + HOUR))
    (stored,) = opened().newest([source.row], 0, 9)
    assert (stored.story, stored.backlog, stored.held, stored.words) == ("urn:story", 7, True, len(text.words(prose("heron"))))
    (plain,) = keep(kept, source, record(source, entry("ferry")))
    (stored,) = (one for one in kept.newest([source.row], 0, 9) if one.entry.id == plain)
    assert (stored.story, stored.backlog, stored.held) == ("", None, False)


def test_decisions_outlive_an_edit(kept: store.Store, source: model.SourceState) -> None:
    """A new version stays in its story, in its place of the backlog and held; its words are counted anew."""
    keep(kept, source, record(source, entry("heron"), story="urn:story", backlog=0, held_until=NOW + HOUR))
    replace(kept, source, entry("heron", content="<p>In four words now.</p>"), None)
    (stored,) = kept.newest([source.row], 0, 9)
    assert (stored.story, stored.backlog, stored.held, stored.words) == ("urn:story", 0, True, 4)


def test_what_is_held(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """It is released when its time has come, or all of a source at once."""
    for state, hours in ((source, 1), (source, 2), (rival, 3)):
        keep(kept, state, record(state, entry(f"n{hours}", host=state.url.split("/")[2]), held_until=NOW + hours * HOUR))
    assert kept.release(NOW + HOUR - HOUR / 60) == 0
    assert kept.release(NOW + HOUR) == 1
    with kept.writing() as writing:
        assert writing.holds(source.row)
        writing.release(source.row)
        assert (writing.holds(source.row), writing.holds(rival.row)) == (False, True)
    held = {stored.entry.title: stored.held for stored in kept.newest([source.row, rival.row], 0, 9)}
    assert held == {"The n1": False, "The n2": False, "The n3": True}
    assert kept.release(NOW + 9 * HOUR) == 1


def test_new_sources(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """A source is new until an entry of its own was stored; that stays known when the entry is gone."""
    keep(kept, source, record(source, entry("heron")), gone=True)
    kept.housekeep(NOW + KEEP + HOUR, KEEP)
    with kept.writing() as writing:
        assert (writing.is_new(source.row), writing.is_new(rival.row)) == (False, True)


def test_dates_of_an_entry(kept: store.Store, source: model.SourceState) -> None:
    """An update comes never before publication; an entry without dates has its first sight as its update, and no publication."""
    keep(
        kept,
        source,
        record(source, entry("heron", published=None)),
        record(source, entry("ferry", published=NOW), updated=NOW - DAY),
        record(source, entry("kettle", published=NOW - DAY), updated=NOW),
    )
    dates = {stored.entry.title: (stored.entry.published, stored.entry.updated) for stored in kept.newest([source.row], 0, 9)}
    assert dates == {
        "The heron": (None, NOW),
        "The ferry": (NOW, NOW),
        "The kettle": (NOW - DAY, NOW),
    }


def test_seen(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """What came before just so is recognised by its hash; what differs in anything is not, nor what another source sent."""
    came, edited = entry("heron"), entry("heron", rights="©")
    (name,) = keep(kept, source, record(source, came))
    hashes = [dedupe.hash_of(came), dedupe.hash_of(edited)]
    assert kept.seen(source.row, hashes) == {hashes[0]: name}
    assert kept.seen(rival.row, hashes) == {}


def test_seen_among_thousands(kept: store.Store, source: model.SourceState) -> None:
    """Any number of hashes can be asked for at once."""
    came = entry("heron")
    keep(kept, source, record(source, came))
    hashes = [f"{number:024x}" for number in range(2_000)] + [dedupe.hash_of(came)]
    assert list(kept.seen(source.row, hashes)) == [dedupe.hash_of(came)]
    assert kept.seen(source.row, []) == {}


def test_known(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """Every key of an entry leads to it, in its own source only."""
    kind = record(source, entry("heron"))
    (name,) = keep(kept, source, kind)
    with kept.writing() as writing:
        found = writing.known(source.row, kind.identified.keys)
        assert found.keys() == set(kind.identified.keys)
        (known,) = set(found.values())
        assert known.row is not None
        expected = dedupe.Known(known.row, name, kind.original.id, kind.original.link, kind.original.title, prose("heron"))
        assert known == expected
        assert writing.known(rival.row, kind.identified.keys) == {}


def test_key_keeps_its_first_meaning(kept: store.Store, source: model.SourceState) -> None:
    """A key that has led to one entry never leads to another."""
    first, second = record(source, entry("heron")), record(source, entry("ferry"))
    (name, other) = keep(kept, source, first, second)
    with kept.writing() as writing:
        writing.remember(source.row, {first.identified.keys[0]: other}, NOW + DAY)
        assert writing.known(source.row, first.identified.keys)[first.identified.keys[0]].id == name


def test_writing_reads_its_own(kept: store.Store, source: model.SourceState) -> None:
    """Inside a transaction what it has written is there already."""
    kind = record(source, entry("heron"))
    with kept.writing() as writing:
        writing.insert([kind])
        writing.remember(source.row, {key: kind.identified.id for key in kind.identified.keys}, NOW)
        writing.enter([entered(kind.identified.id, kind.original)])
        assert writing.sketches([kind.identified.id]).keys() == {kind.identified.id}
        assert len(writing.known(source.row, kind.identified.keys)) == len(kind.identified.keys)
        assert kept.newest([source.row], 0, 9) == []


@pytest.mark.parametrize(("updated", "shown"), [(None, NOW - HOUR), (NOW + DAY, NOW + DAY)])
def test_replace(kept: store.Store, source: model.SourceState, updated: datetime.datetime | None, shown: datetime.datetime) -> None:
    """A new version has the new text under the old id, first sight and publication; its update moves if it is given."""
    (name,) = keep(kept, source, record(source, entry("heron")))
    edited = entry("heron", content=f"<p>{prose('heron')} And more.</p>", published=NOW + DAY)
    replace(kept, source, edited, updated)
    (stored,) = kept.newest([source.row], 0, 9)
    assert (stored.entry.id, stored.first_seen) == (name, NOW)
    assert (stored.entry.published, stored.entry.updated) == (NOW - HOUR, shown)
    assert stored.text.endswith("And more.")


def test_replace_and_hashes(kept: store.Store, source: model.SourceState) -> None:
    """After an edit the new version counts as seen and the old one as news again, should it come back."""
    came, edited = entry("heron"), entry("heron", title="The grey heron")
    (name,) = keep(kept, source, record(source, came))
    replace(kept, source, edited, NOW)
    assert kept.seen(source.row, [dedupe.hash_of(came), dedupe.hash_of(edited)]) == {dedupe.hash_of(edited): name}


def test_replace_keeps_the_verdict(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """An edited duplicate stays one; an edit of a head loses nothing of its group."""
    (head,) = keep(kept, source, record(source, entry("heron")))
    copy = entry("heron", host="rival.example")
    keep(kept, rival, record(rival, copy, head=head))
    replace(kept, rival, dataclasses.replace(copy, title="Heron seen"), NOW)
    replace(kept, source, entry("heron", title="Heron, again"), NOW)
    assert {stored.group for stored in kept.newest([source.row, rival.row], 0, 9)} == {head}


def test_members(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """A group is its head and all that duplicate it."""
    (head, alone) = keep(kept, source, record(source, entry("heron")), record(source, entry("ferry")))
    (copy,) = keep(kept, rival, record(rival, entry("heron", host="rival.example"), head=head))
    assert {stored.entry.id for stored in kept.members([head])} == {head, copy}
    assert {stored.entry.id for stored in kept.members([alone, head])} == {alone, head, copy}
    assert kept.members([]) == kept.members([copy + "x"]) == []


def test_newest_first(kept: store.Store, source: model.SourceState) -> None:
    """The order is by first sight, then publication (an entry without one counts by its first sight), then id."""
    keep(
        kept,
        source,
        record(source, entry("old", published=NOW - DAY), NOW - HOUR),
        record(source, entry("early", published=NOW - DAY)),
        record(source, entry("late", published=NOW - HOUR)),
        record(source, entry("undated", published=None)),
    )
    assert listed(kept, source) == ["The undated", "The late", "The early", "The old"]
    twins = [record(source, entry(f"twin{number}"), NOW + HOUR) for number in range(4)]
    keep(kept, source, *twins)
    in_order = sorted(twins, key=lambda twin: twin.identified.id, reverse=True)
    assert listed(kept, source)[:4] == [twin.original.title for twin in in_order]


def test_paging(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """Pages of any size give the whole, without gap or overlap, of the sources asked for only."""
    keep(kept, source, *(record(source, entry(f"n{number}"), NOW + number // 3 * HOUR) for number in range(10)))
    keep(kept, rival, record(rival, entry("foreign", host="rival.example")))
    whole = kept.newest([source.row], 0, 100)
    assert len(whole) == 10
    pages = [stored for skip in range(0, 12, 4) for stored in kept.newest([source.row], skip, 4)]
    assert pages == whole
    assert kept.newest([], 0, 9) == []
    assert len(kept.newest([source.row, rival.row], 0, 100)) == 11


def test_explained(kept: store.Store, source: model.SourceState) -> None:
    """The store knows the ids of what it holds and of what retention took, and no others."""
    here = keep(kept, source, record(source, entry("heron")))
    there = keep(kept, source, record(source, entry("ferry")), gone=True, now=NOW)
    assert kept.housekeep(NOW + KEEP + HOUR, KEEP) == 2
    here = keep(kept, source, record(source, entry("kettle")))
    assert kept.explained([*here, *there, "urn:uuid:unheard-of"]) == {*here, *there}


def test_explained_groups_and_stories(kept: store.Store, source: model.SourceState) -> None:
    """The id of a group or a story is known while one of its entries is, whatever became of the first one."""
    (copy,) = keep(kept, source, record(source, entry("heron"), head="urn:head", story="urn:story"))
    asked = [copy, "urn:head", "urn:story", "urn:other"]
    assert kept.explained(asked) == set(asked[:3])
    with kept.writing() as writing:
        assert writing.ours(asked) == set(asked[:3])


def test_retention(kept: store.Store, source: model.SourceState) -> None:
    """An entry goes when it left its source long enough ago; one that its source still carries never does."""
    keep(kept, source, record(source, entry("left")), now=NOW)
    keep(kept, source, record(source, entry("stays")), now=NOW + DAY)
    assert kept.housekeep(NOW + DAY + KEEP, KEEP) == 0
    assert kept.housekeep(NOW + DAY + KEEP + HOUR, KEEP) == 1
    assert listed(kept, source) == ["The stays"]
    assert kept.housekeep(NOW + 10 * KEEP, KEEP) == 0


def test_left_and_back(kept: store.Store, source: model.SourceState) -> None:
    """An entry that is back in its source's document counts as never having left."""
    (name,) = keep(kept, source, record(source, entry("heron")))
    for ids, moment in (([], NOW + DAY), ([name], NOW + 2 * DAY)):
        with kept.writing() as writing:
            writing.present(source.row, frozenset(ids), moment)
    assert kept.housekeep(NOW + 2 * KEEP, KEEP) == 0
    assert listed(kept, source) == ["The heron"]


def test_time_of_leaving_stays(kept: store.Store, source: model.SourceState) -> None:
    """The time for which an entry is kept begins when it left, not at the last poll."""
    keep(kept, source, record(source, entry("heron")))
    for day in range(1, 30):
        with kept.writing() as writing:
            writing.present(source.row, frozenset(), NOW + day * DAY)
    assert kept.housekeep(NOW + DAY + KEEP + HOUR, KEEP) == 1


def test_retention_of_a_removed_source(kept: store.Store, source: model.SourceState) -> None:
    """The entries of a removed source go when it was removed long enough ago, unless it is put back before."""
    keep(kept, source, record(source, entry("heron")))
    other = store.Enrolment("https://rival.example/feed", None)
    kept.enrol([other], [], "", NOW)
    assert kept.housekeep(NOW + KEEP - HOUR, KEEP) == 0
    kept.enrol([other, store.Enrolment(source.url, None)], [], "", NOW)
    assert kept.housekeep(NOW + 2 * KEEP, KEEP) == 0
    kept.enrol([other], [], "", NOW + 3 * DAY)
    kept.enrol([other], [], "", NOW + 9 * DAY)
    assert kept.housekeep(NOW + 4 * DAY + KEEP, KEEP) == 1


def test_identity_outlives_the_entry(kept: store.Store, source: model.SourceState) -> None:
    """An entry that retention took is still known by all its keys, as one that is not to be stored again."""
    kind = record(source, entry("heron"))
    (name,) = keep(kept, source, kind, gone=True)
    assert kept.housekeep(NOW + KEEP + HOUR, KEEP) == 1
    assert kept.seen(source.row, [kind.identified.hash]) == {kind.identified.hash: name}
    with kept.writing() as writing:
        assert set(writing.known(source.row, kind.identified.keys).values()) == {dedupe.Known(None, name, "", None, "", "")}


def test_identity_of_an_entry_that_stayed_for_years(kept: store.Store, source: model.SourceState) -> None:
    """The time for which an identity is remembered begins when its entry goes, however long that was there unchanged."""
    kind = record(source, entry("heron"))
    keep(kept, source, kind)
    leaves = NOW + 5 * store.REMEMBER
    with kept.writing() as writing:
        writing.present(source.row, frozenset(), leaves)
    assert kept.housekeep(leaves + KEEP + HOUR, KEEP) == 1
    assert kept.seen(source.row, [kind.identified.hash])
    kept.housekeep(leaves + KEEP + store.REMEMBER - DAY, KEEP)
    assert kept.seen(source.row, [kind.identified.hash])
    kept.housekeep(leaves + KEEP + store.REMEMBER + DAY, KEEP)
    assert not kept.seen(source.row, [kind.identified.hash])


def test_identity_of_what_a_document_still_carries(kept: store.Store, source: model.SourceState) -> None:
    """An entry that went and is carried again for years is not forgotten, and so never stored as new."""
    kind = record(source, entry("heron"))
    (name,) = keep(kept, source, kind, gone=True)
    kept.housekeep(NOW + KEEP + HOUR, KEEP)
    later = NOW + KEEP + store.REMEMBER
    with kept.writing() as writing:
        writing.present(source.row, frozenset([name]), later)
    kept.housekeep(later + store.REMEMBER, KEEP)
    assert kept.seen(source.row, [kind.identified.hash])


def test_id_of_another_source(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """A document that carries what another source published changes nothing about that: neither its stay nor its memory."""
    (name,) = keep(kept, source, record(source, entry("heron")), gone=True)
    with kept.writing() as writing:
        writing.present(rival.row, frozenset([name]), NOW + DAY)
    assert kept.housekeep(NOW + KEEP + HOUR, KEEP) == 1
    hashes = [record(source, entry("heron")).identified.hash]
    with kept.writing() as writing:
        writing.present(rival.row, frozenset([name]), NOW + KEEP + store.REMEMBER)
    assert kept.seen(source.row, hashes)
    kept.housekeep(NOW + KEEP + store.REMEMBER + DAY, KEEP)
    assert not kept.seen(source.row, hashes)


def test_dates_and_delays(kept: store.Store, source: model.SourceState) -> None:
    """When entries were published, as far as known, and how late that was seen; what says nothing of polling is left out."""
    keep(kept, source, record(source, entry("heron", published=NOW - HOUR), NOW))
    keep(kept, source, record(source, entry("ferry", published=NOW - 3 * HOUR), NOW))
    keep(kept, source, record(source, entry("kettle", published=None), NOW))
    keep(kept, source, record(source, entry("anvil", published=NOW - 90 * DAY), NOW))
    keep(kept, source, record(source, entry("gravel"), NOW - 60 * DAY))
    dates = kept.figures.dates([source.row, 99], NOW - 30 * DAY)
    assert {row: sorted(found) for row, found in dates.items()} == {source.row: [NOW - 90 * DAY, NOW - 3 * HOUR, NOW - HOUR, NOW]}
    assert kept.figures.delays(NOW - 30 * DAY, 2 * 86_400.0) == {source.row: 2 * 3600.0}
    assert kept.figures.delays(NOW + DAY, 2 * 86_400.0) == {}


def test_of_many_sources(kept: store.Store, source: model.SourceState) -> None:
    """More than one statement takes values: a list is one."""
    keep(kept, source, record(source, entry("heron")), record(source, entry("ferry"), NOW + HOUR))
    many = range(source.row + 1, source.row + 100_000)
    assert [stored.entry.title for stored in kept.newest([*many, source.row], 0, 9)] == ["The ferry", "The heron"]
    assert [stored.entry.title for stored in kept.newest([*many, source.row], 1, 9)] == ["The heron"]
    assert kept.newest(many, 0, 9) == []
