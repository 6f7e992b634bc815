"""Gathering what is known of an entry."""

from __future__ import annotations

import pathlib

import pytest
from archive import SOURCES, Archive
from pipeline.desk import PAPER, THIRD
from stories import DAY, HOUR, NOW, entry

from aggregator import review
from aggregator.core import config, errors
from aggregator.edges import store
from aggregator.explain import desk, report
from aggregator.pipeline import republish


def one(archive: Archive, name: str) -> report.Explanation:
    """The only entry that is called so."""
    (found,) = desk.explain(archive.feeds, None, name).explanations
    return found


def test_a_copy(archive: Archive) -> None:
    """Of what, and why; its group with the copy that is shown; and where that is published."""
    found = one(archive, archive.id("ferry", "Rival"))
    assert found.account.source_name == "Rival"
    assert found.duplicate == "by their texts: texts 100 % the same, titles 100 %, figures all the same"
    assert [copy.source_name for copy in found.copies] == ["Paper", "Rival"]
    assert (found.shown, found.shown_why) == (archive.id("ferry"), "it came first")
    (outlet,) = found.outlets
    assert not outlet.published
    assert report.outlet_said(found, outlet).startswith("merged: the copy of Paper is published, number ")
    assert found.held == ""


def test_its_head(archive: Archive) -> None:
    """It duplicates nothing, and is published."""
    found = one(archive, "https://paper.example/ferry")
    assert found.duplicate == ""
    (outlet,) = found.outlets
    assert outlet.published
    assert report.outlet_said(found, outlet).startswith("published, number ")


def test_verdicts(archive: Archive) -> None:
    """What a user said is told beside what was found."""
    review.decide(archive.feeds, None, archive.id("ferry", "Rival"), archive.id("ferry"), same=False)
    found = one(archive, archive.id("ferry", "Rival"))
    assert found.duplicate.startswith("a verdict says that it is no copy; found was: by their texts")
    assert [decision.same for decision in found.decisions] == [False]
    assert found.outlets[0].published
    review.decide(archive.feeds, None, archive.id("notes", "Third"), archive.id("ferry"), same=True)
    found = one(archive, archive.id("notes", "Third"))
    assert found.duplicate == "a verdict says so, of it or of another copy"


def test_several_with_one_link(archive: Archive) -> None:
    """All of them are explained; when there are many, one is to be chosen."""
    answer = desk.explain(archive.feeds, None, "https://paper.example/heron")
    assert [one.account.source_name for one in answer.explanations] == ["Paper", "Third"]
    for number in range(desk.MOST):
        other = entry(f"w{number}", host="third.example", link="https://paper.example/heron")
        archive.desk.bring(THIRD, other, now=NOW + DAY + number * HOUR)
    answer = desk.explain(archive.feeds, None, "https://paper.example/heron")
    assert answer.explanations == ()
    assert len(answer.candidates) == desk.MOST + 2


def test_the_rule_that_let_it_go(archive: Archive) -> None:
    """As feeds.yaml has it, with its number."""
    rules = "rules: [{drop: {title: {text: nothing}}}, {drop: {any: [{title: [ferry, boat]}, {source: Nobody}]}}]"
    archive.write(SOURCES + f"outputs: [{{name: all, {rules}}}, {{name: few, limit: 1}}, {{name: rival, sources: [Rival]}}]")
    found = one(archive, archive.id("ferry"))
    assert [(outlet.output, report.outlet_said(found, outlet)) for outlet in found.outlets] == [
        ("all", "left out by rule 2 of the output all: {drop: {any: [{title: [ferry, boat]}, {source: Nobody}]}} (feeds.yaml:5)"),
        ("few", "behind the window of its 1 newest entries"),
        ("rival", "its source is not among those of this output"),
    ]
    archive.write(SOURCES.replace("name: Paper", "name: Paper, rules: [{limit: {per_source: 1}}]"))
    found = one(archive, archive.id("gravel"))
    assert report.outlet_said(found, found.outlets[0]) == (
        "left out by rule 1 of the source Paper: {limit: {per_source: 1}} (feeds.yaml:2)"
    )


def test_files_that_are_cut(archive: Archive) -> None:
    """Which of the files have it depends on its size in each, and is not promised."""
    archive.write(SOURCES + "outputs: [{name: all, max_bytes: 2MB}]")
    found = one(archive, "https://third.example/meadow")
    assert report.outlet_said(found, found.outlets[0]).endswith(", in files that do not end before it (max_bytes: 2000000)")


