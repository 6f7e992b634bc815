"""The commands that ask the store and decide about duplicates, as people and programs call them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from archive import Archive
from pipeline.desk import THIRD
from stories import DAY, NOW, entry
from test_cli import call

HOSTILE = "A\x1b]0;gotcha\x07 [bold]paper[/bold]"


def asked(archive: Archive, *words: str, code: int = 0) -> dict[str, Any]:
    """The one JSON object that a command prints."""
    done = call(*words, "--json", "--config", str(archive.feeds))
    assert (done.returncode, done.stdout.count("\n")) == (code, 1), done.stderr
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_duplicates(archive: Archive) -> None:
    """The list, a verdict beside whoever has the store open, the list of verdicts, and taking it back."""
    pairs = asked(archive, "duplicates", "--probable")
    assert set(pairs) == {"pairs", "more"}
    pair = pairs["pairs"][0]
    assert set(pair) == {"confidence", "at", "said", "why", "entry", "other"}
    assert set(pair["entry"]) == set(pair["other"]) == {"id", "title", "link", "source", "first_seen"}
    two = (pair["entry"]["id"], pair["other"]["id"])
    said = asked(archive, "duplicates", "same", *two)
    assert set(said) == {"verdict", "merged", "one", "other"}
    assert (said["verdict"], said["merged"]) == ("same", True)
    assert archive.store.asked() == 1
    (verdict,) = asked(archive, "duplicates", "verdicts")["verdicts"]
    assert set(verdict) == {"verdict", "origin", "at", "one", "other"}
    assert asked(archive, "duplicates", "different", *two)["merged"] is False
    assert asked(archive, "duplicates", "forget", *two)["verdict"] is None
    assert "nothing was decided by command" in asked(archive, "duplicates", "forget", *two, code=1)["error"]


def test_for_people(archive: Archive) -> None:
    """The same in words; what strangers wrote does not steer the terminal."""
    archive.desk.bring(THIRD, entry("hostile", host="third.example", title=HOSTILE))
    words = ("--config", str(archive.feeds))
    for command in (("duplicates",), ("overlap",), ("explain", "https://third.example/hostile")):
        done = call(*command, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert not {"\x1b", "\x07"} & set(done.stdout)
    assert "[bold]paper[/bold]" in done.stdout
    done = call("duplicates", "same", "https://paper.example/ferry", "https://paper.example/kettle", *words)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "same")
    assert "by command" in call("duplicates", "verdicts", *words).stdout


def test_overlap(archive: Archive) -> None:
    """The report, and the page that is written beside it."""
    assert asked(archive, "overlap")["nothing_new"] == ["Rival"]
    page = archive.folder / "overlap.html"
    report = asked(archive, "overlap", "--days", "7", "--html", str(page))
    assert (report["days"], report["html"]) == (7, str(page))
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert "choose another --html" in asked(archive, "overlap", "--html", str(archive.folder), code=1)["error"]


def test_explain(archive: Archive) -> None:
    """By id and by link; exit 1 for what is unknown, and when one is to be chosen."""
    report = asked(archive, "explain", archive.id("ferry"))
    assert [entry["title"] for entry in report["entries"]] == ["The ferry"]
    assert len(asked(archive, "explain", "https://paper.example/heron")["entries"]) == 2
    assert "no entry is called" in asked(archive, "explain", "https://nowhere.example/", code=1)["error"]
    same = (entry(f"w{number}", host="third.example", link="https://paper.example/heron") for number in range(4))
    archive.desk.bring(THIRD, *same, now=NOW + DAY)
    report = asked(archive, "explain", "https://paper.example/heron", code=1)
    assert (report["entries"], len(report["candidates"])) == ([], 6)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("duplicates", "merge", "a", "b"), "none of same, different, forget, verdicts"),
        (("duplicates", "same", "a"), "same takes two entries, each named by its id or its link"),
        (("duplicates", "forget"), "forget takes two entries"),
        (("duplicates", "verdicts", "a"), "verdicts takes no entries"),
        (("duplicates", "--limit", "0"), "--limit"),
        (("overlap", "--days", "0"), "--days"),
        (("explain",), "ENTRY"),
    ],
)
def test_wrong_usage(archive: Archive, words: tuple[str, ...], said: str) -> None:
    """Exit 2 with one clear message, as JSON too; the store stays as it is."""
    assert said in asked(archive, *words, code=2)["error"]
    assert archive.store.asked() == 0


@pytest.mark.parametrize("words", [("duplicates",), ("duplicates", "same", "a", "b"), ("overlap",), ("explain", "a")])
def test_nothing_to_ask(archive: Archive, words: tuple[str, ...]) -> None:
    """Without a store exit 1, with a bad feeds.yaml exit 2."""
    elsewhere = str(archive.folder / "elsewhere")
    assert "there is no store in" in asked(archive, *words, "--data", elsewhere, code=1)["error"]
    archive.feeds.write_text("sources: [{url: 'http://e.org/', intervall: 3m}]\n", "utf-8")
    assert "intervall" in asked(archive, *words, code=2)["error"]
