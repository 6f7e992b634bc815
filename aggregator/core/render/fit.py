"""The choke-point before every format: whatever the feed holds, what leaves here can be written in all of them."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Iterator

from aggregator.core import model, text, urls
from aggregator.core.render import dates

_MADE_UP_TITLE = 90  # characters
_MENTIONED_TITLE = 200
_ENOUGH = 4000  # characters of HTML that hold the first words of any article
_NOWHERE = "about:blank"
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]+"
_MEDIA_TYPE = re.compile(rf'{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:{_TOKEN}|"[^"\\]*"))*')
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9;/?:@&=+$._!~*'()%,#-]+")
_EMAIL = re.compile(r"[A-Za-z0-9_+.'-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]+")


def fit(feed: model.Feed) -> model.Feed:
    """The feed with strings that XML can hold, URLs that were gated, and sane dates in UTC.

    The feed has id, title, link, authors and a date of update, and each entry has title, authors and a date of update:
    made from what is nearest where they are missing. What cannot be mended is left out, but for an entry: it stays, and
    when its id is missing or used twice, `check` will refuse the file.
    """
    title = text.one_line(feed.title) or text.one_line(feed.name) or "Untitled"
    updated = _updated(feed)
    url = _url(feed.url)
    link = _url(feed.link) or url or _NOWHERE
    return model.Feed(
        id=text.one_line(feed.id) or url or link,
        name=text.one_line(feed.name),
        title=title,
        subtitle=text.one_line(feed.subtitle),
        link=link,
        url=url,
        updated=updated,
        authors=_authors(feed.authors) or (model.Author(title),),
        rights=text.one_line(feed.rights),
        language=_language(feed.language),
        image=_url(feed.image),
        hub=_url(feed.hub),
        archive=feed.archive,
        current=_url(feed.current),
        older=_url(feed.older),
        newer=_url(feed.newer),
        images=feed.images,
        generator=_url(feed.generator) or "",
        entries=tuple(_entry(entry, title, updated) for entry in feed.entries),
        tombstones=tuple(_tombstones(feed.tombstones)),
    )


def _tombstones(given: tuple[model.Tombstone, ...]) -> Iterator[model.Tombstone]:
    for one in given:
        at, id = dates.sane(one.at), text.one_line(one.id)
        if at and id:
            yield model.Tombstone(id, at, text.one_line(one.because))


def _updated(feed: model.Feed) -> datetime.datetime:
    moments = (dates.sane(entry.updated) or dates.sane(entry.published) for entry in feed.entries)
    return dates.sane(feed.updated) or max((moment for moment in moments if moment), default=dates.EARLIEST)


def _entry(entry: model.Entry, feed_title: str, feed_updated: datetime.datetime) -> model.Entry:
    published = dates.sane(entry.published)
    updated = dates.sane(entry.updated) or published or feed_updated
    origin = _origin(entry.origin, updated) if entry.origin else None
    named = (origin.title if origin else "") or feed_title
    summary = text.printable(entry.summary).strip()
    content = text.printable(entry.content).strip()
    return dataclasses.replace(
        entry,
        id=text.one_line(entry.id),
        title=text.one_line(entry.title) or _first_words(summary, content) or named,
        link=_url(entry.link),
        summary=summary,
        content=content,
        authors=_authors(entry.authors) or (model.Author(named),),
        categories=_categories(entry.categories),
        enclosures=_enclosures(entry.enclosures),
        image=_url(entry.image),
        published=published,
        updated=updated,
        rights=text.one_line(entry.rights),
        language=_language(entry.language),
        origin=origin,
        story=text.one_line(entry.story),
        also_at=_mentions(entry.also_at),
        covered_by=_mentions(entry.covered_by),
        corrections=tuple(_correction(one) for one in entry.corrections),
    )


def _correction(one: model.Correction) -> model.Correction:
    return model.Correction(one.kind, text.one_line(one.before), text.one_line(one.after), dates.sane(one.at))


def _mentions(mentions: tuple[model.Mention, ...]) -> tuple[model.Mention, ...]:
    fitted = (
        model.Mention(
            id=text.one_line(mention.id),
            title=text.shorten(text.one_line(mention.title), _MENTIONED_TITLE),
            link=(link := _url(mention.link)),
            source=text.one_line(mention.source) or urls.host(link or ""),
            published=dates.sane(mention.published),
        )
        for mention in mentions
    )
    return tuple(mention for mention in fitted if mention.source)


def _origin(origin: model.Origin, entry_updated: datetime.datetime) -> model.Origin:
    link, url = _url(origin.link), _url(origin.url)
    return model.Origin(
        id=text.one_line(origin.id) or url or link or "",
        title=text.one_line(origin.title) or urls.host(link or url or ""),
        link=link,
        url=url,
        updated=dates.sane(origin.updated) or entry_updated,
        rights=text.one_line(origin.rights),
    )


def _first_words(summary: str, content: str) -> str:
    return text.shorten(text.one_line(summary) or text.plain(content[:_ENOUGH]), _MADE_UP_TITLE)


@functools.lru_cache(maxsize=16_384)  # an output's addresses come by once for each format, a source's for each entry
def _url(value: str | None) -> str | None:
    return urls.gate(value) if value else None


def _language(value: str) -> str:
    tag = value.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _authors(authors: tuple[model.Author, ...]) -> tuple[model.Author, ...]:
    fitted = (model.Author(text.one_line(author.name), _url(author.uri), _matching(_EMAIL, author.email)) for author in authors)
    return tuple(author for author in fitted if author.name)


def _categories(categories: tuple[model.Category, ...]) -> tuple[model.Category, ...]:
    fitted = (
        model.Category(text.one_line(category.term), _matching(_URI, category.scheme), text.one_line(category.label or "") or None)
        for category in categories
    )
    return tuple(dict.fromkeys(category for category in fitted if category.term))


def _enclosures(enclosures: tuple[model.Enclosure, ...]) -> tuple[model.Enclosure, ...]:
    fitted = []
    for enclosure in enclosures:
        url = _url(enclosure.url)
        if url:
            kind = _matching(_MEDIA_TYPE, enclosure.type)
            fitted.append(model.Enclosure(url, kind, _positive(enclosure.length), _positive(enclosure.duration)))
    return tuple(fitted)


def _matching(pattern: re.Pattern[str], value: str | None) -> str | None:
    value = (value or "").strip()
    return value if pattern.fullmatch(value) else None


def _positive(number: int | None) -> int | None:
    return number if number and number > 0 else None
