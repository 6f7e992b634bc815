"""A whole page -> its article, by trafilatura (Barbaresi 2021)."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from aggregator.core import text, urls
from aggregator.core.extract import markup, pictures, wall

_LARGEST = 5_000_000  # characters of a page
_NAMES = 20
_ASKED: dict[str, Any] = {"with_metadata": True, "include_comments": False, "include_formatting": True, "include_links": True}


@dataclasses.dataclass(frozen=True, slots=True)
class Extracted:
    """The article of a page. `content` is HTML that is not sanitised; all else is plain text."""

    title: str
    content: str
    text: str  # a blank line between blocks
    published: datetime.datetime | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None
    language: str = ""
    link: str | None = None  # what the page calls its own address, if that is on the same host


def extract(page: str, url: str) -> Extracted | None:
    """The article of a page at `url`; None when there is none, or a wall (see `wall`) stands before it."""
    page = text.printable(page[:_LARGEST])
    try:
        found = _read(page, url)
    except Exception:  # whatever a stranger's page does to a parser, the page has no article then
        return None
    if found is None or wall.is_wall(found.text):
        return None
    return found


def _read(page: str, url: str) -> Extracted | None:
    import trafilatura  # half a second to import, so only where pages are read

    found: Any = trafilatura.bare_extraction(page, url=url or None, **_ASKED)
    blocks = markup.blocks(found.body) if found is not None and found.body is not None else []
    if not blocks:
        return None
    return Extracted(
        title=text.title(found.title or ""),
        content="\n".join(block.html for block in pictures.placed(page, blocks)),
        text="\n\n".join(block.text for block in blocks),
        published=_date(found.date),
        authors=_authors(found.author),
        image=urls.gate(found.image, url) if found.image else None,
        language=text.one_line(found.language or "")[:20],
        link=_own(found.url, url),
    )


def _date(value: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.UTC) if value else None
    except ValueError:
        return None


def _authors(value: str | None) -> tuple[str, ...]:
    names = (text.one_line(name) for name in (value or "").split(";"))
    return tuple(dict.fromkeys(text.shorten(name, 200) for name in names if name))[:_NAMES]


def _own(link: str | None, url: str) -> str | None:
    gated = urls.gate(link, url) if link else None
    return gated if gated and urls.host(gated) == urls.host(url) else None
