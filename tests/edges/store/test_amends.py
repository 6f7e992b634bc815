"""Stored entries change between polls without anybody being told."""

from __future__ import annotations

import dataclasses
import datetime

from stories import DAY, HOUR, NOW, cleaned, entry, keep, record

from aggregator.core import model
from aggregator.edges import store

REMOVED = model.Removal("Advertisement", "advert", "advertisement")


def waits(source: model.SourceState, name: str, at: datetime.datetime | None) -> store.Record:
    """An entry whose page is to be asked for at a time."""
    return dataclasses.replace(record(source, entry(name)), page_at=at)


def test_drafts_come_newest_first_and_in_steps(kept: store.Store, source: model.SourceState) -> None:
    """Each as it came and as it was cleaned; the next step begins below the last row."""
    names = ["heron", "ferry", "kettle"]
    keep(kept, source, *(record(source, entry(name), removed=(REMOVED,)) for name in names))
    first, second = kept.drafts(source.row, None, 2)
    (third,) = kept.drafts(source.row, second.row, 2)
    assert [draft.entry for draft in (first, second, third)] == [entry(name) for name in reversed(names)]
    assert third.cleaned == cleaned(entry("heron"), REMOVED)
    assert kept.drafts(source.row, third.row, 2) == kept.drafts(source.row + 1, None, 2) == []


def test_an_amendment(kept: store.Store, source: model.SourceState) -> None:
    """The content changes; id, dates and place do not."""
    (uid,) = keep(kept, source, record(source, entry("heron"), updated=NOW - HOUR))
    before, (draft,) = kept.newest([source.row], 0, 9)[0], kept.drafts(source.row, None, 9)
    shorter = dataclasses.replace(
        draft.cleaned, text="Short.", entry=dataclasses.replace(draft.cleaned.entry, content="<p>Short.</p>")
    )
    kept.amend([store.Amendment(draft, dataclasses.replace(shorter, removed=(REMOVED,)))])
    (after,) = kept.newest([source.row], 0, 9)
    assert (after.text, after.entry.content, after.entry.id) == ("Short.", "<p>Short.</p>", uid)
    assert (after.first_seen, after.entry.updated, after.entry.published) == (
        before.first_seen,
        before.entry.updated,
        before.entry.published,
    )
    assert kept.drafts(source.row, None, 9)[0].cleaned.removed == (REMOVED,)


def test_an_amendment_that_comes_too_late(kept: store.Store, source: model.SourceState) -> None:
    """What a poll brought in the meantime stands."""
    came = entry("heron")
    keep(kept, source, record(source, came))
    (draft,) = kept.drafts(source.row, None, 9)
    with kept.writing() as writing:
        edited = record(source, dataclasses.replace(came, content="<p>Edited.</p>"))
        writing.replace(edited)
    kept.amend([store.Amendment(draft, draft.cleaned, dataclasses.replace(came, content="<p>Its page.</p>"))])
    assert kept.newest([source.row], 0, 9)[0].text == "Edited."
    assert kept.pages([edited.identified.id]) == {}


def test_pages_that_wait(kept: store.Store, source: model.SourceState) -> None:
    """Those that are due, of the sources named, the longest waiting first, so many at most."""
    times = {"heron": NOW, "ferry": NOW - HOUR, "kettle": NOW + HOUR, "gravel": None}
    keep(kept, source, *(waits(source, name, at) for name, at in times.items()))
    assert [draft.entry for draft in kept.waiting(NOW, [source.row], 9)] == [entry("ferry"), entry("heron")]
    assert [draft.entry for draft in kept.waiting(NOW + DAY, [source.row], 1)] == [entry("ferry")]
    many = range(source.row + 1, source.row + 100_000)
    assert [draft.entry for draft in kept.waiting(NOW, [*many, source.row], 9)] == [entry("ferry"), entry("heron")]
    assert kept.waiting(NOW, [source.row + 1], 9) == kept.waiting(NOW, [], 9) == []


def test_a_page_that_comes_late(kept: store.Store, source: model.SourceState) -> None:
    """It is kept as what the entry is cleaned from, and no longer waited for."""
    (uid,) = keep(kept, source, waits(source, "heron", NOW))
    (draft,) = kept.waiting(NOW, [source.row], 9)
    page = dataclasses.replace(draft.entry, content="<p>All of it.</p>")
    kept.amend([store.Amendment(draft, cleaned(page), page)])
    assert kept.waiting(NOW + DAY, [source.row], 9) == []
    assert kept.pages([uid, "urn:unknown"]) == {uid: page}
    assert kept.drafts(source.row, None, 9)[0].entry == page
    assert kept.newest([source.row], 0, 9)[0].text == "All of it."


def test_a_page_that_fails_again(kept: store.Store, source: model.SourceState) -> None:
    """The tries are counted; one that is given up is not asked for any more."""
    keep(kept, source, waits(source, "heron", NOW))
    for tries in range(3):
        (draft,) = kept.waiting(NOW + tries * HOUR, [source.row], 9)
        assert draft.tries == tries
        kept.amend([], {draft.row: NOW + (tries + 1) * HOUR})
        assert kept.waiting(NOW + tries * HOUR, [source.row], 9) == []
    kept.amend([], {draft.row: None})
    assert kept.waiting(NOW + 9 * DAY, [source.row], 9) == []
    assert kept.newest([source.row], 0, 9)[0].entry.title == "The heron"


def test_a_new_version_begins_anew(kept: store.Store, source: model.SourceState) -> None:
    """What is known of an old version's page is not the new one's."""
    came = entry("heron")
    keep(kept, source, dataclasses.replace(waits(source, "heron", NOW), page=came))
    (draft,) = kept.waiting(NOW, [source.row], 9)
    kept.amend([], {draft.row: NOW})
    edited = record(source, dataclasses.replace(came, content="<p>Edited.</p>"))
    with kept.writing() as writing:
        writing.replace(dataclasses.replace(edited, page_at=NOW))
    (draft,) = kept.waiting(NOW, [source.row], 9)
    assert (draft.tries, draft.entry) == (0, edited.original)
