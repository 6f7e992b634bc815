"""How far an entry comes in an output, and what stops it."""

from __future__ import annotations

import dataclasses

import pytest
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from stories import DAY, HOUR, NOW, entry

from aggregator.core import config
from aggregator.pipeline import passage, trace

SOURCES = """\
sources:
  - {url: 'https://paper.example/feed', name: Paper, categories: [news]}
  - {url: 'https://rival.example/feed', name: Rival, categories: [news]}
  - {url: 'https://third.example/feed', name: Third, categories: [rest]}
"""


def followed(desk: Desk, name: str, host: str = "paper.example", text: str = "") -> trace.Trace:
    """What became of an entry in the first output of a feeds.yaml."""
    read = config.load(text if text.startswith("sources:") else SOURCES + text)
    stored = next(one for one in desk.stored() if one.entry.link == f"https://{host}/{name}")
    return trace.trace(desk.store, passage.course(desk.store, read, read.outputs[0]), stored)


def outputs(more: str = "") -> str:
    """One output."""
    return f"outputs: [{{name: all{more and ', '}{more}}}]"


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Paper has three articles, Rival a longer copy of the oldest, Third its own."""
    for number, name in enumerate(("heron", "ferry", "kettle")):
        desk.bring(PAPER, entry(name), now=NOW + number * HOUR)
    longer = entry("heron").content.replace("</p>", f" {' '.join(f'more{n}' for n in range(30))}.</p>")
    desk.bring(RIVAL, entry("heron", host="rival.example", content=longer), now=NOW + 4 * HOUR)
    desk.bring(THIRD, entry("anvil", host="third.example"), now=NOW + 5 * HOUR)
    return desk


def test_published(filled: Desk) -> None:
    """At its place, under its id."""
    found = followed(filled, "ferry")
    id = filled.ids(PAPER)["The ferry"]
    assert found == trace.Trace("published", id, id, (), 3)


def test_not_its_source(filled: Desk) -> None:
    """An output of other sources does not ask for it."""
    assert followed(filled, "ferry", text=outputs("sources: [Third]")).step == "no source"


def test_a_fuller_copy_stands_for_it(filled: Desk) -> None:
    """The article is published under the id of its group; its fuller copy is what is shown."""
    group, fuller = filled.ids(PAPER)["The heron"], filled.ids(RIVAL)["The heron"]
    assert followed(filled, "heron") == trace.Trace("merged", group, fuller, (), 4)
    assert followed(filled, "heron", "rival.example") == trace.Trace("published", group, fuller, (), 4)
    assert followed(filled, "heron", text=outputs("duplicates: keep")).step == "published"
    kept = SOURCES.replace("name: Rival,", "name: Rival, duplicates: keep,")
    assert followed(filled, "heron", text=kept).step == "published"


def test_rules(filled: Desk) -> None:
    """Which one let it go, of its source or of the output; of a group, whoever stands for it."""
    rule = "rules: [{drop: {title: nothing}}, {drop: {title: ferry}}]"
    of_source = SOURCES.replace("name: Paper,", f"name: Paper, {rule},")
    found = followed(filled, "ferry", text=of_source)
    assert (found.step, found.rulings[-1].rule.whose) == ("rule", "rule 2 of the source Paper")
    found = followed(filled, "ferry", text=outputs(rule))
    assert (found.step, found.rulings[-1].rule.whose, found.place) == ("rule", "rule 2 of the output all", None)
    found = followed(filled, "heron", text=outputs("rules: [{drop: {source: Rival}}]"))
    assert (found.step, found.rulings[-1].rule.number, found.shown) == ("rule", 1, filled.ids(RIVAL)["The heron"])


def test_a_rule_of_the_other_source_leaves_it_alone(filled: Desk) -> None:
    """When the copy that would be shown is dropped by its own source's rule, this one is published."""
    dropped = SOURCES.replace("name: Rival,", "name: Rival, rules: [{drop: {title: heron}}],")
    assert followed(filled, "heron", text=dropped).step == "published"


@pytest.mark.parametrize("count", [0, 250])
def test_behind_the_window(filled: Desk, count: int) -> None:
    """Also when the store was never asked for so old ones; a rule that would let it go is told before the window."""
    others = [entry(f"n{number}", host="third.example") for number in range(count)]
    for place in range(0, count, 50):
        filled.bring(THIRD, *others[: place + 50], now=NOW + DAY + place * HOUR)
    assert followed(filled, "ferry", text=outputs("limit: 2")).step == "limit"
    found = followed(filled, "ferry", text=outputs("limit: 2, rules: [{drop: {title: ferry}}]"))
    assert (found.step, found.rulings[-1].rule.number) == ("rule", 1)


def test_held_back(desk: Desk) -> None:
    """What a new source brought beyond its backlog, and what waits."""
    desk.bring(PAPER, *(entry(f"n{number}", published=NOW - number * HOUR) for number in range(4)))
    assert followed(desk, "n1", text=SOURCES.replace("name: Paper,", "name: Paper, backlog: 2,")).step == "published"
    assert followed(desk, "n2", text=SOURCES.replace("name: Paper,", "name: Paper, backlog: 2,")).step == "backlog"
    stored = next(one for one in desk.stored() if one.entry.title == "The n0")
    read = config.load(SOURCES)
    held = trace.trace(desk.store, passage.course(desk.store, read, read.outputs[0]), dataclasses.replace(stored, held=True))
    assert held.step == "held"


def test_told_in_its_story(desk: Desk) -> None:
    """Where stories are grouped, the first article is published and the others are told in it."""
    lead = "The harbour crane at Oldsluice toppled into the basin during Tuesday's storm, and three barges were sunk by its jib. "
    for number, (url, host) in enumerate(((PAPER, "paper.example"), (RIVAL, "rival.example"))):
        text = (
            lead * (number + 1) + f" Said number {number}. " + "The harbour master of Oldsluice spoke of the crane and the barges. "
        )
        came = entry("crane", host=host, title="Harbour crane at Oldsluice topples in storm", content=f"<p>{text}</p>")
        desk.bring(url, came, now=NOW + number * HOUR)
    stored = {one.source: one for one in desk.stored()}
    assert len({one.story for one in stored.values()}) == 1
    grouped = outputs("stories: group, duplicates: keep")
    assert followed(desk, "crane", text=grouped).step == "published"
    found = followed(desk, "crane", "rival.example", text=grouped)
    assert (found.step, found.id, found.place) == ("story", stored[desk.state(PAPER).row].entry.id, 1)


def test_every_entry_is_where_it_is_published(filled: Desk) -> None:
    """Traces and outputs agree on all entries."""
    read = config.load(SOURCES + outputs("limit: 2, rules: [{drop: {title: kettle}}]"))
    way = passage.course(filled.store, read, read.outputs[0])
    chosen = [one.entry.id for one in passage.passage(filled.store, way).window]
    traces = [trace.trace(filled.store, way, one) for one in filled.stored()]
    assert {found.id: found.place for found in traces if found.step == "published"} == {
        id: place for place, id in enumerate(chosen, 1)
    }
