"""What another feeds.yaml would do."""

from __future__ import annotations

import json
import pathlib

import pytest
from archive import SOURCES, Archive
from stories import NOW

from aggregator import difference
from aggregator.core import errors


def compared(archive: Archive, text: str) -> difference.Comparison:
    """The archive's feeds.yaml and another one."""
    other = archive.folder / "other.yaml"
    other.write_text(text, "utf-8")
    return difference.compare(archive.feeds, other, None)


def test_nothing(archive: Archive) -> None:
    """The same says the same, comments aside."""
    found = compared(archive, "# other\n" + SOURCES)
    assert (found.differs, found.notes, [one.state for one in found.outputs]) == (False, (), ["same"])


def test_lost_gained_and_changed(archive: Archive) -> None:
    """By entry, with what changes of those that stay; in both directions."""
    rules = "rules: [{drop: {title: [ferry, heron]}}, {replace: {text: kettle, with: pot}}]"
    (one,) = compared(archive, SOURCES + rules).outputs
    assert (one.state, one.before - one.after) == ("changed", 2)
    assert {entry.title for entry in one.lost} == {"The ferry", "The heron"}
    assert [change.entry.title for change in one.changed if "title" in change.fields] == ["The pot"]
    assert one.volume.before > one.volume.after > 0
    archive.write(SOURCES + rules)
    (one,) = compared(archive, SOURCES).outputs
    assert {entry.title for entry in one.gained} == {"The ferry", "The heron"}


def test_their_order(archive: Archive) -> None:
    """Told when nothing else differs."""
    (one,) = compared(archive, SOURCES + "outputs: [{name: all, rules: [{sort: title}]}]").outputs
    assert (one.state, one.reordered, one.gained, one.lost, one.changed) == ("changed", True, (), (), ())


def test_outputs_that_come_and_go(archive: Archive) -> None:
    """With all that they show."""
    found = compared(archive, SOURCES + "outputs: [{name: third, sources: [Third]}]")
    assert [(one.output, one.state, bool(one.gained), bool(one.lost)) for one in found.outputs] == [
        ("all", "gone", False, True),
        ("third", "new", True, False),
    ]


def test_sources_that_come_go_and_are_renamed(archive: Archive) -> None:
    """One that is taken out loses its entries, one that was there before brings them back; others are not known."""
    without = SOURCES.replace("  - {url: 'https://third.example/feed', name: Third}\n", "")
    (one,) = compared(archive, without).outputs
    assert {entry.origin.title for entry in one.lost if entry.origin} == {"Third"}
    archive.write(without)
    found = compared(archive, SOURCES + "  - http://new.example/\n")
    assert {entry.origin.title for entry in found.outputs[0].gained if entry.origin} == {"Third"}
    assert found.notes == ("not compared, for the store has nothing of it yet: http://new.example/",)
    archive.write(SOURCES)
    (one,) = compared(archive, SOURCES.replace("name: Third", "name: Fourth")).outputs
    assert {change.fields for change in one.changed if change.entry.origin and change.entry.origin.title == "Fourth"} == {
        ("origin",)
    }
    (one,) = compared(archive, SOURCES.replace("https://third.example/feed", "https://third.example/moved")).outputs
    assert not one.lost


def test_what_is_not_compared_is_told(archive: Archive) -> None:
    """Keys that act on cleaning."""
    found = compared(archive, "settings: {captions: keep}\n" + SOURCES)
    assert found.notes == ("not compared, for it acts when entries are cleaned or compared: captions",)


def test_it_only_reads(archive: Archive) -> None:
    """Neither store nor folder change; a mistake in either file is told."""
    before = archive.store.sources()
    compared(archive, SOURCES.replace("Third", "Other"))
    assert archive.store.sources() == before
    assert not (archive.folder / "output").exists()
    with pytest.raises(errors.ConfigError, match=r"other\.yaml:1:1"):
        compared(archive, "")
    with pytest.raises(errors.ConfigError, match="no such file"):
        difference.compare(archive.feeds, pathlib.Path("/nowhere.yaml"), None)


def test_json(archive: Archive) -> None:
    """All of it is JSON."""
    archive.store.housekeep(NOW, NOW - NOW.replace(year=2025))
    said = json.loads(json.dumps(difference.described(compared(archive, SOURCES + "rules: [{drop: {title: ferry}}]"))))
    assert set(said) == {"differs", "outputs", "notes"}
    assert set(said["outputs"][0]) == {"output", "state", "entries", "per_day", "reordered", "gained", "lost", "changed"}
    assert set(said["outputs"][0]["lost"][0]) == {"id", "title", "link", "source"}
