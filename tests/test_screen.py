"""What commands show to people."""

from __future__ import annotations

import datetime
import os
import pathlib
import pty
import sys
from typing import Any

import pytest
from waiting import eventually

from aggregator import passes, screen
from aggregator.core import model
from aggregator.preview import proof
from aggregator.preview import report as previews

FIGURES = {"sources": 3, "updated": 1, "not_modified": 1, "failed": 1, "entries_new": 1, "duplicates": 2, "bytes": 1_234_567} | {
    "requests": 4,
    "seconds": 1.25,
}
HOSTILE = "A\x1b]0;gotcha\x07 [bold]paper[/bold]\nnext line"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_a_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts with units, each failure and trouble on a line, and where it was published; no colours into a pipe."""
    report = passes.Report(FIGURES, (("Paper", "answered 500"),), ("output all: held back",), pathlib.Path("/srv/output"))
    screen.passed(report)
    assert capsys.readouterr().out.splitlines() == [
        "3 sources polled: 1 updated, 1 unchanged, 1 failed",
        "1 new entry, 2 duplicates; 1,235 kB in 4 requests, 1.2 s",
        "failed  Paper: answered 500",
        "not published  output all: held back",
        "Published in /srv/output",
    ]


def test_a_pass_with_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """When nothing was due that is said."""
    screen.passed(passes.Report(dict.fromkeys(FIGURES, 0), (), (), pathlib.Path("output")))
    assert capsys.readouterr().out.startswith("No source was due: 0 updated")


def test_texts_of_strangers(capsys: pytest.CaptureFixture[str]) -> None:
    """What a source calls itself neither steers the terminal, nor is markup, nor breaks a line."""
    screen.passed(passes.Report(FIGURES, ((HOSTILE, HOSTILE),), (HOSTILE,), pathlib.Path("output")))
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "[bold]paper[/bold] next line" in said
    assert len(said.splitlines()) == 5


def checked(**fields: Any) -> dict[str, Any]:
    """A report of `check`."""
    return {"ok": True, "file": "feeds.yaml", "sources": 1, "outputs": ["all"], "warnings": [], "exit": 0} | fields


def test_a_good_file(capsys: pytest.CaptureFixture[str]) -> None:
    """What there is, and what is doubtful."""
    screen.checked(checked(warnings=[{"text": "feeds.yaml:1:2: impolite"}]))
    said = capsys.readouterr().out.splitlines()
    assert said == ["warning  feeds.yaml:1:2: impolite", "feeds.yaml is fine: 1 source, 1 output (all)"]


def test_a_bad_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Every problem on a line of its own, on stderr, as compilers print them."""
    screen.checked({"ok": False, "file": "feeds.yaml", "problems": [{"text": "feeds.yaml:1:2: a"}, {"text": "feeds.yaml:3:4: b"}]})
    assert capsys.readouterr() == ("", "feeds.yaml:1:2: a\nfeeds.yaml:3:4: b\n")


def test_tried_sources(capsys: pytest.CaptureFixture[str]) -> None:
    """Each source with what it carries, or why it fails."""
    tried = [{"source": HOSTILE, "entries": 1, "error": None}, {"source": "B", "entries": 0, "error": "answered 404"}]
    screen.checked(checked(tried=tried))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("ok  1 entry")
    assert lines[2] == "  B: failed  answered 404"


def source(state: str, **fields: Any) -> dict[str, Any]:
    """A source in a report of `status`."""
    return {"source": "Paper", "state": state, "said": "said so", "entries": 12} | fields


