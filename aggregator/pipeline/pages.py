"""The pages behind entries that only carry a teaser."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import time
import urllib.parse
import urllib.robotparser
from collections.abc import Callable, Sequence
from typing import Protocol

from aggregator.core import config, errors, extract, hosts, model, urls
from aggregator.edges import fetch, workers

LONGEST = 60.0  # seconds that the entries of one poll wait for their pages, all together
AGAIN = 3.0  # seconds before a page that failed is asked for once more, while its entry waits
SPACING = 1.0  # seconds between two pages of one host
SLOWEST = 10.0  # seconds of spacing that a robots.txt may ask for (Crawl-delay)
ROBOTS_AGE = 3600.0  # seconds that a robots.txt is believed
TROUBLE_AGE = 600.0  # seconds for which one that could not be had forbids all
HOSTS = 1_000  # remembered at once
LATER = (
    datetime.timedelta(minutes=15),
    datetime.timedelta(hours=1),
    datetime.timedelta(hours=4),
    datetime.timedelta(hours=24),
)
"""When a page is asked for again that did not come in time; after the last of these its entry stays as the feed gave it."""
_GONE = (404, 410)
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What asking for an entry's page came to."""

    entry: model.Entry | None = None  # the entry as its page filled it; None: it stays as it came
    later: bool = False  # it is worth asking again


@dataclasses.dataclass(slots=True)
class _Host:
    """What is remembered of a host: its robots.txt, and that it is asked for one page at a time."""

    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    robots: urllib.robotparser.RobotFileParser | None = None
    trouble: bool = False  # it could not be had
    read_at: float = 0.0
    free_at: float = 0.0


class Manners(Protocol):
    """How hosts want to be treated, by what polls of their sources met too."""

    async def pause(self, url: str) -> None:
        """Wait until the next request may go to a host."""

    async def hop(self, before: str, url: str) -> None:
        """Wait until a redirect from one address may be followed to another one."""

    def waits(self, url: str) -> bool:
        """Whether a host is to be left alone for a while."""

    def refused(self, url: str, retry_after: float | None) -> None:
        """Take note that a host refused us."""


