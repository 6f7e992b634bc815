"""JSON Feed 1.0 and 1.1 (jsonfeed.org): what is of the wrong type is as if it were not there."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Set

import aggregator
from aggregator.core import errors, model, text
from aggregator.core.parse import choose, dates, fields, media, people, reading

_DIGITS = 18  # of an integer that is read as one
_VERSION = "jsonfeed.org/version/"
_TAGS = 100


def read(data: bytes, url: str, *, entries: int, longest: int, known: Set[str] = frozenset()) -> reading.Reading:
    """UTF-8 JSON as a feed; `url` is where it came from. ParseError when it is none.

    Items whose stamps are `known` are left out: each stands for itself.
    """
    document = _loaded(data)
    if not isinstance(document, dict) or _VERSION not in str(document.get("version")):
        raise errors.ParseError("it is JSON, but no JSON Feed: there is no version of jsonfeed.org in it")
    items = document.get("items")
    if not isinstance(items, list):
        raise errors.ParseError("it is a JSON Feed without a list of items")
    head = _head(document, url)
    found = [item for item in items if isinstance(item, dict)]
    stamps = _stamps(found, (url, longest, head.language))
    unfit = "more entries than are kept" if len(found) > entries else "" if len(stamps) == len(found) else "nested too deep"
    if unfit:
        newest = choose.newest(found, _date, entries)
        return reading.at_once(head, [_entry(item, head, url, longest) for item in newest], unfit)
    rest = [(stamp, _entry(item, head, url, longest)) for stamp, item in zip(stamps, found, strict=True) if stamp not in known]
    return reading.told(head, rest, tuple(stamp for stamp in stamps if stamp in known))


def _stamps(items: list[dict[str, object]], around: tuple[object, ...]) -> list[str]:
    """For each item what changes when anything of it does, or of what its meaning hangs on; empty if that cannot be told."""
    try:
        return [text.digest(aggregator.__version__, repr(around), repr(item)) for item in items]
    except RecursionError:
        return []


def _loaded(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8", "replace"), parse_int=_integer, parse_constant=lambda _name: None, strict=False)
    except RecursionError:
        raise errors.ParseError("it is JSON that is nested too deep") from None
    except json.JSONDecodeError as error:
        raise errors.ParseError(f"it is broken JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _head(document: dict[str, object], url: str) -> model.Feed:
    return model.Feed(
        title=fields.plain_line(document.get("title")),
        subtitle=fields.plain_line(document.get("description")),
        link=fields.address(document.get("home_page_url"), url),
        url=fields.address(document.get("feed_url"), url) or fields.address(url),
        authors=_authors(document, url),
        language=fields.language(document.get("language")),
        image=fields.address(document.get("icon"), url) or fields.address(document.get("favicon"), url),
        hubs=fields.hubs(_hubs(document, url)),
        generator=_generator(document),
    )


def _generator(document: dict[str, object]) -> str:
    """Our own extension: the format has no word for it."""
    extension = document.get("_aggregator")
    return fields.plain_line(extension.get("generator")) if isinstance(extension, dict) else ""


def _entry(item: dict[str, object], head: model.Feed, url: str, longest: int) -> model.Entry:
    link = fields.address(item.get("url"), url) or fields.address(item.get("external_url"), url)
    return model.Entry(
        id=_id(item.get("id")),
        title=fields.plain_line(item.get("title")),
        link=link,
        summary=fields.paragraphs(item.get("summary"), longest),
        content=fields.markup(item.get("content_html"), longest) or fields.paragraphs(item.get("content_text"), longest),
        authors=_authors(item, url),
        categories=_categories(item),
        enclosures=media.distinct(_enclosures(item, url)),
        image=fields.address(item.get("image"), url) or fields.address(item.get("banner_image"), url),
        published=_moment(item, "date_published"),
        updated=_moment(item, "date_modified"),
        language=fields.language(item.get("language"), head.language),
        base=link or url,
    )


def _id(value: object) -> str:
    """Ids should be strings; a number is taken for its digits (jsonfeed.org/version/1.1, Items)."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return fields.identity(value)


def _moment(item: dict[str, object], key: str) -> datetime.datetime | None:
    return dates.date(item.get(key))


def _date(item: dict[str, object]) -> datetime.datetime | None:
    return _moment(item, "date_published") or _moment(item, "date_modified")


def _objects(found: object) -> list[dict[str, object]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _authors(of: dict[str, object], url: str) -> tuple[model.Author, ...]:
    """`authors`, else the `author` of version 1; a bare string is a name."""
    given = of.get("authors") or of.get("author")
    listed = given if isinstance(given, list) else [given]
    found = [one if isinstance(one, dict) else {"name": one} for one in listed[: people.MOST]]
    return people.distinct(people.person(one.get("name"), one.get("url"), base=url) for one in found)


def _categories(item: dict[str, object]) -> tuple[model.Category, ...]:
    tags = item.get("tags")
    terms = (fields.plain_line(tag, fields.NAME) for tag in tags[:_TAGS]) if isinstance(tags, list) else ()
    return tuple(model.Category(term) for term in dict.fromkeys(terms) if term)


def _enclosures(item: dict[str, object], url: str) -> Iterator[model.Enclosure | None]:
    for one in _objects(item.get("attachments")):
        yield media.enclosure(one.get("url"), url, one.get("mime_type"), one.get("size_in_bytes"), one.get("duration_in_seconds"))


def _hubs(document: dict[str, object], url: str) -> Iterator[str]:
    for hub in _objects(document.get("hubs")):
        if str(hub.get("type")).lower() == "websub" and (gated := fields.address(hub.get("url"), url)):
            yield gated