def test_whoever_stands_for_it_is_named(archive: Archive) -> None:
    """When its group was dropped for the copy that is shown."""
    archive.write(SOURCES + "outputs: [{name: all, rules: [{drop: {source: Paper}}]}]")
    found = one(archive, archive.id("ferry", "Rival"))
    assert report.outlet_said(found, found.outlets[0]) == (
        "the copy of Paper stands for it: left out by rule 1 of the output all: {drop: {source: Paper}} (feeds.yaml:5)"
    )


def test_held_back(archive: Archive) -> None:
    """Its place in the backlog against the setting, or until when a mass change is held."""
    archive.write(SOURCES.replace("name: Paper", "name: Paper, backlog: 0"))
    found = one(archive, archive.id("gravel"))
    assert found.held == "it was number 1 of what its source brought when it was new; backlog: 0"
    assert report.outlet_said(found, found.outlets[0]) == f"held back: {found.held}"
    archive.write(SOURCES)
    usual = [entry(f"u{number}", published=NOW + number * HOUR) for number in range(12)]
    archive.desk.bring(PAPER, *usual, now=NOW + DAY)
    archive.desk.bring(PAPER, *usual, *(entry(f"m{number}") for number in range(40)), now=NOW + DAY + HOUR)
    held = next(stored for stored in archive.desk.stored() if stored.held)
    found = one(archive, held.entry.id)
    assert found.held == "its source changed too much at once; it is held until 2026-03-15 13:45 UTC"
    assert found.outlets[0].trace.step == "held"


def test_a_source_that_is_gone(archive: Archive) -> None:
    """Its entries are explained all the same."""
    archive.write(SOURCES.replace("  - {url: 'https://third.example/feed', name: Third}\n", ""))
    found = one(archive, "https://third.example/meadow")
    assert (found.shown, found.shown_why, found.account.source_removed) == ("", "", True)
    assert report.outlet_said(found, found.outlets[0]) == "feeds.yaml does not name its source any more"


def test_an_output_that_is_held_back(archive: Archive) -> None:
    """Then the published files are older than what is said."""
    archive.store.published("all", "fingerprint", "because")
    found = one(archive, "https://third.example/meadow")
    assert report.outlet_said(found, found.outlets[0]).endswith("; its new version is held back: because")


def test_unknown(archive: Archive, tmp_path: pathlib.Path) -> None:
    """Entries, stores and feeds.yaml that are not there are told."""
    with pytest.raises(errors.UnknownEntry, match='no entry is called "nothing"'):
        desk.explain(archive.feeds, None, "nothing")
    with pytest.raises(errors.StoreError, match="there is no store in"):
        desk.explain(archive.feeds, tmp_path / "elsewhere", "nothing")
    with pytest.raises(errors.ConfigError):
        desk.explain(tmp_path / "missing.yaml", None, "nothing")


def test_it_only_reads(archive: Archive) -> None:
    """Explaining changes nothing in the store."""
    asked, entries = archive.store.asked(), archive.desk.stored()
    held = store.Lock(archive.data)
    one(archive, "https://third.example/meadow")
    held.release()
    assert (archive.store.asked(), archive.desk.stored()) == (asked, entries)


def test_since_when(archive: Archive) -> None:
    """It was published, replaced by a new version, and left; told of each output, and nothing where it never was."""
    read = config.load(SOURCES + "outputs: [{name: all}, {name: third, sources: [Third]}]")
    archive.write(SOURCES + "outputs: [{name: all}, {name: third, sources: [Third]}]")
    press = republish.Press(archive.store, archive.folder / "output", read, "one")
    republish.republish(press)
    shown, elsewhere = one(archive, archive.id("ferry", "Rival")).outlets
    assert report.showing_said(shown).startswith("published 20")
    assert report.showing_said(elsewhere) == ""
    archive.desk.bring(PAPER, entry("ferry", title="The other ferry"), now=NOW + DAY)
    republish.republish(press)
    archive.write(SOURCES + "rules: [{drop: {title: ferry}}]")
    read = config.load(archive.feeds.read_text("utf-8"))
    republish.republish(republish.Press(archive.store, archive.folder / "output", read, "two"))
    (outlet,) = one(archive, "https://paper.example/ferry").outlets
    said = report.showing_said(outlet)
    assert ", replaced by a new version 20" in said
    assert ", gone since 20" in said
