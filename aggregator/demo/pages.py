"""The newsroom's pages for people: its front page, the sources' homes, the articles with all that surrounds them."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Sequence

from aggregator.demo import compose, formats, items
from aggregator.demo.script import Calendar, Piece
from aggregator.demo.sources import Source

_STYLE = (
    "<style>body{font:17px/1.6 Georgia,serif;margin:0 auto;max-width:58rem;padding:1rem;color:#222;background:#fdfcf9}"
    "header nav a{margin-right:1rem}main{max-width:40rem}aside,footer,.cookies{font-size:.85rem;color:#555}"
    ".cookies{border:1px solid #ccc;padding:.5rem}img{max-width:100%;height:auto}td{vertical-align:top;padding:.3rem .8rem .3rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#17191c}a{color:#9cf}aside,footer,.cookies{color:#aaa}}</style>"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Chrome:
    """What every page of a source says around the article."""

    cookies: str
    menu: tuple[str, ...]
    signup: str
    popular: str
    footer: str

    @property
    def phrases(self) -> tuple[str, ...]:
        """The lines that no reader wants in the article; the menu's single words are too common to look for."""
        return (self.cookies, self.signup, self.popular, self.footer)


def chrome(source: Source, year: int) -> Chrome:
    """A source's page furniture."""
    return Chrome(
        cookies=f"{source.name} and its partners use cookies to remember that you do not like cookies.",
        menu=("News", "Harbour", "Opinion", "Tides", "Puzzles", "Jobs"),
        signup=f"Never miss a tide: get {source.name} in your inbox every morning.",
        popular=f"Most read in {source.name} this week",
        footer=f"© {year} {source.name}. Made up from the first word to the last. All rights reserved.",
    )


def article(piece: Piece, others: Sequence[Piece], seconds: float, calendar: Calendar, base: str) -> str:
    """The page of an article: header, navigation, the article, a sidebar, a footer, a cookie line."""
    source, around = piece.source, chrome(piece.source, calendar.start.year)
    name, cookies = html.escape(source.name), html.escape(around.cookies)
    said = items.item(piece, seconds, calendar, base)
    parts = [compose.markup(block) for block in compose.blocks(piece, seconds, calendar.start.year)]
    parts[1:1] = items.picture(piece, base)
    body = "\n".join(parts)
    date = f'<time datetime="{said.published:%Y-%m-%dT%H:%M:%SZ}">{said.published:%d %B %Y}</time>' if said.published else ""
    return _page(
        source.language,
        said.title,
        f'<link rel="canonical" href="{base}{items.path(piece)}">{_feed_link(source, base)}',
        f'<div class="cookies" role="dialog">{cookies} <button>Accept</button></div>\n'
        f'<header class="site-header"><a href="/{source.slug}/">{name}</a>{_menu(source, around)}</header>\n'
        f"<main><article>\n<header><h1>{html.escape(said.title)}</h1>\n"
        f'<p class="byline">By {html.escape(said.author)} {date}</p></header>\n'
        f'<div class="article-body">\n{body}\n</div>\n</article></main>\n'
        f"{_sidebar(around, others, seconds)}\n"
        f'<footer class="site-footer"><p>{html.escape(around.footer)}</p></footer>',
    )


def _menu(source: Source, around: Chrome) -> str:
    links = "".join(f'<li><a href="/{source.slug}/#{word.lower()}">{word}</a></li>' for word in around.menu)
    return f'<nav class="menu"><ul>{links}</ul></nav>'


def _sidebar(around: Chrome, others: Sequence[Piece], seconds: float) -> str:
    form = (
        f'<form class="newsletter"><p>{html.escape(around.signup)}</p>'
        '<input type="email" placeholder="E-mail"><button>Go</button></form>'
    )
    popular = html.escape(around.popular)
    return f'<aside class="sidebar">{form}<h3>{popular}</h3><ul>{_links(others[:5], seconds)}</ul></aside>'


def _links(pieces: Sequence[Piece], seconds: float) -> str:
    titles = ((items.path(piece), html.escape(compose.title(piece, seconds))) for piece in pieces)
    return "".join(f'<li><a href="{path}">{title}</a></li>' for path, title in titles)


def home(source: Source, shelf: Sequence[Piece], seconds: float, base: str) -> str:
    """A source's front page."""
    return _page(
        source.language,
        source.name,
        _feed_link(source, base),
        f'<h1>{html.escape(source.name)}</h1><p>{html.escape(source.about)}. <a href="{source.path}">Feed</a></p>'
        f"<ul>{_links(shelf, seconds)}</ul>"
        '<p><a href="/">All sources</a></p>',
    )


def front(sources: Sequence[Source], shelves: Sequence[Sequence[Piece]], seconds: float) -> str:
    """The newsroom's front page: who publishes here, where, and what is special about it."""
    rows = "".join(
        f'<tr><td><a href="/{source.slug}/">{html.escape(source.name)}</a></td><td><a href="{source.path}">feed</a></td>'
        f"<td>{len(shelf)}</td><td>{html.escape(source.note)}</td></tr>"
        for source, shelf in zip(sources, shelves, strict=True)
    )
    return _page(
        "en",
        "The demo newsroom",
        "",
        f"<h1>The demo newsroom</h1><p>{len(sources)} sources, all of them made up, {seconds:.0f} seconds into their script.</p>"
        f"<table><tr><th>Source</th><th></th><th>Articles</th><th>What is special</th></tr>{rows}</table>",
    )


def aside(source: Source) -> str:
    """The page behind a link inside an article."""
    return _page(
        source.language,
        source.name,
        "",
        f'<h1>{html.escape(source.name)}</h1><p>This page is short. <a href="/{source.slug}/">Back</a></p>',
    )


def robots(pieces: Sequence[Piece]) -> str:
    """The newsroom's robots.txt (RFC 9309): everything is open but the pages of blocked articles."""
    closed = sorted(items.path(piece) for piece in pieces if piece.article.blocked)
    return "User-agent: *\nAllow: /\n" + "".join(f"Disallow: {path}\n" for path in closed)


def _feed_link(source: Source, base: str) -> str:
    kind, name = formats.TYPES[source.format], html.escape(source.name)
    return f'<link rel="alternate" type="{kind}" title="{name}" href="{base}{source.path}">'


def _page(language: str, title: str, head: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title>{head}{_STYLE}</head>\n<body>\n{body}\n</body></html>\n"
    )