def test_status(capsys: pytest.CaptureFixture[str]) -> None:
    """A table of the sources; below it what is not well, and what is held back."""
    now = datetime.datetime.now(datetime.UTC)
    hours = datetime.timedelta(hours=2, minutes=5)
    report = {
        "sources": [
            source("ok", success_at=now - hours, due_at=now + hours),
            source("failing", source=HOSTILE, success_at=None, due_at=now - hours),
            source("gone", due_at=None),
            source("new", said="not polled yet"),
            source("ok", source="Moved", said="posts; it has moved", suggestion="change url to https://n.example/"),
        ],
        "outputs": [{"name": "all", "refused": "because"}, {"name": "few", "refused": None}],
        "events": [],
    }
    screen.status(report)
    head, ok, failing, gone, new, _, *below = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert head == "Source State Entries Last success Next poll Delay"
    assert ok == "Paper ok 12 2 hours ago in 2 hours -"
    assert failing.endswith("failing 12 never now -")
    assert gone == "Paper gone 12 never - -"
    assert new == "Paper new 12 never - -"
    assert below[0].startswith("failing A")
    assert below[1:] == ["gone Paper: said so", "ok Moved: posts; it has moved", "held back output all: because"]


def test_status_names_an_address_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A source without a name goes by its address, and so begins what is said of its failures."""
    address = "https://e.example/feed"
    screen.status({"sources": [source("failing", source=address, said=f"{address}: answered 500")], "outputs": [], "events": []})
    assert capsys.readouterr().out.splitlines()[-1] == f"failing  {address}: answered 500"


@pytest.mark.parametrize("sheet", [None, pathlib.Path("/tmp/sheet.html")])
def test_a_preview(capsys: pytest.CaptureFixture[str], sheet: pathlib.Path | None) -> None:
    """The head and each entry; or only the head, and where the sheet is."""
    one = proof.Proof(model.Entry("1", title="The ferry"), model.Cleaned(model.Entry("1", title="The ferry"), ""), ())
    screen.previewed(previews.Report("https://e.example/feed", "feed", "Gazette", (one,), 1), sheet)
    said = capsys.readouterr().out
    assert said.startswith("Gazette\nhttps://e.example/feed\n")
    assert ("1  The ferry" in said) is (sheet is None)
    assert said.endswith("Written to /tmp/sheet.html\n") is (sheet is not None)


def test_no_progress_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """Into a pipe nothing is drawn, but what calls it works."""
    for shown in (True, False):
        with screen.progress(shown=shown)(3) as done:
            done()
        with screen.waiting("a feed", shown=shown):
            pass
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("shown", "total", "drawn"), [(True, 3, True), (False, 3, False), (True, 0, False)])
def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch, shown: bool, total: int, drawn: bool) -> None:
    """On a terminal a bar is drawn on stderr and taken away at the end, unless there is nothing to do or it is not wanted."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    monkeypatch.setenv("TERM", "xterm")
    said = b""

    def ended() -> bool:
        nonlocal said
        try:
            said += os.read(ours, 65536)
        except BlockingIOError:
            return False
        return said.endswith(b"end")

    with open(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with screen.progress(shown=shown)(total) as done:
            for _ in range(total):
                done()
        terminal.write("end")
        terminal.flush()
        eventually(ended)
    os.close(ours)
    assert (b"polling" in said) is drawn
    assert (b"3/3" in said) is drawn


def test_what_was_learned(capsys: pytest.CaptureFixture[str]) -> None:
    """Each source with its repeats, how often they were met, and what feeds.yaml says of them; how to disagree."""
    block = {"fingerprint": "0123456789abcdef", "articles": 12, "text": HOSTILE, "decided": "keep"}
    screen.learned(
        {"sources": [{"source": "Paper", "articles": 40, "blocks": [block]}, {"source": "Quiet", "articles": 1, "blocks": []}]}
    )
    head, line, gap, hint = capsys.readouterr().out.splitlines()
    assert (head, gap.strip()) == ("Paper · 40 articles read", "")
    assert line.split() == ["0123456789abcdef", "12", "keep", *"A]0;gotcha [bold]paper[/bold] next line".split()]
    assert "`blocks: {keep: […]}`" in hint
    screen.learned({"sources": [{"source": "Quiet", "articles": 1, "blocks": []}]})
    assert capsys.readouterr().out.startswith("Nothing learned yet of 1 source")
