"""What an output shows of the store: backlogs, what is held, trust, copies and stories."""

from __future__ import annotations

import datetime

import pytest
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from pipeline.office import SOURCES, Office
from stories import DAY, HOUR, NOW, entry, keep, prose, record

from aggregator.core import model

OFF = "outputs: [{name: all, stories: off}]"


def paper(count: int, host: str = "paper.example") -> list[model.Entry]:
    """Entries an hour apart, the newest in the middle of the document; the last one has no date."""
    order = [*range(1, count, 2), *range(0, count, 2)[::-1]]
    dated = [entry(f"n{number:02}", host=host, published=NOW - (number + 1) * HOUR) for number in order]
    return [*dated, entry("undated", host=host, published=None)]


def newest(count: int) -> list[str]:
    """The titles of so many entries of a paper."""
    return [f"n{number:02}" for number in range(count)]


@pytest.mark.parametrize(
    ("settings", "source", "count"),
    [
        ("", "", 10),
        ("settings: {backlog: 3}\n", "", 3),
        ("", "backlog: 12, ", 12),
        ("settings: {backlog: 3}\n", "backlog: 0, ", 0),
        ("settings: {backlog: 0}\n", "", 0),
        ("settings: {backlog: 0}\n", "backlog: 2, ", 2),
    ],
)
def test_backlog(office: Office, desk: Desk, settings: str, source: str, count: int) -> None:
    """Of what a source brings when it is new the newest are published; those that come later all are."""
    desk.bring(PAPER, *paper(25))
    office.publish(settings + SOURCES.replace("name: Paper, ", f"name: Paper, {source}") + OFF)
    assert sorted(office.titles()) == newest(count)
    late = [entry(f"late{number}", published=NOW - 90 * DAY) for number in range(12)]
    desk.bring(PAPER, *paper(25), *late, now=NOW + HOUR)
    office.publish()
    assert len(office.titles()) == count + 12


def test_a_larger_backlog(office: Office, desk: Desk) -> None:
    """An edit of feeds.yaml releases more of what is stored, under their ids, and the undated last; another takes them back."""
    desk.bring(PAPER, *paper(25))
    office.publish(SOURCES + OFF)
    ids = office.ids()
    for backlog, count in ((20, 20), (25, 25), (26, 26), (5, 5), (10, 10)):
        office.publish(f"settings: {{backlog: {backlog}}}\n" + SOURCES + OFF)
        assert len(office.titles()) == count
        assert ("undated" in office.titles()) is (count == 26)
    assert office.ids() == ids


def test_each_source_has_its_own_backlog(office: Office, desk: Desk) -> None:
    """Sources that are new at the same moment bring as many each; one that had nothing at first is new when it has something."""
    desk.bring(THIRD)
    desk.absorb(desk.poll(PAPER, *paper(15)), desk.poll(RIVAL, *(entry(f"r{n}", host="rival.example") for n in range(15))))
    desk.bring(THIRD, *(entry(f"t{number}", host="third.example") for number in range(15)), now=NOW + HOUR)
    office.publish(SOURCES + OFF)
    sources = [source for _, source in office.from_where()]
    assert {name: sources.count(name) for name in set(sources)} == {"Paper": 10, "Rival": 10, "Third": 10}


def test_the_window_is_filled_over_a_backlog(office: Office, desk: Desk) -> None:
    """What is held back takes no place."""
    desk.bring(RIVAL, entry("old", host="rival.example"), now=NOW - DAY)
    desk.bring(PAPER, *paper(450))
    office.publish(SOURCES + "outputs: [{name: all, stories: off, limit: 11}]")
    assert set(office.titles()) == {*newest(10), "old"}


HARBOUR = " ".join(prose(name, 40) for name in ("harbour", "lantern"))


def wire(url: str, text: str = HARBOUR, **fields: object) -> model.Entry:
    """A source's copy of one article."""
    return entry("harbour", host=url.split("/")[2], content=f"<p>{text}</p>", **fields)


