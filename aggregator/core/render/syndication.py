"""feedgen, for both XML formats: what it says well is its own, the rest is mended through its hook for extensions."""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Mapping
from typing import Any

import feedgen.entry
import feedgen.feed
import lxml.etree

import aggregator
from aggregator.core import model

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
NAME = "Aggregator"
NO_ID = " "  # feedgen refuses an empty one; whether a file may lack it is for `check` to say

Element = Any  # an lxml element

# feedgen's own sets the locale of the whole process, twice for each date
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = email.utils.format_datetime


class Mending:
    """A feedgen extension that hands over each element just made, so that what is missing can be put in."""

    def __init__(self) -> None:
        self.namespaces: Mapping[str, str] = {}
        self.mend: Callable[[Element], None] = lambda element: None

    def extend_ns(self) -> Mapping[str, str]:
        """Prefixes to declare at the root."""
        return self.namespaces

    def extend_atom(self, element: Element) -> Element:
        """Called with the root before its entries, and with each entry."""
        self.mend(element)
        return element

    def extend_rss(self, element: Element) -> Element:
        """Called with the root before its items, and with each item."""
        self.mend(element)
        return element


def document(feed: model.Feed, **namespaces: str) -> Any:
    """A feedgen generator with what both formats say of a fitted feed: title, dates, language, rights, image."""
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension("mending", Mending, Mending)
    generator.mending.namespaces = namespaces
    generator.id(feed.id)
    generator.title(feed.title)
    generator.updated(feed.updated)
    generator.language(feed.language or None)
    generator.rights(feed.rights or None)
    generator.logo(feed.image)
    return generator


def entry(generator: Any, source: model.Entry, mend: Callable[[Element], None]) -> Any:
    """A new feedgen entry behind those that are there, with what both formats say of a fitted entry."""
    written = generator.add_entry(order="append")
    written.title(source.title)
    written.updated(source.updated)
    written.mending.mend = mend
    return written


def signature() -> tuple[str, str]:
    """The name and version of this program, for a feed's generator."""
    return NAME, aggregator.__version__


def given(**values: str | None) -> dict[str, str]:
    """The values that there are."""
    return {name: value for name, value in values.items() if value}


def read(data: bytes, root: str) -> Element:
    """The root of a rendered file, which must have this name.

    Raises ValueError for what is not well-formed, has another root, or brings a document type: no entity is expanded.
    """
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        element: Element = lxml.etree.fromstring(data, parser)
    except lxml.etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if element.getroottree().docinfo.doctype:
        raise ValueError("it has a document type")
    if element.tag != root:
        raise ValueError(f"its root is {element.tag}")
    return element
