"""RSS 2.0, by the rules of the RSS Advisory Board and of the W3C validator."""

from __future__ import annotations

import functools
import html
from typing import Any

import lxml.etree

from aggregator.core import model
from aggregator.core.render import company, dates, fit, format, syndication

_MEDIA_TYPE = "application/rss+xml"
_LINK = f"{{{syndication.ATOM}}}link"
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_ANY_TYPE = "application/octet-stream"


def render(feed: model.Feed) -> bytes:
    """The feed as RSS 2.0 in UTF-8, with dc, media, itunes, content and atom elements for what RSS has no word for."""
    feed = fit.fit(feed)
    generator = syndication.document(feed)
    for extension in ("dc", "media", "podcast"):
        generator.load_extension(extension, atom=False)
    generator.description(feed.subtitle or feed.title)
    generator.generator(" ".join((*syndication.signature(), f"({feed.generator})" if feed.generator else "")).strip())
    if feed.url:
        generator.link(href=feed.url, rel="self", type=_MEDIA_TYPE)
    generator.link(href=feed.link, rel="alternate")  # the last one becomes the channel's link
    generator.mending.mend = functools.partial(_mend_channel, feed=feed)
    for entry in feed.entries:
        _add(generator, entry)
    data: bytes = generator.rss_str(pretty=True)
    return data


def _mend_channel(root: syndication.Element, feed: model.Feed) -> None:
    if feed.hub:
        lxml.etree.SubElement(root[0], _LINK, href=feed.hub, rel="hub")
    if any(entry.episode for entry in feed.entries):
        explicit = any(entry.episode.explicit for entry in feed.entries if entry.episode)
        _say(root[0], author=feed.authors[0].name, explicit=str(explicit).lower())
        if feed.image:
            lxml.etree.SubElement(root[0], _ITUNES + "image", href=feed.image)


def _say(element: syndication.Element, **values: str | int | None) -> None:
    """Put what there is into Apple's tags, which feedgen has only some of."""
    for name, value in values.items():
        if value is not None and value != "":
            lxml.etree.SubElement(element, _ITUNES + name).text = str(value)


def _add(generator: Any, entry: model.Entry) -> None:
    item = syndication.entry(generator, entry, functools.partial(_mend_item, entry=entry))
    item.guid(entry.id, permalink=False)
    item.published(entry.published or entry.updated)
    if entry.link:
        item.link(href=entry.link, rel="alternate")
    if entry.summary:
        item.description(html.escape(entry.summary, quote=False))
    if entry.content:
        item.content(company.content(entry), type="html")
    for category in entry.categories:
        item.category(syndication.given(term=category.label or category.term, scheme=category.scheme))
    if entry.origin and entry.origin.url:
        item.source(url=entry.origin.url, title=entry.origin.title)
    _add_extensions(item, entry)


def _add_extensions(item: Any, entry: model.Entry) -> None:
    item.dc.dc_creator([author.name for author in entry.authors])
    item.dc.dc_language(entry.language or None)
    item.dc.dc_rights(entry.rights or None)
    if entry.image:
        item.media.thumbnail(url=entry.image, group=None)  # a group of one would be invalid
    if entry.enclosures:
        first = entry.enclosures[0]
        item.enclosure(first.url, first.length or 0, first.type or _ANY_TYPE)
        if first.duration:
            item.podcast.itunes_duration(str(first.duration))


def _mend_item(item: syndication.Element, entry: model.Entry) -> None:
    if entry.episode:
        one = entry.episode
        explicit = None if one.explicit is None else str(one.explicit).lower()
        _say(item, season=one.season, episode=one.number, episodeType=one.kind, explicit=explicit)
        if entry.image:
            lxml.etree.SubElement(item, _ITUNES + "image", href=entry.image)
    for enclosure in entry.enclosures[1:]:
        length = str(enclosure.length) if enclosure.length else None
        described = syndication.given(href=enclosure.url, type=enclosure.type, length=length)
        lxml.etree.SubElement(item, _LINK, {"rel": "enclosure", **described})


def read(data: bytes) -> format.Reading:
    """What a file of this format says of itself; raises ValueError when it is none."""
    root = syndication.read(data, "rss")
    written = [*root.iterfind("channel/lastBuildDate"), *root.iterfind("channel/item/pubDate")]
    return format.Reading(
        ids=tuple((item.findtext("guid") or "").strip() for item in root.iterfind("channel/item")),
        dates=tuple(dates.from_rfc822(element.text) for element in written),
    )


FORMAT = format.Format("RSS", ".rss.xml", _MEDIA_TYPE, render, read)
