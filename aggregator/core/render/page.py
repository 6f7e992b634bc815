"""The page of an output, for people."""

from __future__ import annotations

import dataclasses
import re

import selectolax.lexbor

from aggregator.core import model, text
from aggregator.core.render import company, dates, feeds, fit, format, look

_SUFFIX = ".html"
_SHORT = 700  # characters of HTML that are shown without folding
_TEASER = 320  # characters of a teaser made from content
_ENOUGH = 4000  # characters of HTML that such a teaser is looked for in
_INSECURE = re.compile(r"(<img(?:\s+[\w-]+(?:=\"[^\"]*\")?)*?\s+src=\")http:")  # likewise
_PICTURE = re.compile(r"<img(?:\s+[\w-]+(?:=\"[^\"]*\")?)*\s*/?>")  # as the sanitiser writes it
_KINDS = {"audio": "Audio", "video": "Video", "image": "Image", "text": "Text"}


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """An entry as the page shows it: `content` is either open, or folded behind its teaser."""

    entry: model.Entry
    authors: tuple[str, ...]
    teaser: str
    folded: bool
    media: tuple[tuple[str, str], ...]  # url and description


def render(feed: model.Feed) -> bytes:
    """The feed as an HTML page in UTF-8, without script; nothing on it depends on when it was made."""
    feed = fit.fit(feed)
    stem = (feed.url or feed.name + _SUFFIX).removesuffix(_SUFFIX)
    return look.page(
        "page.html",
        images=feed.images,
        feed=feed,
        articles=[_article(_secured(entry) if feed.images else _bare(entry)) for entry in feed.entries],
        formats=tuple(feeds.FORMATS.values()),
        name=feed.name.rpartition("/")[2],
        private="/" in feed.name,
        also_at=company.ALSO_AT,
        covered_by=company.COVERED_BY,
        called=company.called,
        updates=company.updates,
        stem=stem,
    )


def _bare(entry: model.Entry) -> model.Entry:
    """The entry without its pictures."""
    return dataclasses.replace(entry, image=None, content=_PICTURE.sub("", entry.content))


def _secured(entry: model.Entry) -> model.Entry:
    """The entry with pictures by https only, so that nobody on the way sees what is read; most servers have both."""
    image = entry.image and re.sub("^http:", "https:", entry.image)
    return dataclasses.replace(entry, image=image, content=_INSECURE.sub(r"\1https:", entry.content))


def _article(entry: model.Entry) -> Article:
    folded = len(entry.content) > _SHORT
    teaser = entry.summary
    if folded and not teaser:
        teaser = text.shorten(text.plain(entry.content[:_ENOUGH]), _TEASER)
    source = entry.origin.title if entry.origin else ""
    return Article(
        entry=entry,
        authors=tuple(author.name for author in entry.authors if author.name != source),
        teaser=teaser if folded or not entry.content else "",
        folded=folded,
        media=tuple((enclosure.url, _described(enclosure)) for enclosure in entry.enclosures),
    )


def _described(enclosure: model.Enclosure) -> str:
    kind = (enclosure.type or "").partition("/")
    parts = [_KINDS.get(kind[0].lower(), "PDF" if kind[2].lower() == "pdf" else "File")]
    if enclosure.duration:
        parts.append(_clock(enclosure.duration))
    if enclosure.length:
        parts.append(_size(enclosure.length))
    return " · ".join(parts)


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _size(length: int) -> str:
    return f"{length / 1e6:.1f} MB" if length >= 100_000 else f"{max(1, round(length / 1000))} kB"


def read(data: bytes) -> format.Reading:
    """What a page says of itself; raises ValueError when it is cut off."""
    if not data.rstrip().endswith(b"</html>"):
        raise ValueError("it does not end")
    tree = selectolax.lexbor.LexborHTMLParser(data)
    return format.Reading(
        ids=tuple(article.attributes.get("data-id") or "" for article in tree.css("article[data-id]")),
        dates=tuple(dates.from_rfc3339(time.attributes.get("datetime")) for time in tree.css("time.when")),
    )


FORMAT = format.Format("Page", _SUFFIX, "text/html; charset=utf-8", render, read)