class Pages:
    """Fetches article pages, one at a time for each host and with pauses, where robots.txt lets us (RFC 9309).

    `own` tells which addresses are the user's own: those need no pause.
    """

    def __init__(
        self,
        fetcher: fetch.Fetcher,
        pool: workers.Workers,
        agent: str,
        own: Callable[[str], bool] = lambda _: False,
        manners: Manners | None = None,
    ) -> None:
        self._manners = manners
        self._fetcher = fetcher
        self._workers = pool
        self._agent = agent
        self._own = own
        self._hosts: dict[str, _Host] = {}

    async def fill(self, source: config.Source, entries: Sequence[model.Entry]) -> tuple[Page, ...]:
        """What became of each entry; of those that `full_text` does not ask a page for, nothing.

        All of it takes LONGEST at most; pages that have not come by then are worth asking for again.
        """
        wanted = {place: entry for place, entry in enumerate(entries) if _wanted(source, entry)}
        found = dict.fromkeys(wanted, Page(later=True))
        end = asyncio.get_running_loop().time() + LONGEST
        for place, entry in wanted.items():
            try:
                async with asyncio.timeout_at(end):
                    found[place] = await self.page(entry, patient=True, allow=source.allow_addresses)
            except TimeoutError:
                break
        return tuple(found.get(place, Page()) for place in range(len(entries)))

    async def page(self, entry: model.Entry, *, patient: bool = False, allow: bool = True) -> Page:
        """What the page of an entry makes of it; a patient one asks a second time when the first fails in a way that may pass.

        With `allow` off, only public addresses are asked.
        """
        host = self._host(entry.link or "")
        if self._manners is not None and self._manners.waits(entry.link or ""):
            return Page(later=True)
        pause = AGAIN
        for last in (False, True) if patient else (True,):
            try:
                async with host.lock:
                    return await self._ask(entry, entry.link or "", host, allow=allow)
            except errors.Challenged:
                return Page(later=True)
            except errors.StatusError as error:
                self._note(error)
                if error.status not in _PASSING:
                    return Page()
                pause = max(AGAIN, error.retry_after or 0.0)
            except (errors.AddressRefused, errors.TooLarge, errors.ParseError, errors.WorkerKilled):
                return Page()
            except errors.FetchError:
                pause = AGAIN
            if last or pause > LONGEST:
                break
            await asyncio.sleep(pause)
        return Page(later=True)

    def _note(self, error: errors.StatusError) -> None:
        """What a refusal means to everything else on its host."""
        if self._manners is not None and error.status in hosts.REFUSALS:
            self._manners.refused(error.url, error.retry_after)

    async def gone(self, link: str, *, allow: bool = True) -> bool | None:
        """Whether a page answers that it is gone (404, 410); None when its host says nothing of it, or is not to be asked."""
        if self._manners is not None and self._manners.waits(link):
            return None
        host = self._host(link)
        try:
            async with host.lock:
                if not await self._allowed(link, host, allow=allow):
                    return None
                await asyncio.sleep(max(0.0, host.free_at - time.monotonic()))
                try:
                    await self._fetch(link, allow=allow)
                finally:
                    host.free_at = time.monotonic() + self._spacing(link, host)
        except errors.StatusError as error:
            self._note(error)
            return True if error.status in _GONE else None
        except errors.FetchError:
            return None
        return False

    async def allows(self, link: str) -> bool:
        """Whether the robots.txt of its host lets us fetch a page."""
        host = self._host(link)
        async with host.lock:
            return await self._allowed(link, host)

    def _host(self, link: str) -> _Host:
        origin = urllib.parse.urljoin(link, "/")
        host = self._hosts.pop(origin, None) or _Host()
        if len(self._hosts) >= HOSTS:
            del self._hosts[next(iter(self._hosts))]
        self._hosts[origin] = host
        return host

    async def _ask(self, entry: model.Entry, link: str, host: _Host, *, allow: bool) -> Page:
        if not await self._allowed(link, host, allow=allow):
            return Page(later=host.trouble)
        await asyncio.sleep(max(0.0, host.free_at - time.monotonic()))
        try:
            response = await self._fetch(link, allow=allow)
        finally:
            host.free_at = time.monotonic() + self._spacing(link, host)
        filled = await self._workers.run(filling, entry, response.body, response.content_type, response.url)
        return Page(later=True) if filled is None else Page(filled)

    def _spacing(self, link: str, host: _Host) -> float:
        asked = host.robots.crawl_delay(self._agent) if host.robots is not None else None
        return max(0.0 if self._own(link) else SPACING, min(float(asked or 0), SLOWEST))

    async def _allowed(self, link: str, host: _Host, *, allow: bool = True) -> bool:
        if host.robots is None or time.monotonic() - host.read_at > (TROUBLE_AGE if host.trouble else ROBOTS_AGE):
            rules = await self._rules(urllib.parse.urljoin(link, "/"), allow=allow)
            host.robots, host.trouble, host.read_at = urllib.robotparser.RobotFileParser(), rules is None, time.monotonic()
            host.robots.parse(["User-agent: *", "Disallow: /"] if rules is None else rules)
        return host.robots.can_fetch(self._agent, link)

    async def _fetch(self, url: str, *, allow: bool) -> model.Response:
        if self._manners is not None:
            await self._manners.pause(url)
        return await self._fetcher.fetch(url, allow=allow)

    async def _rules(self, origin: str, *, allow: bool) -> list[str] | None:
        """The lines of a robots.txt; none there allows all, a server in trouble (None) allows nothing (RFC 9309 2.3.1).

        Raises AddressRefused, which says nothing of the host to those who may ask it.
        """
        try:
            response = await self._fetch(urls.gate("/robots.txt", origin) or origin, allow=allow)
            return response.body.decode("utf-8", "replace").splitlines()
        except errors.StatusError as error:
            self._note(error)
            return None if error.status >= 500 or error.status == 429 else []
        except errors.AddressRefused:
            raise
        except errors.FetchError:
            return None


def due(tries: int, now: datetime.datetime) -> datetime.datetime | None:
    """When to ask again for a page that was asked for in vain so often between polls; None for never."""
    return now + LATER[tries] if tries < len(LATER) else None


def refilled(entry: model.Entry, before: model.Entry) -> model.Entry:
    """An edited entry with the text that its page gave to the one before."""
    return dataclasses.replace(
        entry,
        content=before.content,
        summary=entry.summary or entry.content,
        authors=entry.authors or before.authors,
        image=entry.image or before.image,
        language=entry.language or before.language,
        target=before.target,
        paywall=before.paywall,
    )


def _wanted(source: config.Source, entry: model.Entry) -> bool:
    if not entry.link or source.full_text == "never":
        return False
    return source.full_text == "always" or extract.is_teaser(entry)


def filling(entry: model.Entry, body: bytes, content_type: str, url: str) -> model.Entry | None:
    """The worker's job on a page: the entry filled from it; None when it has no article, or stands behind a wall.

    Its `target` is the address that the page calls its own, if that is on the same site, else where the link led.
    """
    page = extract.extract(extract.decode(body, content_type), url)
    if page is None:
        return None
    return dataclasses.replace(extract.fill(entry, page) or entry, target=page.link or url)
