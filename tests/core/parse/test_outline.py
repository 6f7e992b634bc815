"""Where the entries of a document are, and which documents cannot be taken apart."""

import pytest

from aggregator.core.parse import outline, scan

RDF = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>{}</rdf:RDF>"


def _outline(data: str) -> outline.Outline:
    found = scan.scan(data.encode()).outline
    assert found is not None
    return found


def _cut(data: str) -> list[str]:
    return [data.encode()[place.begin : place.end].decode() for place in _outline(data).ranges]


@pytest.mark.parametrize(
    ("data", "entries"),
    [
        ("<rss><channel><item>é</item >\n<item a='>'><x/></item></channel></rss>", ["<item>é</item >", "<item a='>'><x/></item>"]),
        ("<feed><id/><entry><entry/></entry><title/><entry></entry></feed>", ["<entry><entry/></entry>", "<entry></entry>"]),
        ("<a:feed xmlns:a='x'><a:entry></a:entry><entry></entry></a:feed>", ["<a:entry></a:entry>"]),
        (RDF.format("<channel><items/></channel><item>1</item>"), ["<item>1</item>"]),
        (
            "<rss><channel><item><![CDATA[</item>]]><!-- </item> --></item></channel></rss>",
            ["<item><![CDATA[</item>]]><!-- </item> --></item>"],
        ),
        ("<rss><item></item><channel><x><item></item></x></channel></rss>", []),
        ("<RSS><CHANNEL><ITEM></ITEM></CHANNEL></RSS>", []),
        ("<channel><item></item></channel>", []),
    ],
)
def test_ranges(data: str, entries: list[str]) -> None:
    """Entries are found where their format has them, from bracket to bracket, whatever stands in them."""
    assert _cut(data) == entries


def test_what_is_not_well_formed_has_none() -> None:
    """Nothing is known about a document that breaks off."""
    assert scan.scan(b"<rss><channel><item></item></channel>").outline is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("<rss><channel></channel></rss>", "no entries where they belong"),
        ("<rss><channel><item/></channel></rss>", "an entry is an empty element"),
        ("<rss><items><item/></items></rss>", "an entry is an empty element"),
        ("<rss><channel><item/><item></item></channel></rss>", "an entry is an empty element"),
        ("<RDF><item></item></RDF>", "its root does not tell its version"),
        ("<feed><entry><content><html><title>x</title></html></content></entry></feed>", "inline markup has elements of feeds"),
        ("<feed><entry><content><p><Entry/></p></content></entry></feed>", "inline markup has elements of feeds"),
        ("<feed><subtitle><b><summary/></b></subtitle><entry></entry></feed>", "inline markup has elements of feeds"),
        ("<feed><entry xml:lang='fr'><summary><div/></summary></entry></feed>", "languages or bases beside inline markup"),
        ("<feed><entry><summary><div xml:base='x'/></summary></entry></feed>", "languages or bases beside inline markup"),
        ("<feed><rights><div lang='x'/></rights><entry></entry></feed>", "languages or bases beside inline markup"),
        ("<feed xml:lang='fr'><entry><summary><div/></summary></entry></feed>", ""),
        ("<feed><entry><source><title/><rights/></source><media:group><media:title/></media:group></entry></feed>", ""),
        ("<rss><channel><image><title/></image><item></item></channel></rss>", ""),
        ("<rss><channel><item></item><image><title/></image></channel></rss>", ""),
        ("<rss><channel><item></item><title/></channel></rss>", "the feed's title comes after entries"),
        (RDF.format("<channel><title/></channel><image><title/></image><item><title/></item>"), ""),
    ],
)
def test_fitness(data: str, why: str) -> None:
    """What feedparser would remember from one entry to the next makes a document unfit; what is usual does not."""
    assert _outline(data).unfit == why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<rss a='1'><channel><item></item></channel></rss>", "<rss a='2'><channel><item></item></channel></rss>"),
        ("<rss><channel a='1'><item></item></channel></rss>", "<rss><channel><item></item></channel></rss>"),
        (
            "<rss><channel><item></item><language>en</language></channel></rss>",
            "<rss><channel><item></item><language>fr</language></channel></rss>",
        ),
        (
            "<rss><channel><x><dc:language>en</dc:language></x><item></item></channel></rss>",
            "<rss><channel><item></item></channel></rss>",
        ),
        (
            "<!DOCTYPE rss><rss><channel><item></item></channel></rss>",
            "<!DOCTYPE rss PUBLIC 'netscape' 'x'><rss><channel><item></item></channel></rss>",
        ),
    ],
)
def test_what_gives_meaning(one: str, other: str) -> None:
    """Root and channel with their attributes, the feed's language and the document's type are told with the entries."""
    assert _outline(one).around != _outline(other).around


def test_what_gives_none() -> None:
    """Titles and dates of the feed are no part of it."""
    feed = "<rss><channel><title>{}</title><item></item><lastBuildDate>{}</lastBuildDate></channel></rss>"
    assert _outline(feed.format("a", 1)).around == _outline(feed.format("b", 2)).around


@pytest.mark.parametrize(
    ("before", "loud"),
    [("<itunes:summary>s</itunes:summary>", True), ("<content>c</content>", True), ("<description>d</description>", False)],
)
def test_loud(before: str, loud: bool) -> None:
    """A summary of the feed changes how the entry behind it is read, and no other."""
    one = "<item></item>"
    first, second, third = _outline(f"<rss><channel>{one}{before}{one}{one}</channel></rss>").ranges
    assert (first.loud, second.loud, third.loud) == (False, loud, False)
    assert (first.leads, second.leads, third.leads) == (True, True, False)
