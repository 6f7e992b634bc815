"""Web pages where a feed was expected: recognised, and asked for the feeds that they announce."""

from __future__ import annotations

import re

import selectolax.lexbor

from aggregator.core.parse import fields

_READ = 1_000_000  # bytes of a page; feeds are announced in its head
_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"))
_PAGE = re.compile(rb"(?i)<(?:!doctype\s+html|html|head|body|script|meta|title|div|p|h1|center|form|table)\b")
_FEED = re.compile(rb"(?i)<(?:\w+:)?(?:rss|feed|rdf)[\s>]")
_BEFORE = re.compile(rb"(?s)\s*(?:(?:<!--.*?-->|<\?[^>]*>)\s*)*")


def is_page(data: bytes) -> bool:
    """Whether markup begins as HTML does."""
    before = _BEFORE.match(data[:4096])
    return _PAGE.match(data, before.end() if before else 0) is not None


def holds_feed(data: bytes) -> bool:
    """Whether a feed's root element is in it somewhere."""
    return _FEED.search(data) is not None


def links(data: bytes, url: str) -> tuple[str, ...]:
    """The gated addresses of the feeds that a page at `url` announces (RSS autodiscovery; HTML 4.8.8), in its order."""
    tree = selectolax.lexbor.LexborHTMLParser(data[:_READ].decode("utf-8", "replace"))
    start = tree.css_first("base[href]")
    base = (fields.address(start.attributes.get("href"), url) if start else None) or url
    announced = [node.attributes for node in tree.css("link[rel][href]")[:1000]]
    found = [fields.address(one.get("href"), base) for one in announced if _is_feed(one)]
    return tuple(dict.fromkeys(gated for gated in found if gated))


def _is_feed(link: dict[str, str | None]) -> bool:
    relations = (link.get("rel") or "").lower().split()
    kind = (link.get("type") or "").partition(";")[0].strip().lower()
    return ("alternate" in relations and kind in _TYPES) or "feed" in relations


def refusal(data: bytes, url: str) -> str:
    """Why a page is no feed, and where there is one."""
    found = links(data, url)
    return "it is a web page, not a feed" + (f"; the page announces the feed {found[0]}" if found else "")
