"""The review list, verdicts, and what follows from them."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from archive import HEADLINE, SOURCES, Archive
from stories import DAY, NOW, entry

from aggregator import review
from aggregator.core import config, errors
from aggregator.edges import store
from aggregator.pipeline import republish


def published(archive: Archive) -> list[tuple[str, str]]:
    """Title and source of what is published by now."""
    read = config.load(archive.feeds.read_text("utf-8"))
    press = republish.Press(archive.store, archive.folder / "output", read, "fingerprint")
    assert republish.republish(press) == ()
    items: list[dict[str, Any]] = json.loads((archive.folder / "output" / "all.json").read_text("utf-8"))["items"]
    return sorted((item["title"], item["_aggregator"]["source"]["title"]) for item in items)


def test_what_waits(archive: Archive) -> None:
    """Doubtful pairs; with `probable` also those that are only linked, behind them; with everything one needs to decide."""
    found = review.listed(archive.feeds, None, probable=False, limit=20)
    (pair,) = found["pairs"]
    assert found["more"] is False
    assert (pair["confidence"], pair["entry"]["source"], pair["other"]["source"]) == ("doubtful", "Third", "Paper")
    assert (pair["entry"]["id"], pair["other"]["id"]) == (archive.id("notes", "Third"), archive.id("heron"))
    assert pair["entry"]["link"] == pair["other"]["link"] == "https://paper.example/heron"
    assert pair["said"] == "the same link: texts 0 % the same, titles 0 %, figures all different"
    assert pair["why"]["evidence"] == "link"
    both = review.listed(archive.feeds, None, probable=True, limit=20)["pairs"]
    assert [one["confidence"] for one in both] == ["doubtful", "probable"]
    assert both[1]["entry"]["title"] == both[1]["other"]["title"] == HEADLINE
    first = review.listed(archive.feeds, None, probable=True, limit=1)
    assert (len(first["pairs"]), first["more"]) == (1, True)
    json.dumps(both)


def test_same_merges_and_forget_restores(archive: Archive) -> None:
    """A verdict moves the groups and the outputs at once, and taking it back brings back what was found."""
    before = published(archive)
    two = (archive.id("notes", "Third"), archive.id("heron"))
    asked = archive.store.asked()
    found = review.decide(archive.feeds, None, *two, same=True)
    assert (found["verdict"], found["merged"], found["one"]["id"], found["other"]["id"]) == ("same", True, *two)
    assert archive.store.asked() > asked
    assert review.listed(archive.feeds, None, probable=False, limit=20)["pairs"] == []
    merged = published(archive)
    assert len(merged) == len(before) - 1
    assert ("Morning notes from elsewhere", "Third") not in merged
    found = review.forget(archive.feeds, None, *two)
    assert (found["verdict"], found["merged"]) == (None, False)
    assert published(archive) == before
    assert len(review.listed(archive.feeds, None, probable=False, limit=20)["pairs"]) == 1


def test_different_separates_and_forget_restores(archive: Archive) -> None:
    """What was merged goes its own way, and comes back."""
    before = published(archive)
    two = (archive.id("ferry", "Rival"), archive.id("ferry"))
    assert review.decide(archive.feeds, None, *two, same=False)["merged"] is False
    assert set(published(archive)) - set(before) == {("The ferry", "Rival")}
    assert review.forget(archive.feeds, None, *two)["merged"] is True
    assert published(archive) == before


def test_names(archive: Archive) -> None:
    """Entries may be named by link, or by the beginning of their id; of several with a link the first is meant."""
    rival, paper = archive.id("ferry", "Rival"), archive.id("ferry")
    found = review.decide(archive.feeds, None, "https://rival.example/ferry", "https://paper.example/ferry", same=False)
    assert (found["one"]["id"], found["other"]["id"]) == (rival, paper)
    short = rival.removeprefix("urn:uuid:")[:13]
    assert review.forget(archive.feeds, None, short, paper)["verdict"] is None
    found = review.decide(archive.feeds, None, "https://paper.example/heron", archive.id("gravel"), same=True)
    assert found["one"]["id"] == archive.id("heron")
    found = review.decide(archive.feeds, None, "https://paper.example/heron", archive.id("heron"), same=True)
    assert {found["one"]["id"], found["other"]["id"]} == {archive.id("heron"), archive.id("notes", "Third")}


def test_what_was_decided(archive: Archive) -> None:
    """By command and in feeds.yaml, in the order of deciding; also when nothing in the store is called so any more."""
    review.decide(archive.feeds, None, archive.id("ferry", "Rival"), archive.id("ferry"), same=False)
    archive.store.follow_file([store.Decision("https://gone.example/a", archive.id("anvil"), True, store.BY_FILE)], NOW + 900 * DAY)
    first, second = review.decided(archive.feeds, None)["verdicts"]
    assert (first["verdict"], first["origin"]) == ("different", "command")
    assert {side["entries"][0]["title"] for side in (first["one"], first["other"])} == {"The ferry"}
    assert (second["verdict"], second["origin"], second["at"]) == ("same", "feeds.yaml", (NOW + 900 * DAY).isoformat())
    assert second["one"] == {"name": "https://gone.example/a", "entries": []}


def test_a_verdict_of_the_file_is_not_forgotten(archive: Archive) -> None:
    """It is changed where it stands; nothing else is forgotten by mistake."""
    two = (archive.id("ferry", "Rival"), archive.id("ferry"))
    archive.store.follow_file([store.Decision(*two, False, store.BY_FILE)], NOW)
    with pytest.raises(errors.UnknownEntry, match=r"what feeds\.yaml says under verdicts: is changed there"):
        review.forget(archive.feeds, None, *two)
    assert len(archive.store.decisions()) == 1


def test_a_verdict_on_what_is_gone(archive: Archive) -> None:
    """It is forgotten by the ids that the list has, though one of them is not in the store any more."""
    two = (archive.id("tower"), archive.id("ferry", "Rival"))
    review.decide(archive.feeds, None, *two, same=False)
    archive.desk.bring("https://paper.example/feed", now=NOW + DAY)
    archive.store.housekeep(NOW + 400 * DAY, 10 * DAY)
    found = review.forget(archive.feeds, None, *two)
    sides = {side["id"]: side["first_seen"] for side in (found["one"], found["other"])}
    assert (found["merged"], sides[two[0]]) == (False, None)
    assert sides[two[1]] is not None
    assert archive.store.decisions() == []


def test_another_verdict_prevails(archive: Archive) -> None:
    """When the two are one article all the same, the report says so."""
    a, b, c = archive.id("ferry"), archive.id("kettle"), archive.id("meadow", "Third")
    review.decide(archive.feeds, None, a, b, same=False)
    review.decide(archive.feeds, None, a, c, same=True)
    assert review.decide(archive.feeds, None, b, c, same=True)["merged"] is True


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("https://nowhere.example/", "https://paper.example/ferry", 'no entry is called "https://nowhere.example/"'),
        ("https://paper.example/ferry", "abcdef", 'no entry is called "abcdef"'),
        ("https://paper.example/ferry", "https://paper.example/ferry", "both names mean one entry"),
        ("https://paper.example/heron", "https://paper.example/heron", "both names mean the same 2 entries; name two by their ids"),
    ],
)
def test_names_that_do_not_tell(archive: Archive, one: str, other: str, said: str) -> None:
    """Unknown names, and two names of the same, are refused with what to do; nothing is decided."""
    with pytest.raises(errors.UnknownEntry, match=said):
        review.decide(archive.feeds, None, one, other, same=True)
    assert archive.store.decisions() == []


def test_an_entry_that_retention_took(archive: Archive) -> None:
    """It is known, but nothing can be decided about it."""
    archive.desk.bring("https://third.example/feed", entry("abacus", host="third.example", title="Abacus"), now=NOW + DAY)
    gone = archive.desk.ids()["Abacus"]
    archive.desk.bring("https://third.example/feed", now=NOW + 2 * DAY)
    archive.store.housekeep(NOW + 400 * DAY, 10 * DAY)
    with pytest.raises(errors.UnknownEntry, match=r"is not in the store any more; settings\.keep says how long"):
        review.decide(archive.feeds, None, gone, "https://rival.example/ferry", same=True)


def test_no_store_is_made(tmp_path: pathlib.Path) -> None:
    """Deciding where no store is fails, and leaves none behind."""
    (tmp_path / "feeds.yaml").write_text(SOURCES, "utf-8")
    with pytest.raises(errors.StoreError, match="there is no store in"):
        review.decide(tmp_path / "feeds.yaml", None, "a", "b", same=True)
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.yaml"]


def test_beside_a_running_daemon(archive: Archive) -> None:
    """The data directory is somebody else's; a verdict is written all the same."""
    held = store.Lock(archive.data)
    try:
        assert review.decide(archive.feeds, None, archive.id("ferry"), archive.id("kettle"), same=True)["merged"] is True
    finally:
        held.release()
