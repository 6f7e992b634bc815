"""The explanation of an entry on a terminal."""

from __future__ import annotations

import dataclasses

import pytest
from archive import Archive
from pipeline.desk import PAPER
from stories import DAY, HOUR, NOW, entry

from aggregator import review
from aggregator.core import model
from aggregator.explain import desk
from aggregator.screen import explaining

HOSTILE = "A\x1b]0;gotcha\x07 [bold]paper[/bold]\u202e\nnext line"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def told(archive: Archive, name: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that explain an entry, without the space of columns."""
    explaining.explained(desk.explain(archive.feeds, None, name))
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def brief(id: str) -> str:
    """An id as lists shorten it."""
    return id.removeprefix("urn:uuid:")[:13]


def test_a_copy(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that is known of it, each with what it is about."""
    head, copy = archive.id("ferry"), archive.id("ferry", "Rival")
    lines = told(archive, copy, capsys)
    assert lines[:7] == [
        "The ferry",
        f"id {copy}",
        "links https://rival.example/ferry",
        "source Rival · https://rival.example/feed",
        "first seen 2026-03-14 13:00 UTC",
        "published 2026-03-14 11:30 UTC",
        "text 80 words",
    ]
    assert f"duplicate of Paper: The ferry · {brief(head)}" in lines
    assert "by their texts: texts 100 % the same, titles 100 %, figures all the same" in lines
    assert f"copies Paper: The ferry · {brief(head)}, 80 words shown: it came first" in lines
    assert lines[-1].startswith("outputs all: merged: the copy of Paper is published, number ")


def test_verdicts_and_candidates(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """What a user said; and those to choose from, when many are called so."""
    two = (archive.id("ferry", "Rival"), archive.id("ferry"))
    review.decide(archive.feeds, None, *two, same=False)
    lines = told(archive, two[0], capsys)
    assert f"verdict different from {two[1]}, by command" in lines
    named = archive.store.find("https://paper.example/heron")
    explaining.explained(desk.Answer("x", candidates=tuple(named)))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2 entries are called so; name one by its id:"
    assert said[1] == f"   {brief(archive.id('heron'))}  Paper: The heron"


def test_texts_of_strangers(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that a feed says steers the terminal or is markup; long lists are cut."""
    (found,) = desk.explain(archive.feeds, None, archive.id("ferry", "Rival")).explanations
    account = dataclasses.replace(
        found.account,
        title=HOSTILE,
        source_name=HOSTILE,
        source_url=HOSTILE,
        link=HOSTILE,
        updated=NOW,
        left_at=NOW + DAY,
        page_at=NOW,
        from_page=True,
        removed=(model.Removal(HOSTILE, HOSTILE, HOSTILE),) * 30,
        held_until=NOW,
    )
    hostile = dataclasses.replace(found, account=account, copies=(account,) * 30, story=(account,) * 30)
    explaining.explained(desk.Answer(HOSTILE, (hostile, hostile)))
    said = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert "[bold]paper[/bold] next line" in said
    assert "… 10 more blocks" in said
    assert "… 22 more, older ones" in said
    assert "held back" in said


def test_corrections(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """What edits took back, each with both versions and its time; strangers' text stays text."""
    said = "<p>The fire at the mill hurt {} people [red] on Monday evening, the police said.</p>"
    for hour, count in enumerate((12, 14)):
        archive.desk.bring(PAPER, entry("mill", content=said.format(count)), now=NOW + hour * HOUR)
    lines = " ".join(told(archive, archive.id("mill"), capsys))
    assert "corrected" in lines
    assert "number: The fire at the mill hurt 12 people [red] on Monday evening, the police said. → The fire" in lines
