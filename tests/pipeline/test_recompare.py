"""Entries that were edited, filled or stored by an older version are compared once more."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib

import pytest
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from pipeline.office import Office
from stories import DAY, HOUR, NOW, cleaned, entry, prose

from aggregator.core import dedupe, model
from aggregator.edges import store
from aggregator.edges.store import sqlite
from aggregator.pipeline import groups, recompare

WINDOW = 14 * DAY


def heron(url: str, **fields: object) -> model.Entry:
    """The article on the heron as a source has it."""
    return entry("heron", host=url.split("/")[2], **fields)


def edited(came: model.Entry, name: str) -> model.Entry:
    """The same entry with the text of another article."""
    return dataclasses.replace(came, content=f"<p>{prose(name)}</p>", title=f"The {name}")


def again(desk: Desk, now: datetime.datetime = NOW + DAY) -> recompare.Recompared:
    """One round, and a second one that finds nothing to do."""
    done = recompare.recompare(desk.store, now, WINDOW)
    assert recompare.recompare(desk.store, now, WINDOW) == recompare.Recompared()
    return done


def test_nothing_to_do(desk: Desk) -> None:
    """What was compared when it came is not compared again."""
    desk.bring(PAPER, heron(PAPER))
    assert again(desk) == recompare.Recompared()


def test_an_edited_copy_that_is_none_any_more(desk: Desk) -> None:
    """It goes its own way, under its own id; what was a copy of the head beside it stays."""
    for hour, url in enumerate((PAPER, RIVAL, THIRD)):
        desk.bring(url, heron(url), now=NOW + hour * HOUR)
    desk.bring(RIVAL, edited(heron(RIVAL), "ferry"), now=NOW + 5 * HOUR)
    assert len(desk.groups()) == 1
    assert again(desk) == recompare.Recompared(seen=1, regrouped=1)
    assert desk.groups() == {"paper.example": {"paper.example", "third.example"}, "rival.example": {"rival.example"}}


def test_a_copy_that_becomes_something_else_under_its_name(desk: Desk) -> None:
    """Neither its title nor the link that it claims make it stay: else a copy could put any text in the place of another's."""
    desk.bring(PAPER, heron(PAPER))
    copy = heron(RIVAL, link="https://paper.example/heron")
    assert desk.bring(RIVAL, copy, now=NOW + HOUR) == (1, 0, 1)
    desk.bring(RIVAL, dataclasses.replace(copy, content=f"<p>{prose('prize', 900)}</p>"), now=NOW + 2 * HOUR)
    assert again(desk) == recompare.Recompared(seen=1, regrouped=1)
    assert len(desk.groups()) == 2


def test_an_edited_copy_that_still_is_one(desk: Desk) -> None:
    """A correction parts nobody; and the entry is found by its new text."""
    desk.bring(PAPER, heron(PAPER))
    desk.bring(RIVAL, heron(RIVAL), now=NOW + HOUR)
    desk.bring(RIVAL, heron(RIVAL, content=f"<p>{prose('heron')} {prose('gravel')}</p>"), now=NOW + 2 * HOUR)
    assert again(desk) == recompare.Recompared(seen=1)
    assert desk.bring(THIRD, entry("gravel", host="third.example"), now=NOW + DAY) == (1, 0, 0)
    assert len(desk.groups()["paper.example"]) == 2


def test_an_edited_head(desk: Desk) -> None:
    """Its copies stay with it: their own texts did not change."""
    desk.bring(PAPER, heron(PAPER))
    desk.bring(RIVAL, heron(RIVAL), now=NOW + HOUR)
    desk.bring(PAPER, edited(heron(PAPER), "ferry"), now=NOW + 2 * HOUR)
    assert again(desk) == recompare.Recompared(seen=1)
    assert desk.groups() == {"paper.example": {"paper.example", "rival.example"}}


def filled(desk: Desk, url: str, page: model.Entry) -> None:
    """Have the page of a source's newest entry come late."""
    draft = desk.store.drafts(desk.state(url).row, None, 1)[0]
    desk.store.amend([store.Amendment(draft, cleaned(page), page)])


def test_a_teaser_that_was_filled_later(desk: Desk) -> None:
    """Once its page shows that it is a copy of what was there before it, it joins that."""
    desk.bring(PAPER, heron(PAPER))
    teaser = heron(RIVAL, title="Birds", content="<p>Read on.</p>")
    assert desk.bring(RIVAL, teaser, now=NOW + HOUR) == (1, 0, 0)
    filled(desk, RIVAL, dataclasses.replace(teaser, content=f"<p>{prose('heron')}</p>"))
    assert again(desk) == recompare.Recompared(seen=1, regrouped=1)
    assert desk.groups() == {"paper.example": {"paper.example", "rival.example"}}


def test_nothing_older_gives_way(desk: Desk) -> None:
    """A teaser that turns out to be what others brought after it does not become their copy: readers have it already."""
    teaser = heron(PAPER, title="Birds", content="<p>Read on.</p>")
    desk.bring(PAPER, teaser)
    desk.bring(RIVAL, heron(RIVAL), now=NOW + HOUR)
    filled(desk, PAPER, dataclasses.replace(teaser, content=f"<p>{prose('heron')}</p>"))
    assert again(desk) == recompare.Recompared(seen=1)
    assert len(desk.groups()) == 2


