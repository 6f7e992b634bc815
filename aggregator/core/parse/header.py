"""What feedparser read of a feed's head, as a Feed without entries."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.core import model
from aggregator.core.parse import entry, fields


def header(raw: Mapping[str, object], url: str, *, atom: bool) -> model.Feed:
    """The head of the document at `url`, every text bounded and every address gated."""
    language = fields.language(raw.get("language"))
    return model.Feed(
        id=fields.identity(raw.get("id")),
        title=entry.text_of(raw, "title", plain=atom),
        subtitle=entry.text_of(raw, "subtitle", plain=atom),
        link=fields.address(raw.get("link"), url) or next(entry.related(raw, "alternate", url), None),
        url=next(entry.related(raw, "self", url), None) or fields.address(url),
        updated=entry.date_of(raw, "updated", language) or entry.date_of(raw, "published", language),
        authors=entry.authors(raw, url),
        rights=entry.text_of(raw, "rights", plain=atom),
        language=language,
        image=_image(raw, url),
        hubs=fields.hubs(entry.related(raw, "hub", url)),
        generator=_generator(raw),
    )


def _generator(raw: Mapping[str, object]) -> str:
    detail = entry.mapping(raw, "generator_detail")
    return " ".join(filter(None, (fields.plain_line(raw.get("generator")), fields.plain_line(detail.get("href")))))


def _image(raw: Mapping[str, object], url: str) -> str | None:
    offered = (entry.mapping(raw, "image").get("href"), raw.get("logo"), raw.get("icon"))
    return next((gated for one in offered if (gated := fields.address(one, url))), None)
