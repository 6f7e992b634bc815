"""Articles that were taken down."""

from __future__ import annotations

import json
import pathlib
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from archive import SOURCES, Archive
from pipeline.desk import PAPER, RIVAL, THIRD
from stories import DAY, NOW, entry

from aggregator import clock, takedown
from aggregator.core import config, errors
from aggregator.explain import desk, report
from aggregator.pipeline import republish

GRAVE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def published(archive: Archive, output: str = "all") -> set[str]:
    """The ids of an output, once it is published anew."""
    read = config.load(archive.feeds.read_text("utf-8"))
    press = republish.Press(archive.store, archive.folder / "output", read, "fingerprint")
    assert republish.republish(press) == ()
    items: list[dict[str, Any]] = json.loads((archive.folder / "output" / f"{output}.json").read_text("utf-8"))["items"]
    return {item["id"] for item in items}


def graves(archive: Archive, output: str = "all") -> dict[str, str]:
    """The tombstones in the Atom feed of an output: id and comment."""
    root = ET.fromstring((archive.folder / "output" / f"{output}.atom.xml").read_text("utf-8"))
    return {grave.get("ref", ""): "".join(grave.itertext()).strip() for grave in root.iter(GRAVE)}


def test_it_and_its_copies_go(archive: Archive) -> None:
    """From every output, with a tombstone for every id that it may have had; nothing else does."""
    archive.write(SOURCES + "outputs: [{name: all}, {name: each, duplicates: keep}, {name: third, sources: [Third]}]")
    before = {name: published(archive, name) for name in ("all", "each", "third")}
    asked = archive.store.asked()
    head, copy = archive.id("ferry"), archive.id("ferry", "Rival")
    done = takedown.take_down(archive.feeds, None, copy, "at the author's request")
    assert (done["article"], set(done["ids"]), done["title"]) == (head, {head, copy}, "The ferry")
    assert archive.store.asked() > asked
    assert published(archive, "all") == before["all"] - {head}
    assert published(archive, "each") == before["each"] - {head, copy}
    assert published(archive, "third") == before["third"]
    assert graves(archive) == graves(archive, "each") == {head: "at the author's request", copy: "at the author's request"}
    assert graves(archive, "third") == {}


def test_it_never_returns(archive: Archive) -> None:
    """Neither edited, nor under another id with the same link, nor as another copy of a third source."""
    head, before = archive.id("ferry"), published(archive)
    takedown.take_down(archive.feeds, None, head, "")
    archive.desk.bring(THIRD, entry("ferry", host="third.example"), now=NOW + DAY)
    archive.desk.bring(PAPER, entry("ferry", title="The ferry again"), now=NOW + DAY)
    archive.desk.bring(RIVAL, entry("other", host="rival.example", link="https://paper.example/ferry"), now=NOW + DAY)
    published(archive)
    items = json.loads((archive.folder / "output" / "all.json").read_text("utf-8"))["items"]
    assert not [item for item in items if "ferry" in item["title"] or item["url"].endswith("/ferry")]
    assert len(items) == len(before) - 1


def test_a_link_that_nobody_brought_yet(archive: Archive) -> None:
    """It is kept out when it comes."""
    done = takedown.take_down(archive.feeds, None, "https://paper.example/tomorrow?utm_source=x", "")
    assert (done["ids"], done["links"]) == ([], ["https://paper.example/tomorrow?utm_source=x"])
    before = published(archive)
    archive.desk.bring(PAPER, entry("tomorrow"), now=NOW + DAY)
    assert published(archive) == before


def test_undo(archive: Archive) -> None:
    """By any of its names; what was not taken down is told."""
    before = published(archive)
    for name in (archive.id("ferry", "Rival"), "https://paper.example/ferry"):
        takedown.take_down(archive.feeds, None, archive.id("ferry"), "")
        assert published(archive) != before
        assert takedown.undo(archive.feeds, None, name) == {"put_back": [archive.id("ferry")]}
        assert published(archive) == before
        assert graves(archive) == {}
    with pytest.raises(errors.UnknownEntry, match="was not taken down; `aggregator takedown` lists what was"):
        takedown.undo(archive.feeds, None, archive.id("ferry"))


def test_list_and_explanation(archive: Archive) -> None:
    """The list names it with the reason, and explain says what became of it."""
    assert takedown.listed(archive.feeds, None) == {"takedowns": []}
    takedown.take_down(archive.feeds, None, archive.id("ferry"), "wrong")
    (one,) = takedown.listed(archive.feeds, None)["takedowns"]
    assert (one["title"], one["because"], one["at"] <= clock.SYSTEM.now()) == ("The ferry", "wrong", True)
    (found,) = desk.explain(archive.feeds, None, archive.id("ferry", "Rival")).explanations
    assert report.outlet_said(found, found.outlets[0]).startswith("taken down; ")


def test_tombstones_are_let_go(archive: Archive) -> None:
    """After three months feeds say no more of it; it stays away."""
    head = archive.id("ferry")
    takedown.take_down(archive.feeds, None, head, "")
    archive.store.housekeep(clock.SYSTEM.now() + 91 * DAY, 3650 * DAY)
    assert head not in published(archive)
    assert graves(archive) == {}


def test_who_is_meant(archive: Archive, tmp_path: pathlib.Path) -> None:
    """Several articles with one link, nobody, no store."""
    with pytest.raises(errors.UnknownEntry, match="several articles are called"):
        takedown.take_down(archive.feeds, None, "https://paper.example/heron", "")
    with pytest.raises(errors.UnknownEntry, match='no entry is called "nothing"'):
        takedown.take_down(archive.feeds, None, "nothing", "")
    with pytest.raises(errors.StoreError, match="there is no store"):
        takedown.take_down(archive.feeds, tmp_path / "elsewhere", "x", "")
