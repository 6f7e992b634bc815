"""The list of sources on a terminal."""

from __future__ import annotations

import pathlib

import pytest

from aggregator import catalogue
from aggregator.preview import discovery
from aggregator.screen import listing

ONE, TWO = discovery.Found("http://a.example/", "A", 3, None, ("Old [b]news[/b]",)), discovery.Found("http://b.example/", "B", 1)
BAD = discovery.Found("http://c.example/", error="it answered with 404")


def test_which_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """The only good one, or the one that is picked; of several none without being told."""
    assert listing.chosen([ONE], None, quiet=False) == ONE
    assert listing.chosen([BAD, ONE], None, quiet=True) == ONE
    assert listing.chosen([ONE, TWO], None, quiet=False) is None
    assert listing.chosen([ONE, TWO], 2, quiet=True) == TWO
    assert listing.chosen([ONE, BAD], 2, quiet=True) is None
    assert listing.chosen([ONE], 2, quiet=True) is None
    assert listing.chosen([BAD], None, quiet=True) is None
    said = capsys.readouterr().out
    assert "· Old [b]news[/b]" in said
    assert "2  B  http://b.example/" in said


def test_edits(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lines with their places, what was there, what was left out and why."""
    path = tmp_path / "feeds.yaml"
    path.write_text("sources:\n- http://a.example/\n", "utf-8")
    urls = ("http://a.example/", "http://b.example/", "ftp://c.example/")
    listing.edited(catalogue.add(path, [{"url": url} for url in urls]))
    said = capsys.readouterr().out
    assert "feeds.yaml:3  + - http://b.example/" in said
    assert "there already: http://a.example/" in said
    assert "left out: ftp://c.example/: " in said
    listing.edited(catalogue.add(path, [{"url": "http://a.example/"}]))
    assert "Nothing to do." in capsys.readouterr().out
    listing.edited(catalogue.remove(path, None, ["http://b.example/"], dry=True))
    assert "Nothing was written." in capsys.readouterr().out


def test_sources(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Name, topics, address, settings."""
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "sources:\n- {url: http://a.example/, name: A, categories: [x], interval: 1h, rules: [{drop: {title: y}}]}\n", "utf-8"
    )
    listing.sources(catalogue.sources(path, None))
    said = capsys.readouterr().out
    assert "A  x\n   http://a.example/  interval: 1h, 1 rule\n" in said
    assert said.endswith("1 source\n")
