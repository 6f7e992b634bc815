"""Reads the newsroom's feeds as a stranger would: with feedparser and json, knowing nothing of how they were made."""

from __future__ import annotations

import dataclasses
import datetime
import html
import json
import re

import feedparser

from aggregator import demo
from aggregator.demo.server import Answer, Request
from aggregator.demo.sources import Source

START = datetime.datetime(2031, 5, 6, 12, 0, tzinfo=datetime.UTC)


@dataclasses.dataclass
class Settable:
    """A clock that only a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclasses.dataclass(frozen=True)
class Read:
    """One entry as read."""

    id: str
    title: str
    link: str
    html: str
    published: object
    updated: object

    @property
    def text(self) -> str:
        """The content as one line of text."""
        return plain(self.html)

    @property
    def key(self) -> str:
        """The article's key, which its page is named after."""
        return self.link.partition("?")[0].rpartition("/")[2]


def plain(markup: str) -> str:
    """HTML as one line of text."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?a\b[^>]*>", "", markup)))).strip()


def fold(value: str) -> str:
    """Text on one line."""
    return re.sub(r"\s+", " ", value).strip()


def source(newsroom: demo.Newsroom, slug: str) -> Source:
    """A source by its slug."""
    return next(source for source in newsroom.sources if source.slug == slug)


def answer(newsroom: demo.Newsroom, slug: str, **headers: str) -> Answer:
    """What a source's feed answers now, at its new address if it has moved."""
    asked = source(newsroom, slug)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    said = newsroom.respond(Request(asked.path, fields))
    return newsroom.respond(Request(asked.moved_to, fields)) if said.status == 301 else said


def entries(newsroom: demo.Newsroom, slug: str) -> list[Read]:
    """The entries of a source's feed as it is now."""
    if source(newsroom, slug).format == "json":
        said = answer(newsroom, slug)
        return [
            Read(e["id"], e["title"], e["url"], e["content_html"], e.get("date_published"), e.get("date_modified"))
            for e in json.loads(said.body)["items"]
        ]
    return [read(entry) for entry in parsed(newsroom, slug).entries]


def parsed(newsroom: demo.Newsroom, slug: str) -> feedparser.FeedParserDict:
    """A source's feed as feedparser sees it."""
    said = answer(newsroom, slug)
    headers = {"content-type": said.type}
    return feedparser.parse(said.body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def page(newsroom: demo.Newsroom, link: str) -> Answer:
    """The page behind a link."""
    return newsroom.respond(Request(link.removeprefix(newsroom.base).partition("?")[0], {}))


def date(value: object) -> datetime.datetime:
    """An ISO date."""
    return datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def read(entry: feedparser.FeedParserDict) -> Read:
    """An entry of feedparser's."""
    body = entry.content[0].value if "content" in entry else entry.summary
    given = dict(entry.items())  # feedparser's own lookups answer with other fields, and warn of it
    return Read(given.get("id", ""), entry.title, entry.link, body, given.get("published"), given.get("updated"))
