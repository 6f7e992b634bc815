"""Corrections, from an edit to what readers see."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest
from pipeline.desk import PAPER, RIVAL, Desk
from stories import DAY, HOUR, NOW, entry, prose

from aggregator.core import config, model, render
from aggregator.edges import store
from aggregator.pipeline import compose

SAID = "The fire at the mill on the river hurt {} people, the police of Skarrow said on Monday evening."
READ = config.load(
    f"sources: [{{url: '{PAPER}', name: Paper}}, {{url: '{RIVAL}', name: Rival, categories: [other]}}]\n"
    "outputs: [{name: all, limit: 2}, {name: corrected, corrections: true, rules: [{drop: {title: kettle}}]},"
    " {name: others, corrections: true, categories: [other]}]"
)


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Iterator[Desk]:
    """A store in which Paper corrected two of its entries, one of them twice."""
    kept = store.open_store(tmp_path)
    desk = Desk(kept)
    desk.enrol((PAPER, "Paper"), (RIVAL, "Rival"))
    named = [store.Enrolment(PAPER, "Paper"), store.Enrolment(RIVAL, "Rival")]
    kept.enrol(named, [(one.name, one.name) for one in READ.outputs], "http://x/", NOW)
    for name in ("heron", "kettle"):
        for hour, count in enumerate((12, 14, 15)):
            said = f"<p>{SAID.format(count)}</p><p>{name} {name}.</p>"
            desk.bring(PAPER, entry(name, content=said), now=NOW + hour * HOUR)
    for number in range(3):
        desk.bring(PAPER, entry(f"later {number}"), now=NOW + 5 * HOUR)
    kept.housekeep(NOW + DAY, 200 * DAY)
    yield desk
    kept.close()


def composed(desk: Desk, name: str) -> model.Feed:
    """An output."""
    output = next(one for one in READ.outputs if one.name == name)
    return compose.compose(desk.store, READ, output, desk.store.outputs()[name])


def test_the_corrected_output(desk: Desk) -> None:
    """Each edit is an entry, the latest first, however far behind the window; what rules drop is dropped."""
    feed = composed(desk, "corrected")
    assert [entry.title for entry in feed.entries] == ["Corrected: The heron"] * 2
    assert len({entry.id for entry in feed.entries}) == 2
    latest = feed.entries[0]
    assert latest.published == NOW + 2 * HOUR
    assert f"<del>{SAID.format(14)}</del>" in latest.content
    assert f"<ins>{SAID.format(15)}</ins>" in latest.content
    assert latest.link == "https://paper.example/heron"
    assert latest.origin is not None
    assert latest.origin.title == "Paper"
    assert composed(desk, "others").entries == ()
    for name in render.FORMATS:
        assert render.check(name, render.render(name, feed, "http://127.0.0.1/")) == ()


def test_the_line_in_the_entry(desk: Desk) -> None:
    """An entry that was corrected says so in every format, the latest first; others say nothing."""
    whole = config.load(READ_ALL)
    feed = compose.compose(desk.store, whole, whole.outputs[0], desk.store.outputs()["all"])
    heron = next(entry for entry in feed.entries if entry.title == "The heron")
    assert [one.kind for one in heron.corrections] == ["number", "number"]
    line = f"a sentence was “{SAID.format(14)}”; it is “{SAID.format(15)}” now."
    for name in render.FORMATS:
        data = render.render(name, feed, "http://127.0.0.1/").decode()
        assert data.count(line) == 2  # of heron and of kettle
        assert data.index(line) < data.index(f"“{SAID.format(12)}”")


READ_ALL = f"sources: [{{url: '{PAPER}', name: Paper}}]\noutputs: [{{name: all}}]"


def test_a_single_number_is_news(desk: Desk) -> None:
    """An entry is dated anew when it takes something back, be that one word of hundreds."""
    for hour, count in enumerate((12, 14)):
        desk.bring(PAPER, entry("anvil", content=f"<p>{SAID.format(count)}</p><p>{prose('anvil', 500)}</p>"), now=NOW + hour * HOUR)
    (anvil,) = [stored.entry for stored in desk.stored(PAPER) if stored.entry.title == "The anvil"]
    assert anvil.updated == NOW + HOUR


def test_they_are_forgotten_with_time(desk: Desk) -> None:
    """The output tells of a month; an entry does as long as it is kept."""
    desk.store.housekeep(NOW + 40 * DAY, 200 * DAY)
    assert composed(desk, "corrected").entries == ()
    ids = desk.ids(PAPER)
    assert len(desk.store.figures.corrections([ids["The heron"]])[ids["The heron"]]) == 2
    desk.store.housekeep(NOW + 300 * DAY, 200 * DAY)
    assert desk.store.figures.corrections([ids["The heron"]]) == {}