def test_decisions_hold(desk: Desk) -> None:
    """What users said of two entries is not undone by an edit, be it that they belong together or that they do not."""
    desk.bring(PAPER, heron(PAPER), entry("ferry"))
    desk.bring(RIVAL, heron(RIVAL), now=NOW + HOUR)
    first, ferry, copy = (desk.ids(url)[title] for url, title in ((PAPER, "The heron"), (PAPER, "The ferry"), (RIVAL, "The heron")))
    desk.store.decide(store.Decision(first, copy, same=True), NOW)
    desk.bring(RIVAL, edited(heron(RIVAL), "ferry"), now=NOW + 2 * HOUR)
    again(desk)
    assert {stored.group for stored in desk.stored(RIVAL)} == {first}
    desk.store.decide(store.Decision(first, copy, same=False), NOW + HOUR)
    desk.store.decide(store.Decision(ferry, copy, same=False), NOW + HOUR)
    desk.bring(RIVAL, dataclasses.replace(edited(heron(RIVAL), "ferry"), rights="©"), now=NOW + 3 * HOUR)
    again(desk)
    assert {stored.group for stored in desk.stored(RIVAL)} == {copy}


def without_sketches(tmp_path: pathlib.Path, desk: Desk) -> None:
    """The store as a migration leaves it: entries of which neither sketches nor words are known."""
    db = sqlite.Sqlite(tmp_path / store.FILE)
    with db.write() as transaction:
        for statement in ("DELETE FROM sketches", "DELETE FROM sketch_keys", "UPDATE entries SET words = 0"):
            transaction.execute(statement)
    db.close()
    assert all(stored.words == 0 for stored in desk.stored())


def test_entries_without_sketches(desk: Desk, tmp_path: pathlib.Path) -> None:
    """They get one each, the oldest first; copies that the old version missed are found, and later ones again."""
    desk.bring(PAPER, heron(PAPER))
    desk.bring(RIVAL, heron(RIVAL, content=f"<p>{prose('heron')} Said the wire.</p>"), now=NOW + HOUR)
    with desk.store.writing() as writing:
        writing.part([desk.ids(RIVAL)["The heron"]])
    before = {stored.entry.id: stored.words for stored in (*desk.stored(PAPER), *desk.stored(RIVAL))}
    without_sketches(tmp_path, desk)
    assert desk.bring(THIRD, heron(THIRD), now=NOW + 2 * HOUR) == (1, 0, 0)
    assert again(desk) == recompare.Recompared(seen=2, regrouped=1)
    assert {stored.entry.id: stored.words for stored in (*desk.stored(PAPER), *desk.stored(RIVAL))} == before
    assert desk.groups()["paper.example"] == {"paper.example", "rival.example"}
    assert desk.bring(THIRD, heron(THIRD, id="2", link="https://third.example/2", title="A heron"), now=NOW + 3 * HOUR)[2] == 1


def test_a_copy_of_what_an_older_version_stored(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """It takes no entry's place and tells nobody of news, as if the words of both had been counted when they came."""
    desk.bring(PAPER, heron(PAPER))
    without_sketches(tmp_path, desk)
    again(desk)
    assert desk.bring(RIVAL, heron(RIVAL), now=NOW + HOUR) == (1, 0, 1)
    office.publish()
    assert office.from_where() == [("heron", "Paper")]
    (one,) = groups.merged(desk.stored())
    assert one.entry.updated == one.entry.published


def test_outside_the_window(desk: Desk, tmp_path: pathlib.Path) -> None:
    """What is older than the window is left alone."""
    desk.bring(PAPER, heron(PAPER))
    without_sketches(tmp_path, desk)
    assert again(desk, NOW + 15 * DAY) == recompare.Recompared()
    assert again(desk, NOW + 14 * DAY) == recompare.Recompared(seen=1)


@pytest.mark.parametrize("count", [recompare.CHUNK - 1, recompare.CHUNK + 1])
def test_many_at_a_time(desk: Desk, tmp_path: pathlib.Path, count: int) -> None:
    """A round takes so many at most, and the next goes on with the rest."""
    desk.bring(PAPER, *(entry(f"n{number}") for number in range(count)))
    without_sketches(tmp_path, desk)
    seen = []
    while (done := recompare.recompare(desk.store, NOW + HOUR, WINDOW)).seen:
        seen.append(done.seen)
    assert seen == [count] if count < recompare.CHUNK else seen == [recompare.CHUNK, 1]
    keys = dedupe.keys(_sketch(desk, "The n3"))
    with desk.store.writing() as writing:
        assert all(writing.holders(keys, NOW).values())


def _sketch(desk: Desk, title: str) -> dedupe.Sketch:
    with desk.store.writing() as writing:
        id = desk.ids()[title]
        return writing.sketches([id])[id].sketch
