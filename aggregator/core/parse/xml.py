"""RSS, RDF, Atom and CDF, read by feedparser.

feedparser may neither sanitise nor resolve addresses in HTML: `clean` does both better. It is given a stream, since
`feedparser.parse(b"/etc/passwd")` reads that file.
"""

from __future__ import annotations

import dataclasses
import io
import re
import urllib.parse
from collections.abc import Set

import feedparser

import aggregator
from aggregator.core import errors, model
from aggregator.core.parse import choose, entry, header, hints, mend, page, reading, scan, split

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


@dataclasses.dataclass(frozen=True, slots=True)
class _Text:
    """A document as it is read, whole or in part, and what is known of the whole of it."""

    data: bytes
    url: str
    seen: scan.Seen
    entries: int
    longest: int
    based: bool  # something in it looks like an xml:base
    doubled: bool

    @property
    def around(self) -> tuple[object, ...]:
        """What its entries depend on, beside what stands around them."""
        return (aggregator.__version__, feedparser.__version__, self.url, self.longest, self.based, self.doubled)


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """What was read: the head, and the entries in their order, empty ones too."""

    head: model.Feed
    entries: tuple[model.Entry, ...]
    strict: bool  # feedparser's strict parser read it at once


def read(data: bytes, url: str, *, entries: int, longest: int, known: Set[str] = frozenset()) -> reading.Reading:
    """UTF-8 markup (`mend.trimmed`) as a feed; `url` is where it came from. ParseError when it is none or unreadable.

    Entries whose stamps are `known` are left out, where that is sure to make no difference to the others.
    """
    data, seen = mend.mended(data)
    doubled = any(element in data for element in _DOUBLED)
    text = _Text(data, url, seen, entries, longest, _BASE.search(data) is not None, doubled)
    unfit = split.unfit(data, seen.outline, entries) or ("relative ids beside an xml:base" if text.based and _written(data) else "")
    if unfit or seen.outline is None:
        return _at_once(_found(text), text, unfit)
    document = split.taken_apart(data, seen.outline, text.around)
    there = tuple(stamp for stamp in document.stamps if stamp in known)
    if there and (part := _part(text, document, frozenset(there))) is not None:
        return reading.told(part[0], part[1], there)
    whole = _found(text)
    if not whole.strict or len(whole.entries) != len(document.stamps):
        why = "feedparser counts other entries" if whole.strict else "feedparser stumbles"
        return _at_once(whole, text, why)
    pairs = zip(document.stamps, whole.entries, strict=True)
    return reading.told(whole.head, pairs, (), "the part was read otherwise" if there else "nothing was known")


def _at_once(found: _Found, text: _Text, why: str) -> reading.Reading:
    return reading.at_once(found.head, found.entries, why, cut=text.seen.fault is not None)


def _part(text: _Text, document: split.Document, known: Set[str]) -> tuple[model.Feed, list[tuple[str, model.Entry]]] | None:
    """What is read when known entries are left out, by stamp; None when that is not just the others."""
    data, stamps = document.left(known)
    try:
        found = _found(dataclasses.replace(text, data=data))
    except errors.ParseError:
        return None
    if not found.strict or len(found.entries) != len(stamps):
        return None
    return found.head, [(stamp, one) for stamp, one in zip(stamps, found.entries, strict=True) if stamp is not None]


def _found(text: _Text) -> _Found:
    result, strict = _feedparser(text.data, text.url if text.based else "")
    _recognise(result, text.data, text.seen, text.url)
    atom = str(result.get("version")).startswith("atom")
    raw_head = dict(result.feed)
    told = hints.hints(raw_head, text.data)
    head = dataclasses.replace(header.header(raw_head, text.url, atom=atom), hints=told)
    raws = [dict(raw) for raw in result.entries]
    around = entry.Around(
        base=text.url,
        longest=text.longest,
        language=head.language,
        atom=atom,
        doubled=text.doubled,
        ids=_relative_ids(text.data, _bases(raws, text.url)) if text.based else {},
    )
    newest = choose.newest(raws, lambda raw: entry.published(raw, around) or entry.date_of(raw, "updated", ""), text.entries)
    return _Found(head, tuple(entry.entry(raw, around) for raw in newest), strict)


def _feedparser(data: bytes, url: str) -> tuple[feedparser.FeedParserDict, bool]:
    """feedparser's reading, and whether it read it strictly and at once.

    What it stumbles over often are vocabularies that nobody here needs: then it is asked without them.
    """
    try:
        result = _asked(data, url)
        return result, not result.bozo
    except Exception as error:  # it is known to raise anything: TypeError, KeyError, UnicodeEncodeError, AssertionError …
        name = type(error).__name__
    try:
        return _asked(_UNUSED.sub(b"", data), url), False
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
    return {_joined(base, own): own for base in bases for own in _written(data)}


def _written(data: bytes) -> set[str]:
    return {own.decode("utf-8", "replace") for found in _ID.findall(data) if (own := found.strip()) and not _SCHEME.match(own)}


def _joined(base: str, relative: str) -> str:
    try:
        return urllib.parse.urljoin(base, relative)
    except ValueError:
        return relative
