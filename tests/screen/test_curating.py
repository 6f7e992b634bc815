"""Rules and differences on a terminal."""

from __future__ import annotations

import pytest
from archive import SOURCES, Archive

from aggregator import difference, rulebook
from aggregator.screen import curating


def test_rules(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with what it is, where it stands, why, and what it did."""
    archive.write(SOURCES + "rules: [{drop: {title: ferry}, because: too many}, {drop: {title: nothing}}]")
    curating.rules(rulebook.rulebook(archive.feeds, None, 30))
    said = capsys.readouterr().out
    for part in (
        "{drop: {title: ferry}}",
        "rule 1 for all sources  feeds.yaml:5",
        "too many",
        "2 hits, 0.067 a day",
        "nothing in 30 days",
    ):
        assert part in said
    assert "· Paper: The ferry · " in said
    archive.write(SOURCES)
    curating.rules(rulebook.rulebook(archive.feeds, None, 30))
    assert "feeds.yaml has no rules" in capsys.readouterr().out


def test_differences(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """What goes, what comes, what changes; or that nothing does."""
    other = archive.folder / "other.yaml"
    other.write_text(SOURCES + "rules: [{drop: {title: ferry}}, {replace: {text: kettle, with: pot}}]", "utf-8")
    curating.compared(difference.compare(archive.feeds, other, None))
    said = capsys.readouterr().out
    for part in ("all  changed, 9 → 8 entries", "− Paper: The ferry", "~ Paper: The pot", " title"):
        assert part in said
    curating.compared(difference.compare(archive.feeds, archive.feeds, None))
    assert "No output would look otherwise." in capsys.readouterr().out
