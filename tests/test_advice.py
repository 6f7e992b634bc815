"""What only days show."""

from __future__ import annotations

import datetime
import pathlib
from collections.abc import Iterator

import pytest
from archive import SOURCES, Archive
from pipeline.desk import PAPER, RIVAL
from stories import DAY, HOUR, NOW, entry

from aggregator import advice
from aggregator.core import config
from aggregator.edges import store

RULES = (
    "outputs: [{name: all, rules: [{drop: {title: sponsored}}, {drop: {title: once}}, {drop: {title: x}, expires: 2020-01-01}]}]\n"
)
LATER = NOW + 31 * DAY


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> Iterator[Archive]:
    """An archive in which Paper brought an entry every day for weeks, most of them sponsored, and Rival copied all of it."""
    archive = Archive(tmp_path)
    for day in range(1, 24):
        at = NOW + day * DAY
        name = f"plain {day}" if day == 10 else f"sponsored {day}"
        archive.desk.bring(PAPER, entry(name, title=name, published=at), now=at)
        archive.desk.bring(RIVAL, entry(name, title=name, host="rival.example", published=at), now=at + HOUR)
    yield archive
    archive.close()


def advised(archive: Archive, now: datetime.datetime = LATER) -> list[store.Event]:
    """What the operator is told."""
    before = {event.id for event in archive.store.events(100)}
    archive.store.housekeep(now, datetime.timedelta(days=180))
    read = config.load(archive.feeds.read_text("utf-8"))
    count = advice.advise(archive.store, read, now)
    told = [event for event in archive.store.events(100) if event.id not in before]
    assert len(told) == count
    return told


def test_rules_that_act_no_more(archive: Archive) -> None:
    """One that found something every day and finds nothing, and one that is over; not one that rarely finds anything."""
    archive.write(SOURCES + RULES)
    for day in range(25, 30):
        archive.desk.bring(PAPER, entry(f"fine {day}", title=f"fine {day}"), now=NOW + day * DAY)
    told = [event for event in advised(archive) if event.kind == "rule"]
    assert sorted(event.title.partition(":")[0] for event in told) == ["A rule finds nothing any more", "A rule is over"]
    assert all("feeds.yaml" not in event.text or "(" in event.text for event in told)
    assert [event for event in advised(archive, LATER + DAY) if event.kind == "rule"] == []
    assert len([event for event in advised(archive, LATER + 40 * DAY) if event.kind == "rule"]) == 1


def test_a_source_that_rests(archive: Archive) -> None:
    """A rule finds nothing when its sources bring nothing; that is no fault of its own."""
    archive.write(SOURCES + RULES)
    assert [event.title.partition(":")[0] for event in advised(archive) if event.kind == "rule"] == ["A rule is over"]


def test_a_source_that_brings_nothing_of_its_own(archive: Archive) -> None:
    """Is told of once a month, with what could be done."""
    (event,) = [event for event in advised(archive, NOW + 24 * DAY) if event.kind == "suggestion"]
    assert event.title == "Rival brings nothing of its own"
    assert "were elsewhere before" in event.text
    assert advised(archive, NOW + 25 * DAY) == []


def test_nothing_to_tell(tmp_path: pathlib.Path) -> None:
    """Of few entries nothing is said."""
    archive = Archive(tmp_path)
    assert advised(archive, NOW + DAY) == []
    archive.close()
