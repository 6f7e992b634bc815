"""What is remembered of entries besides their text, and finding them."""

from __future__ import annotations

import dataclasses

import pytest
from archive import Archive
from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator.core import model
from aggregator.edges import store


def test_an_account(kept: store.Store, source: model.SourceState) -> None:
    """Everything that was stored about an entry comes back."""
    came = entry("ferry", link="https://paper.example/ferry?utm_source=feed")
    removed = (model.Removal("Advertisement", "advert", "advertisement"),)
    made = record(source, came, updated=NOW, removed=removed)
    cleaned = dataclasses.replace(
        made.identified.cleaned.entry, link="https://paper.example/ferry", target="https://paper.example/real"
    )
    identified = dataclasses.replace(made.identified, cleaned=dataclasses.replace(made.identified.cleaned, entry=cleaned))
    later = NOW + HOUR
    (id,) = keep(
        kept, source, dataclasses.replace(made, identified=identified, story="urn:s", backlog=3, held_until=later, page_at=later)
    )
    (found,) = kept.accounts([id, "urn:none"])
    assert (found.id, found.own_id, found.source, found.source_name) == (id, came.id, source.row, source.called)
    assert (found.title, found.link, found.came_by, found.led_to) == ("The ferry", cleaned.link, came.link, cleaned.target)
    assert (found.first_seen, found.published, found.updated, found.left_at) == (NOW, NOW - HOUR, NOW, None)
    assert (found.head, found.judged, found.group, dict(found.why)) == (None, None, id, {})
    assert (found.removed, found.story, found.backlog, found.held_until) == (removed, "urn:s", 3, later)
    assert (found.from_page, found.page_at, found.source_removed) == (False, later, False)
    assert found.words > 50
    assert kept.figures.telling("urn:s") == [found]
    assert kept.figures.telling("") == []


def test_copies(archive: Archive) -> None:
    """All of a group, the first to come first; what it was found to duplicate and why."""
    head, copy = archive.store.figures.copies(archive.id("ferry"))
    assert (head.id, copy.id) == (archive.id("ferry"), archive.id("ferry", "Rival"))
    assert (copy.head, copy.judged, copy.group, copy.why["evidence"]) == (head.id, head.id, head.id, "text")


@pytest.mark.parametrize(
    "name",
    [
        "https://paper.example/ferry",
        "http://www.paper.example/ferry?utm_medium=rss#top",
        "tag:paper.example,2026:ferry",
    ],
)
def test_found_by_what_its_source_calls_it(archive: Archive, name: str) -> None:
    """By its links, however decorated, and by its source's own id."""
    assert [one.id for one in archive.store.find(name)] == [archive.id("ferry")]


def test_found_by_the_beginning_of_its_id(archive: Archive) -> None:
    """Six digits at least, upper and lower case alike, with or without what every id begins with."""
    id = archive.id("ferry")
    bare = id.removeprefix("urn:uuid:")
    for name in (id, bare, bare[:13], bare[:13].upper(), id[:20]):
        assert [one.id for one in archive.store.find(name)] == [id], name
    for name in (bare[:5], "", "urn:uuid:", "ffffff-", "%", "_" * 8, "x" * 100):
        assert archive.store.find(name) == [], name


def test_found_when_its_head_is_gone(archive: Archive) -> None:
    """A group goes on under the id of an entry that retention took; its copies are found by it."""
    gone = archive.id("ferry")
    archive.desk.bring("https://paper.example/feed", now=NOW + DAY)
    archive.store.housekeep(NOW + 60 * DAY, 10 * DAY)
    assert gone not in {one.entry.id for one in archive.desk.stored()}
    assert archive.store.find(gone) == archive.store.find("https://rival.example/ferry") != []
