"""RSS, RDF, Atom and CDF, read by feedparser.

feedparser may neither sanitise nor resolve addresses in HTML: `clean` does both better. It is given a stream, since
`feedparser.parse(b"/etc/passwd")` reads that file.
"""

from __future__ import annotations

import io
import re
import urllib.parse

import feedparser

from aggregator.core import errors, model
from aggregator.core.parse import choose, entry, header, mend, page, scan

_FEEDS = frozenset(("rss", "feed", "rdf", "channel"))
_LISTS = {
    "opml": "an OPML list of feeds; name its feeds one by one under sources:",
    "urlset": "a sitemap, not a feed",
    "sitemapindex": "a sitemap, not a feed",
}
_BASE = re.compile(rb"base\s*=")
_DOUBLED = (b"<itunes:summary", b"<media:description", b"<dc:description")
_ID = re.compile(rb"(?i)<(?:\w+:)?(?:guid|id)(?:\s[^<>]{0,1000})?>\s{0,100}(?:<!\[CDATA\[)?([^<\]]{1,2100})")
_UNUSED = re.compile(rb"</?(?:georss|gml|geo|psc|creativeCommons|cc):[^<>]*>")
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")


def read(data: bytes, url: str, *, entries: int, longest: int) -> model.Feed:
    """UTF-8 markup (`mend.trimmed`) as a feed; `url` is where it came from. ParseError when it is none or unreadable."""
    data, seen = mend.mended(data)
    based = _BASE.search(data) is not None
    result = _feedparser(data, url if based else "")
    _recognise(result, data, seen, url)
    atom = str(result.get("version")).startswith("atom")
    head = header.header(dict(result.feed), url, atom=atom)
    raws = [dict(raw) for raw in result.entries]
    around = entry.Around(
        base=url,
        longest=longest,
        language=head.language,
        atom=atom,
        doubled=any(element in data for element in _DOUBLED),
        ids=_relative_ids(data, _bases(raws, url)) if based else {},
    )
    newest = choose.newest(raws, lambda raw: entry.published(raw, around) or entry.date_of(raw, "updated", ""), entries)
    found = choose.worthwhile((entry.entry(raw, around) for raw in newest), cut=seen.fault is not None)
    return choose.with_entries(head, found)


def _feedparser(data: bytes, url: str) -> feedparser.FeedParserDict:
    """feedparser's reading. What it stumbles over often are vocabularies that nobody here needs: then it is asked without them."""
    try:
        return _asked(data, url)
    except Exception as error:  # it is known to raise anything: TypeError, KeyError, UnicodeEncodeError, AssertionError …
        name = type(error).__name__
    try:
        return _asked(_UNUSED.sub(b"", data), url)
    except Exception:
        raise errors.ParseError(f"it is a broken feed that feedparser cannot read ({name})") from None


def _asked(data: bytes, url: str) -> feedparser.FeedParserDict:
    """feedparser's reading; `url` only for a document with an xml:base.

    Without an address of the document an entry's xml:base leaks into the next ones. With one every relative id becomes an
    address on this host, and each element costs an urljoin: a quarter of the whole time.
    """
    headers = {"content-type": "application/xml; charset=utf-8"} | ({"content-location": url} if url else {})
    return feedparser.parse(io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _recognise(result: feedparser.FeedParserDict, data: bytes, seen: scan.Seen, url: str) -> None:
    """ParseError for what is no feed, or one that ends before its first entry."""
    if (page.is_page(data) or seen.root == "html") and not (result.entries and page.holds_feed(data)):
        raise errors.ParseError(page.refusal(data, url))
    if result.entries:
        return
    if seen.root in _LISTS:
        raise errors.ParseError(f"it is {_LISTS[seen.root]}")
    if seen.root in _FEEDS and result.get("version"):
        if seen.fault is not None and seen.fault.cut:
            raise errors.ParseError(f"the feed is cut short before its first entry ({seen.fault.message})")
        return
    if seen.fault is not None:
        raise errors.ParseError(f"it is ill-formed XML without entries ({seen.fault.message})")
    raise errors.ParseError(f"it is XML with the root element <{seen.root[:50]}>, not a feed")


def _bases(raws: list[dict[str, object]], url: str) -> list[str]:
    """The addresses that relative ids were resolved against: the document's and each xml:base, up to ten."""
    found = (entry.mapping(raw, "title_detail").get("base") for raw in raws)
    return list(dict.fromkeys([url, *(base for base in found if isinstance(base, str))]))[:10]


def _relative_ids(data: bytes, bases: list[str]) -> dict[str, str]:
    """Ids that are no addresses, by what feedparser resolved them to."""
    written = {own.decode("utf-8", "replace") for found in _ID.findall(data) if (own := found.strip()) and not _SCHEME.match(own)}
    return {_joined(base, own): own for base in bases for own in written}


def _joined(base: str, relative: str) -> str:
    try:
        return urllib.parse.urljoin(base, relative)
    except ValueError:
        return relative
