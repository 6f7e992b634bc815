"""The feeds' formats: RSS 2.0, RSS 1.0, Atom and JSON Feed, and the ways in which they are broken."""

from __future__ import annotations

import dataclasses
import datetime
import email.utils
import html
import json
from collections.abc import Callable, Mapping

from aggregator.demo import media
from aggregator.demo.items import Item
from aggregator.demo.sources import Source

_SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)
_ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
_IMPOSSIBLE = "Thu, 31 Feb 2021 25:61:00 GMT"
_AUDIO = "audio/mpeg"


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """What a feed is written from: its source, its own address, the newsroom's, the last change, the items newest first."""

    source: Source
    url: str
    base: str
    updated: datetime.datetime
    items: tuple[Item, ...]


def write(sheet: Sheet) -> tuple[bytes, str]:
    """A feed's bytes and its Content-Type."""
    source = sheet.source
    text = _FORMATS[source.format](sheet)
    if source.format != "json":
        declared = "" if source.declare == "http" else f' encoding="{source.encoding}"'
        text = f'<?xml version="1.0"{declared}?>\n{text}'
    if source.broken == "truncated":
        text = text[: text.index("xmlns:dc") - 20]
    kind = "text/xml" if source.declare == "xml" else TYPES[source.format]
    charset = "" if source.declare == "xml" or source.format == "json" else f"; charset={source.encoding}"
    return text.encode(source.encoding), kind + charset


def _rss(sheet: Sheet) -> str:
    source = sheet.source
    bare = source.broken == "ampersand"
    itunes = f" {_ITUNES}" if source.audio else ""
    head = (
        _tag("title", source.name, bare=bare)
        + _tag("link", f"{sheet.base}/{source.slug}/")
        + _tag("description", source.about, bare=bare)
        + _tag("language", source.language)
        + f'<atom:link href="{_escape(sheet.url)}" rel="self" type="application/rss+xml"/>\n'
        + _tag("lastBuildDate", _mail(sheet.updated))
    )
    items = "".join(f"<item>\n{_rss_item(sheet, item, bare=bare)}</item>\n" for item in sheet.items)
    return f'<rss version="2.0" {_SPACES}{itunes}>\n<channel>\n{head}{items}</channel>\n</rss>\n'


def _rss_item(sheet: Sheet, item: Item, *, bare: bool) -> str:
    source = sheet.source
    title = html.escape(item.title, quote=False) if source.double_escaped else item.title
    link = item.link + ("?issue=7&page=1" if bare else "")
    lines = [_tag("title", title, bare=bare), _tag("link", link, bare=bare), _tag("dc:creator", item.author)]
    if source.guid:
        permanent = item.link.partition("?")[0] if source.permalink else ""
        lines.append(f'<guid isPermaLink="{"true" if permanent else "false"}">{_escape(permanent or item.id)}</guid>\n')
    lines += [_tag("category", category) for category in item.piece.article.categories]
    if item.said is not None or item.piece.article.dated == "wrong":
        lines.append(_tag("pubDate", _mail(item.said) if item.said else _IMPOSSIBLE))
    if source.teaser or source.body == "description":
        lines.append(f"<description>{_escape(item.html)}</description>\n")
    else:
        lines.append(_tag("description", item.summary) + f"<content:encoded><![CDATA[{item.html}]]></content:encoded>\n")
    return "".join(lines) + (_episode(sheet, item) if source.audio else "")


def _episode(sheet: Sheet, item: Item) -> str:
    url = f"{sheet.base}/audio/{item.piece.article.key}.mp3"
    enclosure = f'<enclosure url="{url}" length="{len(media.silence())}" type="{_AUDIO}"/>\n'
    return enclosure + _tag("itunes:duration", item.piece.article.duration) + _tag("itunes:author", item.author)


