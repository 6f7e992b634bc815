"""The pages behind entries that only carry a teaser."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
import urllib.parse
import urllib.robotparser

from aggregator.core import config, errors, extract, model, urls
from aggregator.edges import fetch, workers

LONGEST = 60.0  # seconds that the entries of one poll wait for their pages, all together
ROBOTS_AGE = 3600.0  # seconds that a robots.txt is believed
ROBOTS_HOSTS = 1_000  # remembered at once


class Pages:
    """Fetches article pages, one at a time for each poll, where robots.txt lets us (RFC 9309)."""

    def __init__(self, fetcher: fetch.Fetcher, pool: workers.Workers, agent: str) -> None:
        self._fetcher = fetcher
        self._workers = pool
        self._agent = agent
        self._robots: dict[str, tuple[float, urllib.robotparser.RobotFileParser]] = {}

    async def fill(self, source: config.Source, entries: tuple[model.Entry, ...]) -> tuple[model.Entry, ...]:
        """The entries, those that `full_text` asks for with the text of their pages; what fails stays as the feed gave it."""
        if source.full_text == "never":
            return entries
        filled = {entry: entry for entry in entries}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                for entry in entries:
                    if entry.link and (source.full_text == "always" or extract.is_teaser(entry)):
                        filled[entry] = await self._page(entry, entry.link)
        return tuple(filled[entry] for entry in entries)

    async def _page(self, entry: model.Entry, link: str) -> model.Entry:
        try:
            if not await self._allowed(link):
                return entry
            response = await self._fetcher.fetch(link)
            page = await self._workers.run(_filled, entry, response.body, response.content_type, response.url)
            return dataclasses.replace(page or entry, target=response.url)
        except (errors.FetchError, errors.WorkerKilled, errors.ParseError):
            return entry

    async def _allowed(self, link: str) -> bool:
        origin = urllib.parse.urljoin(link, "/")
        read_at, robots = self._robots.get(origin, (0.0, None))
        if robots is None or time.monotonic() - read_at > ROBOTS_AGE:
            robots = urllib.robotparser.RobotFileParser()
            robots.parse(await self._rules(origin))
            self._robots.pop(next(iter(self._robots), "") if len(self._robots) >= ROBOTS_HOSTS else "", None)
            self._robots[origin] = (time.monotonic(), robots)
        return robots.can_fetch(self._agent, link)

    async def _rules(self, origin: str) -> list[str]:
        """The lines of a robots.txt; none there allows all, a server in trouble allows nothing (RFC 9309 2.3.1)."""
        try:
            response = await self._fetcher.fetch(urls.gate("/robots.txt", origin) or origin)
            return response.body.decode("utf-8", "replace").splitlines()
        except errors.StatusError as error:
            return ["User-agent: *", "Disallow: /"] if error.status >= 500 else []
        except errors.FetchError:
            return ["User-agent: *", "Disallow: /"]


def _filled(entry: model.Entry, body: bytes, content_type: str, url: str) -> model.Entry | None:
    page = extract.extract(extract.decode(body, content_type), url)
    return None if page is None else extract.fill(entry, page)
