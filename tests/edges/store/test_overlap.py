"""The question which sources brought what."""

from __future__ import annotations

from archive import COMMON, SOURCES, Archive
from stories import HOUR, NOW


def test_what_was_brought(archive: Archive) -> None:
    """Entries of a time, with what is older of their groups, in the order in which they came."""
    brought = archive.store.figures.brought(NOW + HOUR / 4)
    ids = [one.id for one in brought]
    copied = [archive.id(name, source) for name in COMMON for source in ("Paper", "Rival")]
    assert set(ids) == {*copied, archive.id("notes", "Third"), archive.id("budget", "Third")}
    assert [one.first_seen for one in brought] == sorted(one.first_seen for one in brought)
    by_id = {one.id: one for one in brought}
    rival = by_id[archive.id("ferry", "Rival")]
    assert (rival.group, rival.first_seen, rival.backlog, rival.held) == (
        archive.id("ferry"),
        (NOW + HOUR / 2).timestamp(),
        None,
        False,
    )
    assert rival.words > 50


def test_backlog_and_everything(archive: Archive) -> None:
    """From the beginning all are there, with their place in the backlog."""
    brought = {one.id: one for one in archive.store.figures.brought(NOW - 10 * HOUR)}
    assert len(brought) == 14
    assert brought[archive.id("gravel")].backlog == 0
    assert brought[archive.id("gravel")].published == (NOW - 3 * HOUR).timestamp()


def test_copies_that_came_before_an_older_head_are_not_missed(archive: Archive) -> None:
    """When only the head is of the time, its older copies are there too."""
    group = archive.id("heron")
    assert {one.id for one in archive.store.figures.brought(NOW) if one.group == group} == {group, archive.id("heron", "Rival")}


def test_removed_sources(archive: Archive) -> None:
    """What feeds.yaml does not name any more is left out."""
    archive.write(SOURCES.replace("  - {url: 'https://rival.example/feed', name: Rival}\n", ""))
    rows = {one.source for one in archive.store.figures.brought(NOW - 10 * HOUR)}
    assert len(rows) == 2
