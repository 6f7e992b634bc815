"""The overlap of sources on a terminal."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest
from archive import Archive

from aggregator.overlap import report
from aggregator.screen import overlapping

HOSTILE = "A\x1b]0;x\x07 [bold]p[/bold]\u202e\nnext"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_the_table(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Each source with its figures, who comes after whom, and who brings nothing of its own."""
    overlapping.overlap(report.report(archive.feeds, None, 30), pathlib.Path("/tmp/sheet.html"))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines == [
        "Entries of 30 days, since 2026-02-12 14:00 UTC; who was first goes by when we saw them first",
        "Source Entries Own First After Share Delay Mostly with",
        "Rival 5 0 0 5 100% 30 minutes Paper (5)",
        "Paper 6 1 5 0 0% - Rival (5)",
        "Third 3 3 0 0 0% - -",
        "Rival after Paper: 5 articles, mostly 30 minutes later",
        "nothing of its own Rival: all of its 5 entries were elsewhere before, 5 of them in Paper: nothing would be missed without"
        " it; remove it, pause it (paused: true), or keep it as a spare",
        "Written to /tmp/sheet.html",
    ]


def test_texts_of_strangers(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Names neither steer the terminal, nor are markup, nor break a line; long lists of pairs are cut."""
    found = report.report(archive.feeds, None, 30)
    rows = tuple(dataclasses.replace(row, name=HOSTILE, partners=((HOSTILE, row.partners[0][1]),)) for row in found.rows[:1])
    pairs = (report.Copying(HOSTILE, HOSTILE, 5, 1.0),) * 25
    overlapping.overlap(dataclasses.replace(found, rows=rows, pairs=pairs))
    said = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert "[bold]p[/bold] next" in said
    assert "… 5 more pairs" in said
    assert sum(" after " in line for line in said.splitlines()) == 20
