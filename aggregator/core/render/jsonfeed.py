"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), our own: feedgen has none."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from aggregator.core import model
from aggregator.core.render import company, dates, fit, format

_VERSION = "https://jsonfeed.org/version/1.1"
_ANY_TYPE = "application/octet-stream"


def render(feed: model.Feed) -> bytes:
    """The feed as JSON Feed 1.1 in UTF-8; what the format has no word for is in `_aggregator` of each item."""
    feed = fit.fit(feed)
    document = _given(
        version=_VERSION,
        title=feed.title,
        home_page_url=feed.link,
        feed_url=feed.url,
        description=feed.subtitle,
        icon=feed.image,
        authors=_people(feed.authors),
        language=feed.language,
        hubs=[{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
        _aggregator=_given(generator=f"Aggregator {feed.generator}") if feed.generator else None,
    )
    document["items"] = [_item(entry) for entry in feed.entries]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _people(authors: tuple[model.Author, ...]) -> list[dict[str, Any]]:
    return [_given(name=author.name, url=author.uri) for author in authors]


def _item(entry: model.Entry) -> dict[str, Any]:
    item = {"id": entry.id} | _given(
        url=entry.link,
        title=entry.title,
        content_html=company.content(entry),
        summary=entry.summary,
        image=entry.image,
        date_published=entry.published.isoformat() if entry.published else None,
        date_modified=entry.updated.isoformat() if entry.updated else None,
        authors=_people(entry.authors),
        tags=[category.label or category.term for category in entry.categories],
        language=entry.language,
        attachments=[_attachment(enclosure) for enclosure in entry.enclosures],
        _aggregator=_given(
            source=_source(entry.origin) if entry.origin else None,
            rights=entry.rights,
            episode=_given(**dataclasses.asdict(entry.episode)) if entry.episode else None,
            also_at=[_mention(mention) for mention in entry.also_at],
            corrections=[_correction(one) for one in entry.corrections],
            story=entry.story,
            covered_by=[_mention(mention) for mention in entry.covered_by],
        ),
    )
    return item if entry.content else item | {"content_text": entry.summary}


def _attachment(enclosure: model.Enclosure) -> dict[str, Any]:
    return _given(
        url=enclosure.url,
        mime_type=enclosure.type or _ANY_TYPE,
        size_in_bytes=enclosure.length,
        duration_in_seconds=enclosure.duration,
    )


def _mention(mention: model.Mention) -> dict[str, Any]:
    published = mention.published.isoformat() if mention.published else None
    return _given(id=mention.id, url=mention.link, title=mention.title, source=mention.source, date_published=published)


def _correction(one: model.Correction) -> dict[str, Any]:
    return _given(kind=one.kind, before=one.before, after=one.after, date=one.at.isoformat() if one.at else None)


def _source(origin: model.Origin) -> dict[str, Any]:
    return _given(id=origin.id, title=origin.title, url=origin.url, link=origin.link, rights=origin.rights)


def read(data: bytes) -> format.Reading:
    """What a file of this format says of itself; raises ValueError when it is none."""
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error
    if not isinstance(document, dict) or document.get("version") != _VERSION or not isinstance(document.get("items"), list):
        raise ValueError("it is no JSON Feed 1.1")
    items = [item if isinstance(item, dict) else {} for item in document["items"]]
    written = [item[name] for item in items for name in ("date_published", "date_modified") if name in item]
    return format.Reading(
        ids=tuple(str(item.get("id") or "") for item in items),
        dates=tuple(dates.from_rfc3339(str(date)) for date in written),
    )


FORMAT = format.Format("JSON Feed", ".json", "application/feed+json", render, read)
