"""feedparser, held at arm's length."""

import pathlib

import pytest

from aggregator.core import errors, model
from aggregator.core.parse import xml

URL = "https://x.example/dir/feed"


def _read(data: str) -> model.Feed:
    return xml.read(data.encode(), URL, entries=99, longest=9999).feed


def _rss(inside: str, attributes: str = "") -> str:
    return f"<rss version='2.0' {attributes}><channel><title>t</title>{inside}</channel></rss>"


def test_no_file_is_read(tmp_path: pathlib.Path) -> None:
    """The body is never taken for the name of a file."""
    (tmp_path / "feed").write_text(_rss("<item><title>stolen</title></item>"))
    with pytest.raises(errors.ParseError):
        _read(str(tmp_path / "feed"))


def test_base_does_not_leak() -> None:
    """An entry's xml:base is its own, also for an entry that has none after it."""
    feed = _read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry xml:base='https://one.example/a/'><id>1</id><link href='b'/></entry>"
        "<entry><id>2</id><link href='c'/><content type='html'>x</content></entry></feed>"
    )
    assert [entry.link for entry in feed.entries] == ["https://one.example/a/b", "https://x.example/dir/c"]
    assert [entry.base for entry in feed.entries] == ["https://one.example/a/b", "https://x.example/dir/c"]


@pytest.mark.parametrize("attribute", ["", "xml:base='https://other.example/'", "xml:base='/sub/'"])
@pytest.mark.parametrize("written", ["12345", " 12345 ", "<![CDATA[12345]]>"])
def test_ids_are_the_source_s_own(attribute: str, written: str) -> None:
    """A relative id is the same wherever the feed moves, with xml:base and without."""
    (entry,) = _read(_rss(f"<item><title>a</title><guid>{written}</guid></item>", attribute)).entries
    assert (entry.id, entry.link) == ("12345", None)


def test_ids_in_broken_feeds() -> None:
    """Also where only the loose parser can read, an id does not change with the feed's health."""
    (entry,) = _read(_rss("<item><title>a</title><guid>7 base=</guid><b></item>")).entries
    assert entry.id == "7 base="


def test_nothing_is_sanitised_or_resolved() -> None:
    """HTML comes out as it came: cleaning is done elsewhere, once."""
    html = '<script>x()</script><a href="/a" onclick="y()">z</a>'
    (entry,) = _read(_rss(f"<item><description><![CDATA[{html}]]></description></item>")).entries
    assert entry.summary == html


@pytest.mark.parametrize(
    "stumble", ["<gml:posList srsDimension='x'>1 2</gml:posList>", "<psc:chapters><psc:chapter/></psc:chapters>"]
)
def test_vocabularies_that_nobody_needs(stumble: str) -> None:
    """What breaks in feedparser over a map or a chapter mark is read without it."""
    spaces = "xmlns:gml='http://www.opengis.net/gml' xmlns:psc='http://podlove.org/simple-chapters'"
    assert _read(_rss(f"<item><title>kept</title>{stumble}</item>", spaces)).entries[0].title == "kept"


def test_feedparser_breaks() -> None:
    """Where it breaks for good the feed is refused."""
    with pytest.raises(errors.ParseError, match=r"feedparser cannot read \(KeyError\)"):
        _read(_rss("<item><author><authors a='b'/><name>x</name></author></item>"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body/></html>", "a web page"),
        ("<!--" + "x" * 5000 + "--><html xmlns:a='http://www.w3.org/2005/Atom'/>", "a web page"),
        ("<html><item><title>x</title></item></html>", "a web page"),
        ("<OPML/>", "OPML list of feeds"),
        ("<sitemapindex/>", "a sitemap"),
        ("<kml xmlns:a='http://www.w3.org/2005/Atom'/>", "root element <kml>"),
        ("<error>Not found</error>", "root element <error>"),
        ("<a><b></a>", r"ill-formed XML without entries \(mismatched tag in line 1, column 9\)"),
        (_rss("")[:-20], "cut short before its first entry"),
    ],
)
def test_refused(body: str, reason: str) -> None:
    """What is no feed is told from a feed without entries."""
    with pytest.raises(errors.ParseError, match=reason):
        _read(body)


@pytest.mark.parametrize(
    "body",
    [
        _rss(""),
        "<feed xmlns='http://www.w3.org/2005/Atom'/>",
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'/>",
        _rss("<b>"),
    ],
)
def test_empty_feeds(body: str) -> None:
    """A feed without entries is a feed, also an ill-formed one that has its end."""
    assert _read(body).entries == ()


def test_feed_in_a_page() -> None:
    """A feed that a proxy wrapped in HTML is still a feed."""
    assert _read("<html><body>" + _rss("<item><title>wrapped</title></item>") + "</body></html>").entries[0].title == "wrapped"
