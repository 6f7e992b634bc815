"""The way of entries into an output: rules of every scope, and windows that are not just the newest."""

from __future__ import annotations

import datetime

import pytest
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from pipeline.office import Office
from stories import DAY, HOUR, NOW, entry

from aggregator.core import config, curate
from aggregator.pipeline import passage

SOURCES = """\
sources:
  - {url: 'https://paper.example/feed', name: Paper, categories: [news, local]}
  - {url: 'https://rival.example/feed', name: Rival, categories: [news]}
  - {url: 'https://third.example/feed', name: Third, categories: [rest]}
"""


def shown(desk: Desk, text: str = "") -> list[str]:
    """The titles in the first output of a feeds.yaml."""
    return [stored.entry.title.removeprefix("The ") for stored in found(desk, text).window]


def found(desk: Desk, text: str) -> passage.Passage:
    """What becomes of the entries on their way into the first output."""
    read = config.load(SOURCES + text)
    return passage.passage(desk.store, passage.course(desk.store, read, read.outputs[0]))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Two articles of Paper, one of Rival, one of Third, an hour apart; the newest last."""
    desk.bring(PAPER, entry("ferry"), now=NOW)
    desk.bring(PAPER, entry("ferry"), entry("heron"), now=NOW + HOUR)
    desk.bring(RIVAL, entry("kettle", host="rival.example"), now=NOW + 2 * HOUR)
    desk.bring(THIRD, entry("anvil", host="third.example"), now=NOW + 3 * HOUR)
    desk.store.housekeep(NOW + 4 * HOUR, datetime.timedelta(days=180))
    return desk


def test_scopes(filled: Desk) -> None:
    """For all sources, for a category, for a source, for an output: each only for its own."""
    assert shown(filled) == ["anvil", "kettle", "heron", "ferry"]
    assert shown(filled, "rules: [{drop: {title: [anvil, ferry]}}]") == ["kettle", "heron"]
    assert shown(filled, "categories: {local: {rules: [{drop: {title: [anvil, ferry]}}]}}") == ["anvil", "kettle", "heron"]
    assert shown(filled, "categories: {news: {rules: [{limit: {per_day: 1}}]}}") == ["anvil", "ferry"]
    assert shown(filled, "outputs: [{name: all, rules: [{drop: {source: Paper}}]}]") == ["anvil", "kettle"]


def test_rules_act_in_the_order_of_their_scopes(filled: Desk) -> None:
    """Those for all sources first, then categories, the source, the output; what the first say the later ones see."""
    text = """
rules: [{tag: {categories: [a], when: {title: ferry}}}]
categories: {news: {rules: [{boost: {when: {category: a}}}]}}
outputs: [{name: all, rules: [{keep: {score: {min: 1}, category: a}}]}]
"""
    way = found(filled, text)
    assert [stored.entry.title for stored in way.window] == ["The ferry"]
    (stored,) = way.window
    done = [*way.before[stored.entry.id], *way.after.get(stored.entry.id, ())]
    assert [(ruling.rule.whose, ruling.did) for ruling in done] == [
        ("rule 1 for all sources", "tagged a"),
        ("rule 1 of the category news", "score +1, now 1"),
    ]


def test_shared_sets(filled: Desk) -> None:
    """A set stands for its rules wherever it is used; its day and its reason are theirs."""
    text = """
rule_sets:
  noise: [{drop: {title: ferry}}, {drop: {title: heron}, because: own}]
