"""The newsroom: what its sources show at a second of their script, over HTTP on 127.0.0.1."""

from __future__ import annotations

import datetime
import email.utils
import gzip
import hashlib
import math
import time
from collections.abc import Callable

from aggregator.demo import compose, expectations, formats, items, listing, media, pages, script, server, sources
from aggregator.demo.server import Answer, Request
from aggregator.demo.sources import Source

_PICTURES = {".svg": (media.svg, "image/svg+xml"), ".png": (media.png, "image/png")}


class Newsroom:
    """A local web server of made-up sources.

    What it shows is a function of the seed and the seconds since `start()`, which `clock` counts (any origin; real seconds by
    default) and `speed` multiplies; only the source that rate-limits remembers when it was asked. `start` is the date of second 0.
    """

    def __init__(
        self, *, seed: int = 1, start: datetime.datetime, speed: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.sources = sources.load()
        self.base = ""  # http://127.0.0.1:PORT once started
        self._pieces = script.write(seed)
        self._calendar = script.Calendar(start.astimezone(datetime.UTC).replace(microsecond=0), speed)
        self._clock = clock
        self._origin = clock()
        self._answered: dict[str, float] = {}
        self._server = server.Server(self.respond)

    async def start(self, port: int = 0) -> None:
        """Serve on a port of 127.0.0.1 (0: a free one); the script begins. Raises OSError when the port is taken."""
        self.base = f"http://127.0.0.1:{await self._server.start(port)}"
        self._origin = self._clock()

    async def stop(self) -> None:
        """Stop serving; open connections are dropped."""
        await self._server.stop()

    @property
    def seconds(self) -> float:
        """How far the script is."""
        return (self._clock() - self._origin) * self._calendar.speed

    @property
    def length(self) -> float:
        """The second of the script after which nothing happens any more."""
        return script.length(self._pieces)

    def url(self, source: Source) -> str:
        """The address of a source's feed, as feeds.yaml names it."""
        return self.base + source.path

    def feeds_yaml(self, **extra: object) -> str:
        """A feeds.yaml for a daemon on top; `extra` settings (data, output, listen …) go into it, strings as YAML writes them."""
        return listing.feeds_yaml(self.sources, self.base, extra)

    def expected(self, seconds: float, *, since: float = 0.0) -> tuple[expectations.Expected, ...]:
        """What a reader has to publish that reads from second `since` to `seconds` of the script."""
        return expectations.articles(self._pieces, seconds, since, self._calendar)

    def troubles(self, seconds: float) -> tuple[expectations.Trouble, ...]:
        """The sources that a reader has to report by then."""
        return expectations.troubles(self.sources, seconds)

    def respond(self, request: Request) -> Answer:
        """The answer to a request at this moment."""
        if "." in request.path.rpartition("/")[2]:
            return self._file(request)
        return self._page(request.path) or Answer(b"<!doctype html><title>404</title><p>No such page.", status=404)

    def _file(self, request: Request) -> Answer:
        name = request.path.rpartition("/")[2]
        stem, suffix = name[: name.rindex(".")], name[name.rindex(".") :]
        if request.path == "/robots.txt":
            return Answer(pages.robots(self._pieces).encode(), "text/plain; charset=utf-8")
        if request.path == "/pixel.gif":
            return Answer(media.PIXEL, "image/gif")
        if request.path.startswith("/img/") and suffix in _PICTURES:
            draw, kind = _PICTURES[suffix]
            return Answer(draw(stem), kind)
        if request.path.startswith("/audio/") and suffix == ".mp3":
            return Answer(media.silence(), "audio/mpeg")
        source = next((source for source in self.sources if request.path in (source.path, source.moved_to)), None)
        return self._feed(source, request) if source else Answer(status=404)

    def _feed(self, source: Source, request: Request) -> Answer:
        now = self.seconds
        if source.gone_at is not None and source.gone_at <= now:
            return Answer(b"<!doctype html><title>410</title><p>This paper has ceased to appear.", status=410)
        moved = source.moved_at is not None and source.moved_at <= now
        if moved and request.path != source.moved_to:
            return Answer(status=301, headers=(("Location", self.base + source.moved_to),))
        if source.moved_to and not moved and request.path == source.moved_to:
            return Answer(status=404)
        wait = self._answered.get(source.slug, -math.inf) + source.limit - self._clock() if source.limit else 0.0
        if wait > 0:
            return Answer(status=429, headers=(("Retry-After", str(math.ceil(wait))),))
        self._answered[source.slug] = self._clock()
        return self._sheet(source, request, now)

    def _sheet(self, source: Source, request: Request, now: float) -> Answer:
        shelf = script.shelf(self._pieces, source, now)
        updated = max((self._calendar.updated(piece, now) for piece in shelf), default=self._calendar.start)
        entries = tuple(items.item(piece, now, self._calendar, self.base) for piece in shelf)
        body, kind = formats.write(formats.Sheet(source, self.base + request.path, self.base, updated, entries))
        return _conditional(source, request, Answer(body, kind), updated)

    def _page(self, path: str) -> Answer | None:
        now = self.seconds
        if path == "/":
            shelves = [script.shelf(self._pieces, source, now) for source in self.sources]
            return Answer(pages.front(self.sources, shelves, now).encode())
        for source in self.sources:
            if path == f"/{source.slug}/":
                return Answer(pages.home(source, script.shelf(self._pieces, source, now), now, self.base).encode())
            if path in compose.asides(source):
                return Answer(pages.aside(source).encode())
        shown = [piece for piece in self._pieces if piece.at <= now]
        found = next((piece for piece in shown if items.path(piece) == path), None)
        if found is None:
            return None
        others = [piece for piece in reversed(shown) if piece.source == found.source and piece is not found]
        return Answer(pages.article(found, others, now, self._calendar, self.base).encode())


def _conditional(source: Source, request: Request, answer: Answer, changed: datetime.datetime) -> Answer:
    """The answer with validators, coded if the reader takes that, or 304 if it has this one already (RFC 9110 13.1)."""
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    headers = [("Last-Modified", email.utils.format_datetime(changed, usegmt=True))] if source.validators != "none" else []
    headers += [("ETag", etag)] if source.validators == "both" else []
    if ("if-none-match" in request.headers and source.validators == "both" and etag in request.headers["if-none-match"]) or (
        "if-none-match" not in request.headers and headers and _since(request.headers.get("if-modified-since", ""), changed)
    ):
        return Answer(status=304, headers=tuple(headers))
    if source.gzip and "gzip" in request.headers.get("accept-encoding", ""):
        coded = (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
        return Answer(gzip.compress(answer.body, mtime=0), answer.type, headers=(*headers, *coded))
    return Answer(answer.body, answer.type, headers=tuple(headers))


def _since(value: str, changed: datetime.datetime) -> bool:
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return False
    return (date if date.tzinfo else date.replace(tzinfo=datetime.UTC)) >= changed
