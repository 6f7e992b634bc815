"""Whose turn it is: bounds on fetches at once, in all and for each host, pauses between them, and hosts that want none."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import random
from collections.abc import AsyncIterator, Iterable, Mapping

from aggregator import clock
from aggregator.core import config, hosts, model, polls, urls

_PLACES = 1_000  # addresses whose places are at hand: each is asked for several times while it is polled


class Turns:
    """Waits until a host may be asked. The hosts of one registrable domain are one host.

    Addresses in `allow_addresses` are the user's own: they may be asked several times at once and without pauses, and what one
    of their sources is told is not told to the others, for many programs may live there.
    """

    def __init__(self, read: config.Config, time: clock.Clock = clock.SYSTEM, known: Iterable[model.HostState] = ()) -> None:
        self._config = read
        self._clock = time
        self._slots = asyncio.Semaphore(read.settings.limits.concurrency)
        self._semaphores: dict[str, asyncio.Semaphore] = {}
        self._free_at: dict[str, datetime.datetime] = {}
        self._places: dict[str, str] = {}
        self._known = {host.name: host for host in known}
        self._changed: dict[str, model.HostState] = {}

    def adopt(self, read: config.Config) -> None:
        """Go on by another configuration; nobody is at his turn."""
        self._config = read
        self._slots = asyncio.Semaphore(read.settings.limits.concurrency)
        self._semaphores = {}
        self._places = {}

    @contextlib.asynccontextmanager
    async def at(self, url: str) -> AsyncIterator[bool]:
        """A turn at the host of this address, for as long as the block runs; False when it refused others while we waited."""
        place = self.place(url)
        before = self._known.get(place)
        async with self._semaphore(url):
            if self._refused_since(place, before):
                yield False
                return
            await self.pause(url)
            async with self._slots:
                try:
                    yield not self._refused_since(place, before)
                finally:
                    self._book(place, self._clock.now())

    async def pause(self, url: str) -> None:
        """Wait until the next request may go to a host."""
        place, now = self.place(url), self._clock.now()
        if place:
            spacing = datetime.timedelta(seconds=self._config.settings.limits.spacing)
            wait = min(max(self._free_at.get(place, now) - now, datetime.timedelta(0)), 100 * spacing)  # the clock may have jumped
            self._book(place, now + wait)
            await self._clock.sleep(wait.total_seconds())

    async def hop(self, before: str, url: str) -> None:
        """Wait until a redirect from one address may be followed to another one, of whose host it may not be the turn."""
        if self.place(url) != self.place(before):
            await self.pause(url)

    def _book(self, place: str, moment: datetime.datetime) -> None:
        """A host is asked at this moment, so not for a while after it."""
        if place:
            spacing = datetime.timedelta(seconds=self._config.settings.limits.spacing)
            self._free_at = {name: at for name, at in self._free_at.items() if at > moment - spacing} | {place: moment + spacing}

    def waits(self, url: str) -> bool:
        """Whether the host of an address is to be left alone."""
        return hosts.waits(self._known.get(self.place(url)), self._clock.now())

    def until(self, url: str) -> datetime.datetime | None:
        """Until when the host of an address is to be left alone; None: it is not."""
        host = self._known.get(self.place(url))
        return host.until if host is not None and self.waits(url) else None

    def asks_to_wait(self, url: str) -> bool:
        """Whether it is because that host said so."""
        return hosts.asks_to_wait(self._known.get(self.place(url)), self._clock.now())

    def heard(self, url: str, outcome: polls.Outcome) -> None:
        """Take note of what asking an address came to."""
        if not isinstance(outcome, polls.Failed):
            self._answered(url)
            self._answered(outcome.response.url)
        elif outcome.refused_by:
            self.refused(outcome.refused_by, outcome.retry_after)

    def refused(self, url: str, retry_after: float | None) -> None:
        """Take note that a host refused us."""
        place = self.place(url)
        if place:
            before = self._known.get(place, model.HostState(place))
            self._known[place] = self._changed[place] = hosts.refused(before, retry_after, self._clock.now(), random.random())

    def _answered(self, url: str) -> None:
        place = self.place(url)
        if place in self._known and not self.waits(url):  # else it answers what was sent before it refused
            self._changed[place] = hosts.answered(self._known.pop(place))

    @property
    def waiting(self) -> int:
        """How many hosts are left alone now."""
        return sum(hosts.waits(host, self._clock.now()) for host in list(self._known.values()))

    @property
    def changed(self) -> dict[str, model.HostState]:
        """What is to be stored of hosts."""
        return dict(self._changed)

    def saved(self, changed: Mapping[str, model.HostState]) -> None:
        """That is stored."""
        self._changed = {name: host for name, host in self._changed.items() if changed.get(name) is not host}

    def know(self, told: Iterable[model.HostState]) -> None:
        """Take over what other programs have stored of hosts; what is to be stored by us goes before."""
        self._known = {host.name: host for host in told} | {name: host for name, host in self._changed.items() if host.until}

    def _refused_since(self, place: str, before: model.HostState | None) -> bool:
        current = self._known.get(place)
        return current != before and hosts.waits(current, self._clock.now())

    def place(self, url: str) -> str:
        """Whom a request to this address concerns; "" for nobody but its source."""
        place = self._places.get(url)
        if place is None:
            if len(self._places) >= _PLACES:
                self._places.clear()
            place = self._places[url] = "" if config.allowed(self._config, url) else urls.domain(urls.host(url))
        return place

    def _semaphore(self, url: str) -> asyncio.Semaphore:
        limits = self._config.settings.limits
        place = self.place(url)
        most = limits.per_host if place else limits.per_own_host
        return self._semaphores.setdefault(place or urls.host(url), asyncio.Semaphore(most))
