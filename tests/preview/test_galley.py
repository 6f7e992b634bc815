"""A preview as people see it on a terminal."""

from __future__ import annotations

import datetime
import io
from typing import Any

import rich.console

from aggregator.core import clean, model
from aggregator.preview import galley, proof, report

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
HOSTILE = "A\x1b]0;gotcha\x07 [bold]paper[/bold]\nnext line\x9b31m\u202e\u2066 [red]x[/red]"


def block(before: str, after: str | None, rule: str = "", cls: str = "") -> clean.Reviewed:
    """A block of a preview."""
    return clean.Reviewed("paragraph" if before else "figure", before, after, rule, cls)


def kept(said: str) -> clean.Reviewed:
    """A block that stays as it was."""
    return block(said, said)


def preview(*blocks: clean.Reviewed, title: str = "The ferry", dropped: int = 0, **fields: Any) -> report.Report:
    """A preview of one entry."""
    came = model.Entry("1", title=title, link="https://e.example/?utm_source=a", published=NOON)
    after = model.Entry("1", title="The ferry", link="https://e.example/", authors=(model.Author("Ann"),))
    one = proof.Proof(came, model.Cleaned(after, ""), blocks, pictures_dropped=dropped)
    given: dict[str, Any] = {"url": "https://e.example/feed", "kind": "feed", "title": "Gazette", "proofs": (one,), "total": 3}
    return report.Report(**(given | fields))


def written(of: report.Report, columns: int = 200) -> str:
    """A preview on a terminal of this width that knows no colours."""
    console = rich.console.Console(file=io.StringIO(), width=columns, highlight=False)
    for part in (*galley.head(of), *galley.body(of)):
        console.print(part, width=columns)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(of: report.Report) -> list[str]:
    """Its lines without the space around them, words one space apart."""
    return [" ".join(line.split()) for line in written(of).splitlines()]


def test_a_preview() -> None:
    """What came and what is left of it, each block with its mark; what was taken is told with rule and class."""
    blocks = (
        block("Advertisement", None, "advert", "advertisement"),
        kept("The ferry leaves at nine."),
        block("It waits. Read more", "It waits.", "tail", "source"),
        block("", ""),
        block("Only a title", None, "title", "title"),
        block("Spared", "Spared", "rights", "copyright"),
    )
    said = shown(preview(*blocks, dropped=2, source="Paper", repeats=1, problems=("it has moved",)))
    assert said == [
        "Gazette",
        "https://e.example/feed",
        "feed · the source Paper · entries: 3, 1 shown · blocks: 2 removed, 1 shortened, 1 known as repeats of this source",
        "note it has moved",
        "1 The ferry",
        "https://e.example/",
        "was https://e.example/?utm_source=a",
        "2026-03-02 12:00 · by Ann",
        "− Advertisement advert: advertisement",
        "The ferry leaves at nine. 25 chars",
        "~ It waits. [−Read more−] tail: source",
        "(a picture)",
        "− Only a title title",
        "= Spared rights: copyright 6 chars",
        "what stays: 4 of 6 blocks, 40 of 75 characters · pictures left out: 2",
        "− removed, by which rule and of which class",
        "~ shortened by what stands in [−…−]",
        "= spared: the rules would have left nothing",
    ]


def test_a_preview_of_a_page() -> None:
    """The feeds it offers; without an article there is nothing more."""
    said = shown(preview(kind="page", proofs=(), total=0, feeds=("https://e.example/feed",)))
    assert said == [
        "Gazette",
        "https://e.example/feed",
        "page · blocks: 0 removed, 0 shortened",
        "offers the feed https://e.example/feed",
    ]


def test_long_previews_are_folded() -> None:
    """Of many kept blocks the first two and the last are shown, and how much stands between."""
    said = shown(preview(*(kept(f"Paragraph {number}") for number in range(10))))
    assert [line for line in said if "Paragraph" in line] == [f"Paragraph {number} 11 chars" for number in (0, 1, 9)]
    assert "… 7 more blocks 77 chars" in said


def test_previews_fit_a_terminal() -> None:
    """At 80 columns no line is longer, kept blocks take one line each, and long texts are cut."""
    long = "word " * 600_000
    blocks = (kept(long), block(long, None, "advert", "advertisement"), block(long, f"{long[:-9]}", "tail", "source"))
    lines = written(preview(*blocks, title=long, url="x"), 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 60


def test_hostile_previews() -> None:
    """No text of a stranger steers the terminal, turns the direction of ours, or is markup."""
    blocks = (kept(HOSTILE), block(HOSTILE, None, "advert", "ad"), block(HOSTILE + "a", HOSTILE, "tail", "source"))
    said = written(preview(*blocks, title=HOSTILE, source=HOSTILE, url=HOSTILE, problems=(HOSTILE,), feeds=(HOSTILE,)))
    assert not set(said) & set("\x1b\x07\x9b\u202e\u2066")
    assert "[bold]paper[/bold] next line" in said
    assert "[red]x[/red]" in said