def test_copies_are_named(office: Office, desk: Desk) -> None:
    """In the one entry that is published of an article, all that has a place in the output."""
    for number, url in enumerate((PAPER, RIVAL, THIRD)):
        desk.bring(url, wire(url), now=NOW + number * HOUR)
    office.publish(
        SOURCES + "outputs: [{name: all}, {name: news, categories: [news]}, {name: both, duplicates: keep, stories: off}]"
    )
    (item,) = office.items()
    assert [(one["source"], one["url"]) for one in item["_aggregator"]["also_at"]] == [
        ("Rival", "https://rival.example/harbour"),
        ("Third", "https://third.example/harbour"),
    ]
    assert item["content_html"].endswith(
        '<p>Also at: <a href="https://rival.example/harbour">Rival</a>, <a href="https://third.example/harbour">Third</a></p>'
    )
    (item,) = office.items("news")
    assert [one["source"] for one in item["_aggregator"]["also_at"]] == ["Rival"]
    assert [item["_aggregator"].get("also_at") for item in office.items("both")] == [None] * 3


def test_a_teaser_and_then_the_text(office: Office, desk: Desk) -> None:
    """The fuller copy takes the place of the first one under its id, with its own content, link and source, and is news."""
    desk.bring(PAPER, wire(PAPER, " ".join(HARBOUR.split()[:30]), authors=(model.Author("Ann"),), rights="© Paper"))
    office.publish()
    (before,) = office.items()
    desk.bring(RIVAL, wire(RIVAL, authors=(model.Author("Bo"),), rights="© Rival"), now=NOW + HOUR)
    office.publish()
    (after,) = office.items()
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert (after["url"], after["authors"], after["_aggregator"]["rights"]) == (
        "https://rival.example/harbour",
        [{"name": "Bo"}],
        "© Rival",
    )
    assert (after["_aggregator"]["source"]["title"], after["_aggregator"]["also_at"][0]["source"]) == ("Rival", "Paper")
    assert (before["date_modified"], after["date_modified"]) == ((NOW - HOUR).isoformat(), (NOW + HOUR).isoformat())


@pytest.mark.parametrize(("trust", "shown"), [("low", "Rival"), ("normal", "Paper"), ("high", "Paper")])
def test_trust(office: Office, desk: Desk, trust: str, shown: str) -> None:
    """Of copies that are as full that of the more trusted source is shown, in the same place; nobody is told of an update."""
    for number, url in enumerate((PAPER, RIVAL)):
        desk.bring(url, wire(url), now=NOW + number * HOUR)
    office.publish(SOURCES.replace("name: Paper,", f"name: Paper, trust: {trust},"))
    (item,) = office.items()
    assert item["_aggregator"]["source"]["title"] == shown
    assert item["date_published"] == item["date_modified"] == (NOW - HOUR).isoformat()


def test_the_entry_of_a_group_keeps_its_id(office: Office, desk: Desk) -> None:
    """Whatever becomes of its head: by rules, out of the configuration, gone from the store."""
    for number, url in enumerate((PAPER, RIVAL)):
        desk.bring(url, wire(url), now=NOW + number * HOUR)
    office.publish()
    ids = list(office.ids().values())
    without = "\n".join(line for line in SOURCES.splitlines() if "Paper" not in line) + "\n"
    for text in (SOURCES.replace("name: Paper,", "name: Paper, rules: [{drop: {title: harbour}}],"), without, SOURCES):
        assert office.publish(text) == ()
        assert list(office.ids().values()) == ids
    desk.bring(PAPER, now=NOW + DAY)
    desk.store.housekeep(NOW + 182 * DAY, 180 * DAY)
    assert office.publish() == ()
    assert list(office.ids().values()) == ids


BRIDGE = "The council closed the Varnholm bridge after divers found cracks in its piers. Mayor Elsa Brandt promised ferries. " * 4
AGAIN = "Divers who examined the piers at Varnholm saw cracks, so Elsa Brandt, the mayor, shut it and ordered ferries. " * 4


def bring_story(desk: Desk, moment: datetime.datetime = NOW) -> None:
    """One event told by three sources, and another one."""
    told = (
        (PAPER, "Varnholm bridge closed", BRIDGE),
        (RIVAL, "Cracks shut bridge at Varnholm", AGAIN),
        (THIRD, "Heron", prose("heron")),
    )
    for number, (url, title, text) in enumerate(told):
        came = entry(f"s{number}", host=url.split("/")[2], title=title, content=f"<p>{text}</p>")
        desk.bring(url, came, now=moment + number * HOUR)


