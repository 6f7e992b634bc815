"""What goes into a feed for one piece: addresses, id, dates and HTML, for whatever format writes them."""

from __future__ import annotations

import dataclasses
import datetime
import html
import urllib.parse

from aggregator.demo import compose, media
from aggregator.demo.compose import Block
from aggregator.demo.script import Calendar, Piece

_CAMPAIGN = "?utm_source=feed&utm_medium=rss&utm_campaign="
_FAR = datetime.timedelta(days=400)
MORE = "Continue reading"  # under a teaser


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One piece as a feed shows it; `published` is what a careful reader takes for its date, `said` what the feed says."""

    piece: Piece
    id: str
    link: str
    title: str
    html: str
    summary: str
    author: str
    published: datetime.datetime | None
    said: datetime.datetime | None
    updated: datetime.datetime


def path(piece: Piece) -> str:
    """Where the article's page is."""
    folder = "archive" if piece.article.blocked else "articles"
    return f"/{piece.source.slug}/{folder}/{piece.article.key}"


def item(piece: Piece, seconds: float, calendar: Calendar, base: str) -> Item:
    """A piece at a second of the script, for a newsroom at `base`."""
    published, dated = calendar.published(piece), piece.article.dated
    return Item(
        piece=piece,
        id=f"{piece.source.slug}-{piece.article.key}",
        link=_link(piece, base),
        title=compose.title(piece, seconds),
        html=body(piece, seconds, calendar, base),
        summary=" ".join(compose.sentences(compose.teaser(piece, seconds))[:1]),
        author=piece.source.author if piece.copy else piece.article.author or piece.source.author,
        published=published if dated == "right" else None,
        said={"right": published, "future": calendar.start + _FAR}.get(dated),
        updated=calendar.updated(piece, seconds),
    )


def _link(piece: Piece, base: str) -> str:
    if piece.copy and piece.copy.link_only:
        return f"{base}/{piece.original.slug}/articles/{piece.article.key}{_CAMPAIGN}{piece.source.slug}"
    return base + path(piece) + (_CAMPAIGN + urllib.parse.quote(piece.source.slug) if piece.source.tracking else "")


def carried(piece: Piece, seconds: float, year: int) -> tuple[Block, ...]:
    """The blocks that stand in the feed: all of them, or those of a teaser."""
    if piece.copy and piece.copy.link_only:
        return (dataclasses.replace(compose.teaser(piece, seconds), lead=""),)
    if piece.source.teaser:
        return (compose.teaser(piece, seconds),)
    return compose.blocks(piece, seconds, year)


def body(piece: Piece, seconds: float, calendar: Calendar, base: str) -> str:
    """The HTML in the feed, pictures, pixel and all."""
    parts = [compose.markup(block) for block in carried(piece, seconds, calendar.start.year)]
    if piece.source.teaser == "sentences":
        parts[-1] = parts[-1].removesuffix("</p>") + f' <a href="{html.escape(_link(piece, base))}">{MORE} →</a></p>'
    if not piece.source.teaser and not (piece.copy and piece.copy.link_only):
        parts[1:1] = picture(piece, base)
        parts[-1] = parts[-1].replace("Read Full Article", f'<a href="{base}/{piece.original.slug}/">Read Full Article</a>')
    if piece.source.pixel:
        parts.append(f'<img src="{base}/pixel.gif?post={piece.article.key}" width="1" height="1" alt="" />')
    return "\n".join(parts)


def picture(piece: Piece, base: str) -> list[str]:
    """The article's picture as HTML, with its caption where the source prints one beside it; nothing for sources without."""
    kind = piece.source.images or "none"
    if kind == "none" or piece.source.captions == "lone":
        return []
    image = _image(piece, kind, base)
    caption = piece.article.caption if piece.copy is None else ""
    return [f"<figure>{image}<figcaption>{html.escape(caption)}</figcaption></figure>" if caption else f"<p>{image}</p>"]


def _image(piece: Piece, kind: str, base: str) -> str:
    name = f"/img/{piece.source.slug}/{piece.article.key}"
    if kind == "lazy":
        return f'<img src="{media.PLACEHOLDER}" data-src="{name}.svg" class="lazyload" loading="lazy" alt="" />'
    where = base if kind == "svg" and not piece.source.xhtml else ""
    return f'<img src="{where}{name}.{kind}" width="{media.WIDTH}" height="{media.HEIGHT}" alt="" />'