outputs: [{name: all, rules: [{drop: {title: anvil}}, {use: noise, because: why}]}]
"""
    way = found(filled, text)
    assert [stored.entry.title for stored in way.window] == ["The kettle"]
    rules = {ruling.rule.number: ruling.rule for rulings in way.after.values() for ruling in rulings}
    assert [(rules[n].whose, rules[n].because, rules[n].at) for n in (1, 2, 3)] == [
        ("rule 1 of the output all", "", "feeds.yaml:8"),
        ("rule 2 of the output all, from the set noise", "why", "feeds.yaml:7"),
        ("rule 3 of the output all, from the set noise", "own", "feeds.yaml:7"),
    ]
    over = text.replace("because: why", "expires: 2026-03-01")
    assert shown(filled, over) == ["kettle", "heron", "ferry"]


def test_coverage(desk: Desk) -> None:
    """Copies in other sources of the output count, and others of the story."""
    other = "Parliament votes tonight on whether teachers may strike during examinations, says its speaker. " * 4
    desk.bring(THIRD, entry("vote", host="third.example", title="Teachers", content=f"<p>{other}</p>"), now=NOW)
    desk.bring(PAPER, entry("ferry"), now=NOW)
    desk.bring(RIVAL, entry("ferry", host="rival.example"), now=NOW + HOUR)
    rule = "rules: [{keep: {coverage: {min: 2}}}]"
    assert shown(desk, f"outputs: [{{name: all, {rule}}}]") == ["ferry"]
    assert shown(desk, f"outputs: [{{name: all, stories: off, {rule}}}]") == ["ferry"]
    assert shown(desk, f"outputs: [{{name: all, sources: [Paper], {rule}}}]") == []


def test_a_fair_share_reaches_behind_the_window(desk: Desk) -> None:
    """What a source published long before all that is looked at keeps its place, while that lasts."""
    desk.bring(PAPER, entry("ferry"), now=NOW)
    wire = [entry(f"n{number}", host="third.example") for number in range(300)]
    for place in range(0, 300, 50):
        desk.bring(THIRD, *wire[: place + 50], now=NOW + DAY + place * HOUR)
    desk.store.housekeep(NOW + 20 * DAY, datetime.timedelta(days=180))
    assert "ferry" not in shown(desk, "outputs: [{name: all, limit: 5}]")
    assert shown(desk, "outputs: [{name: all, limit: 5, rules: [{fair: {}}]}]")[-1] == "ferry"
    assert "ferry" not in shown(desk, "outputs: [{name: all, limit: 5, rules: [{fair: {stay: 2w}}]}]")
    assert "ferry" not in shown(desk, "outputs: [{name: all, limit: 5, rules: [{drop: {title: ferry}}, {fair: {}}]}]")


def test_a_limit_of_a_day_sees_whole_days(desk: Desk) -> None:
    """Those of a day that came first stay, however many more came on that day than are asked of the store at once."""
    entries = [entry(f"n{number:03}") for number in range(300)]
    desk.bring(PAPER, entry("old"), now=NOW - 2 * DAY)
    for place in range(0, 300, 100):
        desk.bring(PAPER, entry("old"), *entries[: place + 100], now=NOW + place * datetime.timedelta(minutes=1))
    (first,) = shown(desk, "outputs: [{name: all, limit: 1, rules: [{limit: {per_day: 1}}]}]")
    assert first in {f"n{number:03}" for number in range(100)}


def test_held_entries_come_as_time_passes(office: Office, desk: Desk) -> None:
    """Time moves in steps of five minutes where something is held; nothing moves in between."""
    desk.bring(PAPER, entry("ferry"), now=NOW)
    text = SOURCES + "outputs: [{name: all, rules: [{hold: {up_to: 20m}}]}]"
    moved = [desk.store.pass_time(NOW + datetime.timedelta(minutes=minutes), curate.STEP) for minutes in (0, 4, 5, 19)]
    assert moved == [True, False, True, True]
    office.publish(text)
    assert office.titles() == []
    desk.store.pass_time(NOW + datetime.timedelta(minutes=20), curate.STEP)
    office.publish()
    assert office.titles() == ["ferry"]


def test_time_is_not_set_back_by_housekeeping(desk: Desk) -> None:
    """Within the hour it stays where the small steps brought it; a clock that was wrong is followed."""
    desk.store.pass_time(NOW, curate.STEP)
    desk.store.housekeep(NOW, datetime.timedelta(days=180))
    assert desk.store.moment() == NOW
    desk.store.housekeep(NOW - DAY, datetime.timedelta(days=180))
    assert desk.store.moment() == NOW.replace(minute=0) - DAY


@pytest.mark.parametrize(("days", "most", "count"), [(1, 10_000, 10), (1, 4, 4), (30, 10_000, 40), (0, 10_000, 0)])
def test_a_stretch_of_time(desk: Desk, monkeypatch: pytest.MonkeyPatch, days: int, most: int, count: int) -> None:
    """All that was first seen since then, however many times the store has to be asked; at most so many."""
    monkeypatch.setattr(passage, "STRETCH", 7)
    old, all_of_them = [entry(f"a{number}") for number in range(30)], [entry(f"a{number}") for number in range(40)]
    desk.bring(PAPER, *old, now=NOW - 9 * DAY)
    desk.bring(PAPER, *all_of_them, now=NOW)
    read = config.load(SOURCES + "settings: {backlog: 99}\noutputs: [{name: all, stories: off, limit: 1}]")
    way = passage.course(desk.store, read, read.outputs[0])
    since = NOW - days * DAY if days else NOW + HOUR
    assert len(passage.stretch(desk.store, way, since, most).told) == count
