"""The overlap as a page."""

from __future__ import annotations

import pathlib
import re

import selectolax.lexbor
from archive import Archive

from aggregator import sheets
from aggregator.core import overlap as core
from aggregator.overlap import report, sheet

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}"&lt;'


def read(page: bytes) -> selectolax.lexbor.LexborHTMLParser:
    """The sheet as a browser reads it."""
    return selectolax.lexbor.LexborHTMLParser(page)


def test_what_stands_there(archive: Archive) -> None:
    """A bar and a row for each source, pairs, and the sources that bring nothing of their own."""
    page = read(sheet.render(report.report(archive.feeds, None, 30)))
    rows = [[" ".join(cell.text().split()) for cell in row.css("th, td")] for row in page.css("tbody tr")]
    assert rows[0] == ["Rival", "5", "0", "0", "5", "100 %", "0", "30 minutes later", "36 minutes later", "Paper (5)"]
    assert rows[-1] == ["Rival", "Paper", "5", "30 minutes later"]
    assert "Rival: all of its 5 entries were elsewhere before" in " ".join(page.css("ul.idle")[0].text().split())
    bars = page.css("figure rect title")
    assert [title.text() for title in bars] == ["5 after others", "1 its own", "5 first of several", "3 its own"]


def test_the_picture_is_told_in_words(archive: Archive) -> None:
    """It has a title and a description with the same figures; headings say what columns and rows are."""
    page = read(sheet.render(report.report(archive.feeds, None, 30)))
    (picture,) = page.css("svg[role=img]")
    ids = (picture.attributes["aria-labelledby"] or "").split()
    assert [page.css(f"#{id}")[0].text()[:15] for id in ids] == ["Shares of each ", "Rival: 5 after "]
    assert all(cell.attributes["scope"] in ("col", "row") for cell in page.css("th"))
    assert page.css("html")[0].attributes["lang"] == "en"


def hostile(count: int = 1) -> report.Report:
    """A report in which every name is an attack."""
    share = core.Share(1, entries=6, copies=6, mean=60.0, median=60.0)
    row = report.Row(HOSTILE, HOSTILE, share, ((HOSTILE, core.Partner(2, 6, 6)),))
    since = report._EPOCH
    return report.Report(30, since, (row,) * count, (report.Copying(HOSTILE, HOSTILE, 6, 60.0),))


def test_nothing_is_loaded_or_run() -> None:
    """No script, no picture, no foreign style, whatever a source calls itself; a policy that allows one style sheet only."""
    page = read(sheet.render(hostile()))
    assert not page.css("script, img, iframe, object, embed, link, base, form, video, audio, a, [onerror], [style], [src], [href]")
    style = page.css("style")[0].text()
    assert page.css("meta[http-equiv]")[0].attributes["content"] == sheets.policy(style)
    assert not re.search(r"url\(|@import", style)
    assert page.text().count("{{ 7*7 }}") >= 4


def test_long_lists_are_bounded() -> None:
    """The picture has the first sixty, and says how many more the table has."""
    page = read(sheet.render(hostile(70)))
    assert len(page.css("figure rect title")) == 60
    assert "10 more are in the table" in page.css("figcaption")[0].text()
    assert len(page.css("tr.idle")) == 70


def test_nothing_to_show() -> None:
    """An empty report is a page all the same."""
    page = read(sheet.render(report.Report(1, report._EPOCH, (), ())))
    assert "feeds.yaml names no source that the store knows." in page.text()
    assert "No source had an article that another one had before." in page.text()
    assert not page.css("svg")


def test_same_bytes(archive: Archive, tmp_path: pathlib.Path) -> None:
    """The same store gives the same page."""
    paths = [sheet.write(report.report(archive.feeds, None, 30), tmp_path / name) for name in ("one.html", "two.html")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
