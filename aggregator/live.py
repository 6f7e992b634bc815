"""What the server shows of a running engine: outputs, the page for people, health, metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

import prometheus_client

from aggregator import engine, hooks, lately, metrics, push
from aggregator.core import config, render
from aggregator.edges import serve
from aggregator.pipeline import compose, republish

PAGE_AGE = 1.0  # seconds that the page for people is shown before it is made anew
ALIVE = 60.0  # seconds without a tick, or without a store that takes anything, after which the daemon is not healthy


class View:
    """A `serve.View` of an engine; `refresh` at each tick brings it up to date."""

    def __init__(self, of: engine.Engine, hubs: push.Push, told: hooks.Hooks) -> None:
        self._engine = of
        self._made = (0.0, b"")
        self._registry = prometheus_client.CollectorRegistry()
        self._registry.register(metrics.Figures(of, hubs, told))
        self._lately = lately.Lately(of)
        self.refresh()

    def refresh(self) -> None:
        """Take over what has changed; also the sign of life for `healthy`."""
        self._alive_at = time.monotonic()
        parts = {name: names for name, (_, names) in self._engine.printer.archives.items()}
        self.outputs, self.private = _served(self._engine.configuration, render.page_policy(images=self._images), parts)
        names = {output.name for output in self._engine.configuration.outputs} | {republish.OPERATIONS}
        self.gone = frozenset(
            name + kind.suffix for name in self._engine.store.outputs() if name not in names for kind in render.FORMATS.values()
        )

    @property
    def page_policy(self) -> str:
        """The Content-Security-Policy of the index."""
        return render.page_policy(images=self._images, script=True)

    async def page(self) -> bytes:
        """The index with what is live."""
        made_at, page = self._made
        if time.monotonic() - made_at > PAGE_AGE or not page:
            page = await asyncio.to_thread(self._page)
            self._made = (time.monotonic(), page)
        return page

    def _page(self) -> bytes:
        of = self._engine
        states = of.store.sources(counted=True)
        press = republish.Press(of.store, of.output, of.configuration, of.loaded.fingerprint, of.printer.shown)
        sources = republish.source_rows(states, of.configuration)
        return render.index_page(republish.outline(press), sources, self._lately.rows(states), images=self._images)

    def read(self, output: str, client: str, agent: str) -> None:
        """Count a reader of an output."""
        self._engine.readers.read(output, client, agent, self._engine.clock.now())

    async def news(self, after: int, seconds: float) -> tuple[int, Sequence[Mapping[str, object]]]:
        """The polls after this number, and the number of the last; waits for something to happen, so many seconds at most."""
        book = self._engine.ledger
        told = await book.news(min(after, book.latest), seconds)  # numbers begin anew when the program does
        said = [{"source": one.source, "outcome": one.outcome, "new": one.new, "at": f"{one.at:%H:%M} UTC"} for one in told]
        return book.latest, said

    @property
    def _images(self) -> bool:
        return self._engine.configuration.settings.images == "on"

    def healthy(self) -> tuple[bool, str]:
        """Whether the tick still ticks, and the store takes what polls bring."""
        quiet, refusing = time.monotonic() - self._alive_at, self._engine.ledger.refusing
        if quiet >= ALIVE:
            return False, f"no tick for {quiet:.0f} s"
        return refusing < ALIVE, "ok" if refusing < ALIVE else f"the store takes nothing for {refusing:.0f} s; the log says why"

    def ready(self) -> tuple[bool, str]:
        """Whether the outputs have been published."""
        done = self._engine.printer.published_at is not None
        return done, "ok" if done else "; ".join(self._engine.troubles) or "not published yet"

    def metrics(self) -> bytes:
        """The figures of `metrics.Figures` in the Prometheus text format."""
        return prometheus_client.generate_latest(self._registry)


def _served(
    read: config.Config, policy: str, archives: Mapping[str, Sequence[str]]
) -> tuple[Mapping[str, serve.Served], Mapping[str, Mapping[str, serve.Served]]]:
    """The files by name, and those of private outputs by token and name; `archives` are files of outputs."""
    base = config.base_url(read.settings)
    public: dict[str, serve.Served] = {}
    private: dict[str, dict[str, serve.Served]] = {}
    for output in read.outputs:
        place = private.setdefault(output.token, {}) if output.token else public
        for kind in render.FORMATS.values():
            place[output.name + kind.suffix] = serve.Served(
                media_type=kind.media_type if "charset" in kind.media_type else f"{kind.media_type}; charset=utf-8",
                index=output.index,
                self_url=base + output.path + kind.suffix,
                hub=None if kind.media_type.startswith("text/html") else compose.hub(read, output),
                private=output.token is not None,
                output="" if kind.media_type.startswith("text/html") else output.name,
                policy=policy if kind.media_type.startswith("text/html") else "",
            )
        for name in archives.get(output.name, ()):
            place[name.rpartition("/")[2]] = serve.Served(
                media_type=f"{render.FORMATS['atom'].media_type}; charset=utf-8",
                index=output.index,
                self_url=base + name,
                private=output.token is not None,
            )
    return public, private
