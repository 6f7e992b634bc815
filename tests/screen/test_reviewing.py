"""The review list and verdicts on a terminal."""

from __future__ import annotations

import pytest
from archive import Archive
from stories import NOW

from aggregator import review
from aggregator.edges import store
from aggregator.screen import reviewing

HOSTILE = "A\x1b]0;gotcha\x07 [bold]paper[/bold]\u202e\nnext line"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def brief(id: str) -> str:
    """An id as lists shorten it."""
    return id.removeprefix("urn:uuid:")[:13]


def test_pairs(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Titles, sources, times, ids and links of both, what they have in common, and what to type."""
    reviewing.pairs(review.listed(archive.feeds, None, probable=True, limit=1))
    one, other = brief(archive.id("notes", "Third")), brief(archive.id("heron"))
    assert capsys.readouterr().out.splitlines() == [
        "1  doubtful  the same link: texts 0 % the same, titles 0 %, figures all different",
        "   Morning notes from elsewhere",
        f"   Third · 2026-03-14 13:30 · {one} · https://paper.example/heron",
        "   The heron",
        f"   Paper · 2026-03-14 12:30 · {other} · https://paper.example/heron",
        f"   aggregator duplicates same {one} {other}   or   different {one} {other}",
        "",
        "There are more; --limit shows them.",
    ]


def test_nothing_waits(capsys: pytest.CaptureFixture[str]) -> None:
    """Empty lists say so."""
    reviewing.pairs({"pairs": [], "more": False})
    reviewing.verdicts({"verdicts": []})
    first, second = capsys.readouterr().out.splitlines()
    assert first == "No pair waits for a verdict."
    assert second.startswith("Nothing was decided yet")


def test_what_was_decided(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict, both entries, what they are now and when that is published."""
    two = (archive.id("ferry", "Rival"), archive.id("ferry"))
    reviewing.decided(review.decide(archive.feeds, None, *two, same=False))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "different"
    assert said[-1] == "They are two articles. A running daemon publishes it so at its next tick."
    reviewing.decided(review.forget(archive.feeds, None, *two))
    said = capsys.readouterr().out.splitlines()
    assert (said[0], said[-1][:20]) == ("forgotten", "They are one article")


def test_against_another_verdict(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """When what was decided does not come true, that is said."""
    report = review.decide(archive.feeds, None, archive.id("ferry", "Rival"), archive.id("ferry"), same=True)
    reviewing.decided(report | {"merged": False})
    assert "They are two articles all the same, by another verdict" in capsys.readouterr().out


def test_what_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    """An entry that retention took is named by its id."""
    gone = {"id": "urn:uuid:0", "title": "", "link": None, "source": "", "first_seen": None}
    reviewing.decided({"verdict": None, "merged": False, "one": gone, "other": gone})
    assert capsys.readouterr().out.splitlines()[1:3] == ["   urn:uuid:0", "   is not in the store any more"]


def test_verdicts(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """By whom and when; an entry that is gone is named as it was named."""
    archive.store.follow_file([store.Decision("https://gone.example/[b]", archive.id("ferry"), True, store.BY_FILE)], NOW)
    reviewing.verdicts(review.decided(archive.feeds, None))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "same · by feeds.yaml · 2026-03-14 12:30 UTC"
    assert said[1] == "   https://gone.example/[b] (no entry in the store is called so)"
    assert said[2] == "   The ferry"


def test_texts_of_strangers(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Titles, sources and links neither steer the terminal, nor are markup, nor break a line."""
    report = review.listed(archive.feeds, None, probable=False, limit=1)
    for side in ("entry", "other"):
        report["pairs"][0][side] |= {"title": HOSTILE, "source": HOSTILE, "link": HOSTILE}
    reviewing.pairs(report)
    said = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert said.count("[bold]paper[/bold] next line") == 6
    assert len(said.splitlines()) == 7
    reviewing.pairs({"pairs": [report["pairs"][0] | {"entry": report["pairs"][0]["entry"] | {"title": ""}}], "more": False})
    assert "without a title" in capsys.readouterr().out
