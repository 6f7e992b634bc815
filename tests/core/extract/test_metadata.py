"""What a page says of itself: JSON-LD first, then its meta elements, then what stands in it."""

from __future__ import annotations

import datetime
import json

import pytest
import selectolax.lexbor

from aggregator.core.extract import head, metadata

UTC = datetime.UTC


def read(markup: str) -> head.Head:
    """The head of a page that begins so."""
    return head.read(selectolax.lexbor.LexborHTMLParser(f"<html><head>{markup}</head><body></body></html>"))


def ld(**values: object) -> str:
    """JSON-LD of an article."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | values)}</script>'


@pytest.mark.parametrize(
    ("markup", "headings", "title"),
    [
        ("<title>Lemons by ferry | The Paper</title>", [], "Lemons by ferry"),
        ("<title>Lemons by ferry - The Paper</title><meta property='og:site_name' content='the paper'>", [], "Lemons by ferry"),
        ("<title>The Paper</title><meta property='og:title' content='Lemons &amp; limes'>", [], "Lemons & limes"),
        ("<title>Lemons by the ferry | The Paper</title>", ["The Paper", "Lemons by ferry"], "Lemons by ferry"),
        (
            "<meta property='og:title' content='Harbour: Lemons by the ferry'>",
            ["Lemons by the ferry"],
            "Harbour: Lemons by the ferry",
        ),
        (ld(headline="Lemons by ferry"), ["Something else"], "Lemons by ferry"),
        ("<title>Five-a-side</title>", [], "Five-a-side"),
        ("", ["Only a heading"], "Only a heading"),
        ("", [], ""),
    ],
)
def test_title(markup: str, headings: list[str], title: str) -> None:
    """The heading that the head agrees with, or the head's words without the site."""
    assert metadata.title(read(markup), headings) == title


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-04T05:06:07Z", datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ("2026-03-04T05:06:07.123456789+02:00", datetime.datetime(2026, 3, 4, 3, 6, 7, tzinfo=UTC)),
        ("2026-03-04T05:06:07+0200", datetime.datetime(2026, 3, 4, 3, 6, 7, tzinfo=UTC)),
        ("2026-03-04 05:06", datetime.datetime(2026, 3, 4, 5, 6, tzinfo=UTC)),
        ("Wed, 04 Mar 2026 05:06:07 GMT", datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ("2026/3/4, 5 o'clock", datetime.datetime(2026, 3, 4, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-13-41", None),
        ("yesterday", None),
    ],
)
def test_moment(written: str, moment: datetime.datetime | None) -> None:
    """ISO 8601 in its spellings, RFC 5322, a day somewhere; always UTC, never nonsense."""
    assert metadata.moment(written) == moment


@pytest.mark.parametrize(
    ("markup", "times", "url", "day"),
    [
        (ld(datePublished="2026-03-04", dateModified="2026-05-05"), ["2026-01-01"], "", 4),
        ('<meta property="article:published_time" content="2026-03-05T00:00:00Z">', ["2026-01-01"], "", 5),
        ("", ["nonsense", "2026-03-06"], "", 6),
        ("", [], "https://paper.example/2026/03/07/lemons", 7),
    ],
)
def test_published(markup: str, times: list[str], url: str, day: int) -> None:
    """JSON-LD, meta, time elements, the address: the first that can be read."""
    found = metadata.published(read(markup), times, url)
    assert found == datetime.datetime(2026, 3, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("markup", "bylines", "authors"),
    [
        (ld(author=[{"@type": "Person", "name": "Ann Quay"}, {"name": ["Bo Pier"]}]), ["By Someone"], ("Ann Quay", "Bo Pier")),
        (ld(author="Ann Quay and Bo Pier"), [], ("Ann Quay", "Bo Pier")),
        (
            '<meta name="author" content="By Ann Quay, Bo Pier"><meta property="article:author" content="https://x.example/a">',
            [],
            ("Ann Quay", "Bo Pier"),
        ),
        ('<meta property="article:author" content="https://x.example/a">', ["Von Ann Quay"], ("Ann Quay",)),
        ('<meta name="author" content="admin">', [], ()),
    ],
)
def test_authors(markup: str, bylines: list[str], authors: tuple[str, ...]) -> None:
    """Names, each once, without the words before them; addresses and roles are none."""
    assert metadata.authors(read(markup), bylines) == authors


@pytest.mark.parametrize(
    ("markup", "declared", "language"),
    [("", "de-CH", "de-CH"), ("<meta property='og:locale' content='pt_BR'>", "", "pt-BR"), ("", "?!", "")],
)
def test_language(markup: str, declared: str, language: str) -> None:
    """A tag as BCP 47 writes it."""
    assert metadata.language(read(markup), declared) == language


def test_image() -> None:
    """What is shown when the page is shared, absolute; else the picture of the JSON-LD."""
    base = "https://paper.example/a/"
    assert (
        metadata.image(read('<meta property="og:image" content="../i.jpg">' + ld(image="/j.jpg")), base)
        == "https://paper.example/i.jpg"
    )
    assert metadata.image(read(ld(image=[{"url": "/j.jpg"}])), base) == "https://paper.example/j.jpg"
    assert metadata.image(read('<meta property="og:image" content="data:image/gif;base64,R0">'), base) is None


@pytest.mark.parametrize(
    ("canonical", "link"),
    [
        ("/lemons", "https://www.paper.example/lemons"),
        ("https://paper.example/l", "https://paper.example/l"),
        ("https://other.example/l", None),
        ("", None),
    ],
)
def test_link(canonical: str, link: str | None) -> None:
    """A canonical address counts on the same site only."""
    assert metadata.link(read(""), canonical, "https://www.paper.example/lemons?x=1") == link


@pytest.mark.parametrize(
    "written", ["{", "[[[[", "[" * 100_000, '{"@graph": 5}', '{"author": {"name": {"name": {}}}}', '"text"', "null"]
)
def test_broken_json(written: str) -> None:
    """What cannot be read says nothing."""
    told = read(f'<script type="application/ld+json">{written}</script>')
    assert metadata.authors(told, []) == ()
    assert head.body(told) == ""
