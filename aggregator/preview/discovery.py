"""The feeds that an address leads to: itself, or those that a web page announces; each with what it would bring."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib

from aggregator import turns
from aggregator.core import config, errors, model, urls
from aggregator.edges import config_file
from aggregator.preview import desk, proof

MOST = 8  # feeds of a page that are looked at
SAMPLE = 3  # titles of entries, the newest


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A feed: address, title, how many entries it shows, of when the newest is, the titles of some; or why it is none."""

    url: str
    title: str = ""
    entries: int = 0
    newest: datetime.datetime | None = None
    sample: tuple[str, ...] = ()
    error: str = ""


def terms(feeds: pathlib.Path) -> config.Config:
    """By which an address is looked at: those of feeds.yaml, if there is one. Raises ConfigError."""
    return config_file.read(feeds).config if feeds.exists() else config.Config()


async def discover(read: config.Config, url: str) -> tuple[Found, ...]:
    """The feeds that an address leads to, in the order of the page.

    Raises FetchError when it cannot be had, ParseError when neither a feed is there nor a page that announces one.
    """
    waiting = turns.Turns(read)
    async with desk.edges(read) as edges:
        document, at = await _read(edges, waiting, url)
        if document.kind == "feed":
            return (_found(at, document.feed),)
        if not document.feeds:
            place = urls.redact(url)
            raise errors.ParseError(
                f"{place}: it is a web page that announces no feed; name the address of its feed, if it has one"
            )
        return tuple([await _tried(edges, waiting, one) for one in document.feeds[:MOST]])


async def _tried(edges: desk.Edges, waiting: turns.Turns, url: str) -> Found:
    try:
        document, at = await _read(edges, waiting, url)
    except (errors.FetchError, errors.ParseError, errors.WorkerKilled) as error:
        return Found(url, error=str(error))
    return _found(at, document.feed) if document.kind == "feed" else Found(url, error="it is a web page, not a feed")


async def _read(edges: desk.Edges, waiting: turns.Turns, url: str) -> tuple[proof.Document, str]:
    """What stands at an address, and the address itself, or where it has moved for good."""
    async with waiting.at(url):
        response = await edges.fetcher.fetch(url)
    document = await edges.workers.run(proof.reading, response, edges.limits.entries, edges.limits.entry)
    return document, response.moved_to or url


def _found(url: str, feed: model.Feed) -> Found:
    dated = sorted(feed.entries, key=_date, reverse=True)
    newest = _date(dated[0]) if dated else _NEVER
    return Found(
        url,
        feed.title,
        len(feed.entries),
        newest if newest > _NEVER else None,
        tuple(one.title for one in dated[:SAMPLE] if one.title),
    )


_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def _date(entry: model.Entry) -> datetime.datetime:
    return entry.published or entry.updated or _NEVER
