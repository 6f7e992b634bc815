"""Atom 1.0 (RFC 4287)."""

from __future__ import annotations

import functools
from typing import Any

import lxml.etree

from aggregator.core import model
from aggregator.core.render import company, dates, fit, format, syndication

_MEDIA_TYPE = "application/atom+xml"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_NAMED = {"a": syndication.ATOM}


def render(feed: model.Feed) -> bytes:
    """The feed as Atom 1.0 in UTF-8; an entry's image is a media:thumbnail, which Atom has no word for."""
    feed = fit.fit(feed)
    besides = ({"at": _TOMBSTONES} if feed.tombstones else {}) | ({"fh": _HISTORY} if feed.archive else {})
    generator = syndication.document(feed, media=syndication.MEDIA, **besides)
    generator.mending.mend = functools.partial(_mend_feed, feed=feed)
    name, version = syndication.signature()
    generator.generator(name, version=version, uri=feed.generator or None)
    generator.subtitle(feed.subtitle or None)
    generator.icon(feed.image)
    generator.author(_people(feed.authors))
    generator.link(href=feed.link, rel="alternate", type="text/html")
    if feed.url:
        generator.link(href=feed.url, rel="self", type=_MEDIA_TYPE)
    if feed.hub:
        generator.link(href=feed.hub, rel="hub")
    for relation, place in (("current", feed.current), ("prev-archive", feed.older), ("next-archive", feed.newer)):
        if place:
            generator.link(href=place, rel=relation, type=_MEDIA_TYPE)
    for entry in feed.entries:
        _add(generator, entry)
    data: bytes = generator.atom_str(pretty=True)
    return data


def _mend_feed(root: syndication.Element, feed: model.Feed) -> None:
    """That it is a part of an archive (RFC 5005 4), and what was taken back: at:deleted-entry (RFC 6721 3)."""
    if feed.archive:
        lxml.etree.SubElement(root, f"{{{_HISTORY}}}archive")
    for one in feed.tombstones:
        grave = lxml.etree.SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", ref=one.id, when=one.at.isoformat())
        if one.because:
            lxml.etree.SubElement(grave, f"{{{_TOMBSTONES}}}comment").text = one.because


def _people(authors: tuple[model.Author, ...]) -> list[dict[str, str]]:
    return [syndication.given(name=author.name, uri=author.uri, email=author.email) for author in authors]


def _add(generator: Any, entry: model.Entry) -> None:
    links = _links(entry)
    written = syndication.entry(generator, entry, functools.partial(_mend, entry=entry, links=links))
    written.id(entry.id or syndication.NO_ID)
    written.author(_people(entry.authors))
    written.published(entry.published)
    written.rights(entry.rights or None)
    if links:
        written.link([dict(link) for link in links])
    if entry.summary:
        written.summary(entry.summary, type="text")
    if entry.content or not entry.link:  # RFC 4287 4.1.2: without alternate link there must be content
        written.content(company.content(entry), type="html")
    for category in entry.categories:
        written.category(syndication.given(term=category.term, scheme=category.scheme, label=category.label))


def _links(entry: model.Entry) -> list[dict[str, str]]:
    alternate = [{"href": entry.link, "rel": "alternate"}] if entry.link else []
    enclosed = [
        syndication.given(
            href=enclosure.url,
            rel="enclosure",
            type=enclosure.type,
            length=str(enclosure.length) if enclosure.length else None,
        )
        for enclosure in entry.enclosures
    ]
    mentioned = (*entry.also_at, *entry.covered_by)
    return alternate + enclosed + [_related(mention) for mention in mentioned if mention.link]


def _related(mention: model.Mention) -> dict[str, str]:
    return syndication.given(href=mention.link, rel="related", title=company.called(mention))


def _mend(element: syndication.Element, entry: model.Entry, links: list[dict[str, str]]) -> None:
    for bare, link in zip(element.iterfind("link"), links, strict=True):
        bare.attrib.update(link)
    if entry.language:
        element.set(_LANG, entry.language)
    if entry.image:
        lxml.etree.SubElement(element, f"{{{syndication.MEDIA}}}thumbnail", url=entry.image)
    if entry.origin:
        element.append(_source(entry.origin))


def _source(origin: model.Origin) -> syndication.Element:
    source = lxml.etree.Element("source")
    updated = origin.updated.isoformat() if origin.updated else ""
    for name, value in (("id", origin.id), ("title", origin.title), ("updated", updated), ("rights", origin.rights)):
        if value:
            lxml.etree.SubElement(source, name).text = value
    for rel, href in (("alternate", origin.link), ("self", origin.url)):
        if href:
            lxml.etree.SubElement(source, "link", rel=rel, href=href)
    return source


def read(data: bytes) -> format.Reading:
    """What a file of this format says of itself; raises ValueError when it is none."""
    root = syndication.read(data, f"{{{syndication.ATOM}}}feed")
    written = root.xpath("a:updated | a:entry/a:updated | a:entry/a:published | a:entry/a:source/a:updated", namespaces=_NAMED)
    return format.Reading(
        ids=tuple((entry.findtext("a:id", "", _NAMED) or "").strip() for entry in root.iterfind("a:entry", _NAMED)),
        dates=tuple(dates.from_rfc3339(element.text) for element in written),
    )


FORMAT = format.Format("Atom", ".atom.xml", _MEDIA_TYPE, render, read)
