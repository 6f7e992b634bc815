"""What feedparser read of one entry, as an Entry.

feedparser puts elements that it does not know under their own name beside those that it does, so any key may hold anything.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterator, Mapping

from aggregator.core import model
from aggregator.core.parse import dates, fields, media, people

CATEGORIES = 100  # of one entry
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HTML = ("text/html", "application/xhtml+xml", "html", "xhtml")


@dataclasses.dataclass(frozen=True, slots=True)
class Around:
    """What an entry depends on of its document."""

    base: str  # the address of the document: relative addresses start here
    longest: int = 1_000_000  # characters of HTML
    language: str = ""
    atom: bool = False  # Atom says which texts are plain; in RSS all may be HTML
    doubled: bool = False  # it has summaries of other vocabularies, which feedparser takes for content
    ids: Mapping[str, str] = dataclasses.field(default_factory=dict)  # relative ids by what feedparser resolved them to


def entry(raw: Mapping[str, object], around: Around) -> model.Entry:
    """One entry, every text bounded and every address gated."""
    link = _link(raw, around)
    title = text_of(raw, "title", plain=around.atom)
    summary, content = _bodies(raw, around)
    enclosures = _enclosures(raw, around.base)
    language = fields.language(raw.get("language"), *(detail.get("language") for detail in _details(raw)), around.language)
    return model.Entry(
        id=fields.identity(_own_id(raw, around)),
        title=title,
        link=link,
        summary=summary,
        content=content,
        authors=authors(raw, around.base),
        categories=_categories(raw),
        enclosures=enclosures,
        episode=media.episode(raw),
        image=_image(raw, enclosures, around.base),
        published=published(raw, around),
        updated=date_of(raw, "updated", around.language),
        rights=text_of(raw, "rights", plain=around.atom),
        language=language,
        base=_base(raw, around) or link or around.base,
    )


def mappings(raw: Mapping[str, object], key: str) -> list[dict[str, object]]:
    """What is a list of dictionaries under this key, as plain ones; empty for anything else."""
    found = raw.get(key)
    if not isinstance(found, list):
        return []
    return [dict(one) for one in found if isinstance(one, dict)]


def mapping(raw: Mapping[str, object], key: str) -> dict[str, object]:
    """What is a dictionary under this key, as a plain one; empty for anything else."""
    found = raw.get(key)
    return dict(found) if isinstance(found, dict) else {}


def text_of(raw: Mapping[str, object], key: str, *, plain: bool) -> str:
    """A text construct as one line; `plain`: its declared type is believed (RFC 4287 3.1.1)."""
    value = raw.get(key)
    if not plain or not isinstance(value, str):
        return fields.line(value)
    if mapping(raw, key + "_detail").get("type") == "text/plain":
        return fields.plain_line(value)
    return fields.html_line(value)


def date_of(raw: Mapping[str, object], key: str, language: str) -> datetime.datetime | None:
    """One of the dates that feedparser names."""
    return dates.date(raw.get(key), raw.get(key + "_parsed"), language)


def published(raw: Mapping[str, object], around: Around) -> datetime.datetime | None:
    """When it came out; RSS 1.0 and old feeds have only dc:date for it, which feedparser calls updated."""
    found = date_of(raw, "published", around.language) or date_of(raw, "created", around.language)
    return found if found or around.atom else date_of(raw, "updated", around.language)


def authors(raw: Mapping[str, object], base: str) -> tuple[model.Author, ...]:
    """Of an entry or a feed: author, dc:creator, itunes:author."""
    found = mappings(raw, "authors")
    if found:
        found[-1] = people.whole(found[-1], raw.get("author"))
    return people.distinct(people.person(one.get("name"), one.get("href"), one.get("email"), base) for one in found)


def related(raw: Mapping[str, object], relation: str, base: str) -> Iterator[str]:
    """The gated addresses of the links with this relation (RFC 4287 4.2.7)."""
    for link in mappings(raw, "links"):
        if link.get("rel") == relation and (gated := fields.address(link.get("href"), base)):
            yield gated


def _own_id(raw: Mapping[str, object], around: Around) -> object:
    known = raw.get("id")
    return around.ids.get(known, known) if isinstance(known, str) else None


def _link(raw: Mapping[str, object], around: Around) -> str | None:
    """The article's address: where FeedBurner took it from, else its link, else a guid that is an address, else any alternate."""
    known, own = raw.get("link"), _own_id(raw, around)
    from_id = known == raw.get("id") and not any(link.get("href") == known for link in mappings(raw, "links"))
    if from_id and isinstance(own, str) and not own.startswith("/") and not _ABSOLUTE.match(own):
        known = None
    return (
        fields.address(raw.get("feedburner_origlink"))
        or fields.address(known, around.base)
        or next(related(raw, "alternate", around.base), None)
    )


def _details(raw: Mapping[str, object]) -> list[dict[str, object]]:
    return [*mappings(raw, "content"), mapping(raw, "summary_detail"), mapping(raw, "title_detail")]


def _base(raw: Mapping[str, object], around: Around) -> str | None:
    """The xml:base of its texts, None if there is none or it is the document's address anyway."""
    for detail in _details(raw):
        gated = fields.address(detail.get("base"), around.base)
        if gated and gated != around.base:
            return gated
    return None


def _bodies(raw: Mapping[str, object], around: Around) -> tuple[str, str]:
    """Summary and content as HTML. feedparser copies a lone content to the summary: that is none."""
    detail = mapping(raw, "summary_detail")
    summary = _body(detail, around) if detail else ""
    content = max((_body(one, around) for one in mappings(raw, "content")), key=len, default="")
    if around.doubled and len(content) <= len(summary):
        return summary, ""
    return summary, content


def _body(detail: Mapping[str, object], around: Around) -> str:
    kind, value = detail.get("type"), detail.get("value")
    if kind in _HTML:
        return fields.markup(value, around.longest)
    if isinstance(kind, str) and kind.startswith("text/"):
        return fields.paragraphs(value, around.longest)
    return ""


def _categories(raw: Mapping[str, object]) -> tuple[model.Category, ...]:
    found: dict[tuple[str, str | None], model.Category] = {}
    for tag in mappings(raw, "tags")[: 2 * CATEGORIES]:
        label = fields.line(tag.get("label"), fields.NAME) or None
        term = fields.line(tag.get("term"), fields.NAME) or label
        scheme = fields.line(tag.get("scheme")) or None
        if term:
            found.setdefault((term, scheme), model.Category(term, scheme, label))
    return tuple(found.values())[:CATEGORIES]


def _enclosures(raw: Mapping[str, object], base: str) -> tuple[model.Enclosure, ...]:
    lasting = media.seconds(raw.get("itunes_duration"))
    linked = (
        media.enclosure(link.get("href"), base, link.get("type"), link.get("length"), lasting)
        for link in mappings(raw, "links")
        if link.get("rel") == "enclosure"
    )
    outside = (media.enclosure(one.get("src"), base, one.get("type")) for one in mappings(raw, "content") if one.get("src"))
    return media.distinct([*linked, *outside, *media.attached(mappings(raw, "media_content"), base)])


def _image(raw: Mapping[str, object], enclosures: tuple[model.Enclosure, ...], base: str) -> str | None:
    """Of Media RSS, else itunes:image, else an attached picture."""
    return (
        media.picture(mappings(raw, "media_thumbnail"), mappings(raw, "media_content"), base)
        or fields.address(mapping(raw, "image").get("href"), base)
        or next((one.url for one in enclosures if one.type and one.type.startswith("image/")), None)
    )
