"""The page that shows both sides."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import pathlib
import re

import pytest
import selectolax.lexbor

from aggregator.core import clean, errors, model
from aggregator.preview import proof, report, sheet

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}&lt;'
GONE = clean.Reviewed("paragraph", "Advertisement", None, "advert", "advertisement")
SHORT = clean.Reviewed("quote", "Nine o'clock. Read more", "Nine o'clock.", "tail", "source")
SPARED = clean.Reviewed("paragraph", "Only this", "Only this", "rights", "copyright")
KEPT = clean.Reviewed("paragraph", "Kept.", "Kept.")


def found(*blocks: clean.Reviewed, title: str = "The ferry", content: str = "<p>Kept.</p>") -> report.Report:
    """A report of one entry."""
    came = model.Entry("1", title=title, link="https://e.example/?utm_source=a")
    after = dataclasses.replace(came, title=title[:12], link="https://e.example/", content=content, language="de")
    one = proof.Proof(came, model.Cleaned(after, "Kept."), blocks, pictures=("https://e.example/a.jpg",), pictures_dropped=1)
    return report.Report("https://e.example/feed", "feed", "Gazette", (one,), 12, problems=("it has moved",))


def read(of: report.Report) -> selectolax.lexbor.LexborHTMLParser:
    """The sheet as a browser reads it."""
    return selectolax.lexbor.LexborHTMLParser(sheet.render(of))


def pairs(page: selectolax.lexbor.LexborHTMLParser) -> list[tuple[str, str]]:
    """Both sides of each block."""
    rows = (row.iter() for row in page.css(".pair") if "sides" not in (row.attributes["class"] or ""))
    return [(" ".join(left.text().split()), " ".join(right.text().split())) for left, right in rows]


def test_both_sides() -> None:
    """What was beside what is; what is gone or cut is marked, with rule and class."""
    page = read(found(GONE, SHORT, SPARED, KEPT))
    assert pairs(page) == [
        ("Advertisementadvert advertisement", ""),
        ("Nine o'clock. Read moretail source", "Nine o'clock."),
        ("Only thisspared, for nothing would be left: rights copyright", "Only this"),
        ("Kept.", "Kept."),
    ]
    assert [node.text() for node in page.css("mark")] == [" Read more"]
    assert [node.text().partition("advert")[0] for node in page.css(".gone")] == ["Advertisement"]
    assert [node.text() for node in page.css("s")] == ["https://e.example/?utm_source=a"]
    assert [node.attributes["href"] for node in page.css("article a")] == ["https://e.example/", "https://e.example/a.jpg"]
    assert "1 of 12 entries" in page.text()
    assert "it has moved" in page.text()


def test_nothing_is_loaded_or_run() -> None:
    """No script, no picture, no frame, no foreign style; a policy that allows the one style sheet and nothing else."""
    hostile = clean.Reviewed("paragraph", HOSTILE, HOSTILE)
    gone = clean.Reviewed("paragraph", HOSTILE, None, HOSTILE, HOSTILE)
    shown = found(hostile, gone, title=HOSTILE, content=HOSTILE)
    page = read(dataclasses.replace(shown, url=HOSTILE, title=HOSTILE, source=HOSTILE, problems=(HOSTILE,)))
    assert not page.css("script, img, iframe, object, embed, link, base, form, svg, video, audio, [onerror], [style], [src]")
    style = page.css("style")[0].text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.css("meta[http-equiv]")[0].attributes["content"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import", style)
    assert page.text().count("{{ 7*7 }}") >= 6
    assert all((node.attributes["href"] or "").startswith("https://") for node in page.css("a"))


def test_long_texts_are_bounded() -> None:
    """A sheet stays small enough for a browser."""
    long = clean.Reviewed("paragraph", "a" * 3_000_000, "a" * 2_999_999, "tail", "source")
    assert len(sheet.render(found(long, dataclasses.replace(long, after=None), title="t" * 3_000_000))) < 500_000


def test_an_entry_without_anything() -> None:
    """There is a page all the same."""
    one = proof.Proof(model.Entry(""), model.Cleaned(model.Entry(""), ""), ())
    page = read(report.Report("stdin", "page", "", (one,), 1, feeds=("https://e.example/feed",)))
    assert "without a title" in page.text()
    assert "no text" in page.text()
    assert [node.attributes["href"] for node in page.css("a")] == ["https://e.example/feed"]


def test_it_is_written(tmp_path: pathlib.Path) -> None:
    """Whole, over an older one, into folders that are made; where it is, is told."""
    path = tmp_path / "new" / "sheet.html"
    assert sheet.write(found(KEPT), path) == path
    assert sheet.write(found(GONE), path) == path
    assert path.read_bytes() == sheet.render(found(GONE))
    assert [one.name for one in path.parent.iterdir()] == ["sheet.html"]
    (tmp_path / "link.html").symlink_to(path)
    assert sheet.write(found(SHORT), tmp_path / "link.html") == path
    assert path.read_bytes() == sheet.render(found(SHORT))


def test_what_is_no_file_stays(tmp_path: pathlib.Path) -> None:
    """Folders and devices are not replaced; a place that cannot be written is told."""
    for place in (tmp_path, pathlib.Path("/dev/null")):
        with pytest.raises(errors.PublishError, match="is no file that can be written; choose another --html"):
            sheet.write(found(KEPT), place)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(errors.PublishError, match=r"cannot write .*; choose another --html"):
        sheet.write(found(KEPT), tmp_path / "file" / "sheet.html")
