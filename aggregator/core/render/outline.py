"""OPML 2.0 (http://opml.org/spec2.opml): the sources as other readers import them."""

from __future__ import annotations

from collections.abc import Iterable

import lxml.etree

from aggregator.core import text, urls
from aggregator.core.render import rows, syndication

NAMESPACE = "tag:feed-aggregator,2026:sources"
"""Of the attributes that hold what feeds.yaml says of a source."""


def opml(title: str, sources: Iterable[rows.SourceRow]) -> bytes:
    """The sources as OPML, a folder for each category and those without one on top; no date, so same sources, same bytes."""
    sources = tuple(sources)
    ours = {"nsmap": {"aggregator": NAMESPACE}} if any(source.settings for source in sources) else {}
    root = lxml.etree.Element("opml", {"version": "2.0"}, **ours)
    head = lxml.etree.SubElement(root, "head")
    lxml.etree.SubElement(head, "title").text = text.one_line(title)
    body = lxml.etree.SubElement(root, "body")
    loose, folders = rows.by_category(sources)
    for source in loose:
        _outline(body, source)
    for name, members in folders.items():
        folder = lxml.etree.SubElement(body, "outline", text=text.one_line(name))
        for source in members:
            _outline(folder, source)
    data: bytes = lxml.etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)
    return data


def _outline(parent: syndication.Element, source: rows.SourceRow) -> None:
    url = text.one_line(source.url)
    title = text.one_line(source.title) or urls.host(url) or url
    page = syndication.given(htmlUrl=urls.gate(source.link) if source.link else None)
    ours = {f"{{{NAMESPACE}}}{name}": text.one_line(value) for name, value in source.settings.items()}
    lxml.etree.SubElement(parent, "outline", {"type": "rss", "text": title, "title": title, "xmlUrl": url, **page, **ours})
