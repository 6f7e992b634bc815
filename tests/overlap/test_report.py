"""The overlap with names and in words."""

from __future__ import annotations

import dataclasses
import datetime
import json

import pytest
from archive import SOURCES, Archive
from stories import DAY, HOUR, NOW, entry

from aggregator.core import config
from aggregator.core import overlap as core
from aggregator.overlap import report


def test_who_brings_nothing_new(archive: Archive) -> None:
    """Rival has what Paper had before, Third has its own."""
    found = report.report(archive.feeds, None, 30)
    assert [(row.name, row.share.entries, row.share.copies, row.part) for row in found.rows] == [
        ("Rival", 5, 5, 1.0),
        ("Paper", 6, 0, 0.0),
        ("Third", 3, 0, 0.0),
    ]
    rival, paper, third = found.rows
    assert (paper.share.first, paper.share.alone, third.share.alone) == (5, 1, 3)
    assert [row.name for row in found.idle] == ["Rival"]
    assert rival.suggestion == (
        "all of its 5 entries were elsewhere before, 5 of them in Paper: nothing would be missed without it; "
        "remove it, pause it (paused: true), or keep it as a spare"
    )
    assert (paper.suggestion, third.suggestion) == ("", "")
    assert found.pairs == (report.Copying("Rival", "Paper", 5, 1_800.0),)


def test_what_a_new_source_brought_came_when_it_was_published(archive: Archive) -> None:
    """Both were first seen at once, but Rival's is an hour younger."""
    found = report.report(archive.feeds, None, 30)
    (rival,) = (row for row in found.rows if row.name == "Rival")
    assert rival.share.mean == (4 * 1_800 + 3_600) / 5


def test_a_fuller_copy_is_worth_keeping(archive: Archive) -> None:
    """When readers get its texts, the suggestion is another one."""
    trusted = SOURCES.replace("name: Rival", "name: Rival, trust: high")
    (rival, *_) = report.of(archive.store, config.load(trusted), 30).rows
    assert rival.share.shown == 5
    assert rival.suggestion.endswith(
        "but readers get its copy of 5 of them, which is fuller or more trusted: keep it for its texts"
    )


def test_the_time_that_is_looked_at(archive: Archive) -> None:
    """It ends at the last full hour that housekeeping wrote; what came before makes copies and is not counted."""
    archive.store.housekeep(NOW + DAY + HOUR, 180 * DAY)
    archive.desk.bring("https://rival.example/feed", entry("tower", host="rival.example"), now=NOW + DAY)
    found = report.report(archive.feeds, None, 1)
    assert found.since == datetime.datetime(2026, 3, 14, 13, 0, tzinfo=datetime.UTC)
    counted = {row.name: (row.share.entries, row.share.copies) for row in found.rows}
    assert counted["Paper"] == (0, 0)
    assert counted["Rival"][0] == 5
    assert counted["Rival"][1] >= 4


def test_an_empty_store(archive: Archive) -> None:
    """Before anything was housekept, and without entries, sources are listed with nothing."""
    new = SOURCES + "  - {url: 'https://new.example/feed', name: New}\n"
    archive.write(new)
    (*_, last) = report.report(archive.feeds, None, 30).rows
    assert (last.name, last.share.entries, last.part, last.partners) == ("New", 0, 0.0, ())


def test_json(archive: Archive) -> None:
    """Figures with plain names."""
    said = json.loads(json.dumps(report.described(report.report(archive.feeds, None, 30))))
    assert set(said) == {"days", "since", "sources", "pairs", "nothing_new"}
    assert said["nothing_new"] == ["Rival"]
    assert said["pairs"] == [{"copier": "Rival", "copied": "Paper", "count": 5, "median": 1800.0, "said": "30 minutes later"}]
    assert said["sources"][0] == {
        "source": "Rival",
        "url": "https://rival.example/feed",
        "entries": 5,
        "alone": 0,
        "first": 0,
        "copies": 5,
        "repeats": 0,
        "share": 1.0,
        "shown": 0,
        "delay_mean": 2160.0,
        "delay_median": 1800.0,
        "partners": [{"source": "Paper", "shared": 5, "behind": 5}],
        "nothing_new": True,
        "suggestion": report.report(archive.feeds, None, 30).rows[0].suggestion,
    }


@pytest.mark.parametrize(("seconds", "said"), [(0.0, "at the same time"), (59.0, "59 seconds later"), (7200.0, "2 hours later")])
def test_delays(seconds: float, said: str) -> None:
    """In the unit that says most."""
    assert report.later(seconds) == said


def test_nobody_shares() -> None:
    """A source that repeats only what is gone from feeds.yaml has nobody to be named."""
    row = report.Row("A", "", core.Share(1, entries=5, copies=5), ())
    assert "elsewhere before: nothing" in row.suggestion
    assert dataclasses.replace(row, share=core.Share(1)).suggestion == ""