def _rdf(sheet: Sheet) -> str:
    source, home = sheet.source, f"{sheet.base}/{sheet.source.slug}/"
    listed = "".join(f'<rdf:li rdf:resource="{_escape(item.link)}"/>\n' for item in sheet.items)
    items = "".join(
        f'<item rdf:about="{_escape(item.link)}">\n'
        + _tag("title", item.title)
        + _tag("link", item.link)
        + _tag("dc:creator", item.author)
        + (_tag("dc:date", _iso(item.said)) if item.said else "")
        + "".join(_tag("dc:subject", category) for category in item.piece.article.categories)
        + _tag("description", item.summary)
        + f"<content:encoded><![CDATA[{item.html}]]></content:encoded>\n</item>\n"
        for item in sheet.items
    )
    return (
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {_SPACES}>\n'
        f'<channel rdf:about="{_escape(sheet.url)}">\n'
        + _tag("title", source.name)
        + _tag("link", home)
        + _tag("description", source.about)
        + _tag("dc:language", source.language)
        + f"<items><rdf:Seq>\n{listed}</rdf:Seq></items>\n</channel>\n{items}</rdf:RDF>\n"
    )


def _atom(sheet: Sheet) -> str:
    source, home = sheet.source, f"{sheet.base}/{sheet.source.slug}/"
    entries = "".join(_atom_entry(sheet, item) for item in sheet.items)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{source.language}" xml:base="{_escape(home)}">\n'
        + _tag("id", f"tag:newsroom.example,2020:{source.slug}")
        + _tag("title", source.name)
        + _tag("subtitle", source.about)
        + f'<link rel="self" type="application/atom+xml" href="{_escape(sheet.url)}"/>\n'
        + f'<link rel="alternate" href="{_escape(home)}"/>\n'
        + _tag("updated", _iso(sheet.updated))
        + f"<author>{_tag('name', source.author)}</author>\n{entries}</feed>\n"
    )


def _atom_entry(sheet: Sheet, item: Item) -> str:
    source = sheet.source
    if source.teaser == "cut":
        text = _tag("summary", item.html.removeprefix("<p>").removesuffix("</p>"), bare=True)
    elif source.xhtml:
        text = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{item.html}</div></content>\n'
    else:
        text = f'<content type="html">{_escape(item.html)}</content>\n'
    terms = "".join(f'<category term="{_escape(category)}"/>\n' for category in item.piece.article.categories)
    return (
        "<entry>\n"
        + _tag("id", f"tag:newsroom.example,2020:{item.id}")
        + _tag("title", item.title)
        + f'<link rel="alternate" type="text/html" href="{_escape(item.link)}"/>\n'
        + (_tag("published", _iso(item.said)) if item.said else "")
        + _tag("updated", _iso(item.updated))
        + f"<author>{_tag('name', item.author)}</author>\n{terms}{text}</entry>\n"
    )


def _json(sheet: Sheet) -> str:
    source = sheet.source
    items = [
        {
            "id": item.id,
            "url": item.link,
            "title": item.title,
            "content_html": item.html,
            "summary": item.summary,
            "date_published": _iso(item.said) if item.said else None,
            "date_modified": _iso(item.updated),
            "authors": [{"name": item.author}],
            "tags": list(item.piece.article.categories),
        }
        for item in sheet.items
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.name,
        "home_page_url": f"{sheet.base}/{source.slug}/",
        "feed_url": sheet.url,
        "description": source.about,
        "language": source.language,
        "items": [{name: value for name, value in item.items() if value is not None} for item in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _tag(name: str, value: str, *, bare: bool = False) -> str:
    return f"<{name}>{value if bare else _escape(value)}</{name}>\n"


def _escape(value: str) -> str:
    return html.escape(value)


def _mail(date: datetime.datetime) -> str:
    return email.utils.format_datetime(date, usegmt=True)


def _iso(date: datetime.datetime) -> str:
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


_FORMATS: Mapping[str, Callable[[Sheet], str]] = {"rss": _rss, "rdf": _rdf, "atom": _atom, "json": _json}