def test_stories_annotated_grouped_and_off(office: Office, desk: Desk) -> None:
    """Each output as it is told to, over the same store."""
    bring_story(desk)
    office.publish(SOURCES + "outputs: [{name: all}, {name: one, stories: group}, {name: plain, stories: off}]")
    assert office.titles() == office.titles("plain") == ["Heron", "Cracks shut bridge at Varnholm", "Varnholm bridge closed"]
    assert office.titles("one") == ["Heron", "Varnholm bridge closed"]
    named = [[one["title"] for one in item["_aggregator"].get("covered_by", [])] for item in office.items()]
    assert named == [[], ["Varnholm bridge closed"], ["Cracks shut bridge at Varnholm"]]
    assert len({item["_aggregator"]["story"] for item in office.items()}) == 2
    assert all("covered_by" not in item["_aggregator"] and "story" not in item["_aggregator"] for item in office.items("plain"))
    assert office.ids("one")["Varnholm bridge closed"] == office.ids()["Varnholm bridge closed"]
    assert "Also covered by" in (office.folder / "all.html").read_text("utf-8")


def test_a_story_comes_from_the_output_s_own_sources(office: Office, desk: Desk) -> None:
    """What is no source of an output is not named in it."""
    bring_story(desk)
    office.publish(SOURCES + "outputs: [{name: all, sources: [Paper, Third]}]")
    assert [item["_aggregator"].get("covered_by") for item in office.items()] == [None, None]


def test_stories_and_the_window(office: Office, desk: Desk) -> None:
    """An article of long ago is named in a new one of its story, and takes no place of its own."""
    bring_story(desk)
    desk.bring(THIRD, *(entry(f"n{number}", host="third.example") for number in range(9)), now=NOW + 3 * HOUR)
    late = "Elsa Brandt, the mayor, walked over Varnholm bridge with the divers and touched the cracks in its piers herself. " * 4
    desk.bring(THIRD, entry("s9", host="third.example", title="Mayor at Varnholm", content=f"<p>{late}</p>"), now=NOW + 4 * HOUR)
    for mode, named in (("annotate", 2), ("group", 2)):
        office.publish(SOURCES + f"outputs: [{{name: all, limit: 2, stories: {mode}}}]")
        assert len(office.items()) == 2
        assert len(office.items()[0]["_aggregator"]["covered_by"]) == named


def test_held_entries_are_in_no_story(office: Office, desk: Desk) -> None:
    """Neither published nor named, until they are released."""
    desk.bring(PAPER, entry("s0", title="Varnholm bridge closed", content=f"<p>{BRIDGE}</p>"))
    (story,) = desk.ids().values()
    rival, came = desk.state(RIVAL), entry("s1", host="rival.example", content=f"<p>{AGAIN}</p>")
    keep(desk.store, rival, record(rival, came, NOW + HOUR, story=story, held_until=NOW + DAY))
    office.publish()
    assert office.titles() == ["Varnholm bridge closed"]
    assert [item["_aggregator"].get("covered_by") for item in office.items()] == [None]
    desk.store.release(NOW + DAY)
    office.publish()
    assert [len(item["_aggregator"]["covered_by"]) for item in office.items()] == [1, 1]


def test_who_stands_for_himself(office: Office, desk: Desk) -> None:
    """An entry whose source keeps its own is shown itself, however full the copies are; they are named in it."""
    desk.bring(PAPER, entry("heron"))
    longer = f"<p>{prose('heron', 90)}</p>"
    desk.bring(RIVAL, entry("heron", host="rival.example", content=longer), now=NOW + HOUR)
    office.publish(SOURCES.replace("name: Paper,", "name: Paper, duplicates: keep,") + OFF)
    assert office.from_where() == [("heron", "Paper")]
    assert [copy["source"] for copy in office.items()[0]["_aggregator"]["also_at"]] == ["Rival"]
    office.publish(SOURCES + OFF)
    assert office.from_where() == [("heron", "Rival")]
