"""What was taken down, on a terminal."""

from __future__ import annotations

import pytest
from archive import Archive

from aggregator import takedown
from aggregator.screen import taking


def test_all_of_it(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """What goes, the list, and what may come back."""
    taking.done(takedown.take_down(archive.feeds, None, archive.id("ferry"), "asked [b]to[/b]"))
    said = capsys.readouterr().out
    assert "taken down: The ferry (2 entries)" in said
    assert "paper.example/ferry" in said
    taking.done(takedown.take_down(archive.feeds, None, "https://paper.example/tomorrow", ""))
    assert "nobody has brought it yet" in capsys.readouterr().out
    taking.listed(takedown.listed(archive.feeds, None))
    assert "The ferry  asked [b]to[/b]" in capsys.readouterr().out
    taking.undone(takedown.undo(archive.feeds, None, archive.id("ferry")))
    assert f"may be published again: {archive.id('ferry')}" in capsys.readouterr().out
    takedown.undo(archive.feeds, None, "https://paper.example/tomorrow")
    taking.listed(takedown.listed(archive.feeds, None))
    assert "Nothing was taken down." in capsys.readouterr().out
