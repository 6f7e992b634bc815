"""Bytes to a Feed: RSS, RDF, Atom and JSON Feed, whatever they are called and however they are broken."""

from __future__ import annotations

from collections.abc import Set

from aggregator.core import errors, model
from aggregator.core.parse import encoding, jsonfeed, mend, page, reading, xml
from aggregator.core.parse import gist as gists
from aggregator.core.parse import opml as lists

_SNIFFED = 1024  # bytes that show whether it is text
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0c\r\x1b")
_BINARY = 0.05  # more control characters than this are in no text


Reading = reading.Reading
gist = gists.gist
opml = lists.opml


def parse(response: model.Response, *, entries: int = 2000, longest: int = 1_000_000) -> model.Feed:
    """The feed that a response holds.

    What it is its bytes decide, never the Content-Type alone. Of more than `entries` entries the newest are kept; `longest` bounds
    the characters of each summary and content. Deterministic and picklable. ParseError, with a sentence for people, for everything
    else: an empty body, a web page (with the feed that it announces), OPML, other XML or JSON, binary data, hostile nesting.
    """
    return read(response, frozenset(), entries=entries, longest=longest).feed


def read(response: model.Response, known: Set[str], *, entries: int = 2000, longest: int = 1_000_000) -> Reading:
    """The same without the entries whose stamps are `known` from an earlier reading, which are not read again.

    The header and the other entries are what `parse` makes of them. A document that cannot be taken apart is read as a whole.
    """
    body = encoding.inflated(response.body)
    data = encoding.utf8(body, response.content_type)
    if not data:
        raise errors.ParseError("the answer is empty")
    if data[:1] in b"{[":
        return jsonfeed.read(data, response.url, entries=entries, longest=longest, known=known)
    if _binary(body, data):
        raise errors.ParseError("it is binary data, not a feed")
    data = mend.trimmed(data)
    if page.is_page(data) and not page.holds_feed(data):
        raise errors.ParseError(page.refusal(data, response.url))
    if not data.startswith(b"<"):
        raise errors.ParseError("it is plain text, not a feed")
    return xml.read(data, response.url, entries=entries, longest=longest, known=known)


def links(response: model.Response) -> tuple[str, ...]:
    """The gated addresses of the feeds that a web page announces, in its order; none for what is no page."""
    data = encoding.utf8(response.body, response.content_type)
    return page.links(data, response.url) if page.is_page(data) else ()


def _binary(body: bytes, data: bytes) -> bool:
    """Whether there are too many control characters for a text; what was UTF-16 has lost its zeros by now."""
    head = data[:_SNIFFED] if encoding.is_wide(body) else body[:_SNIFFED]
    return len(head) - len(head.translate(None, _CONTROLS)) > _BINARY * len(head)
