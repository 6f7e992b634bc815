"""What the server shows of a running engine: outputs, the page for people, health, metrics."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Mapping

import prometheus_client
from prometheus_client import core as prometheus

from aggregator import engine, push
from aggregator.core import config, delays, health, polls, render, schedule, websub
from aggregator.edges import serve
from aggregator.pipeline import republish

PAGE_AGE = 1.0  # seconds that the page for people is shown before it is made anew
ALIVE = 60.0  # seconds without a tick after which the daemon is not healthy


class View:
    """A `serve.View` of an engine; `refresh` at each tick brings it up to date."""

    def __init__(self, of: engine.Engine, hubs: push.Push) -> None:
        self._engine = of
        self._made = (0.0, b"")
        self._registry = prometheus_client.CollectorRegistry()
        self._registry.register(_Figures(of, hubs))
        self.refresh()

    def refresh(self) -> None:
        """Take over what has changed; also the sign of life for `healthy`."""
        self._alive_at = time.monotonic()
        self.outputs, self.private = _served(self._engine.configuration)
        names = {output.name for output in self._engine.configuration.outputs} | {republish.OPERATIONS}
        self.gone = frozenset(
            name + kind.suffix for name in self._engine.store.outputs() if name not in names for kind in render.FORMATS.values()
        )

    @property
    def page_policy(self) -> str:
        """The Content-Security-Policy of the pages."""
        return render.page_policy(images=self._images)

    async def page(self) -> bytes:
        """The index with the sources' health."""
        made_at, page = self._made
        if time.monotonic() - made_at > PAGE_AGE or not page:
            page = await asyncio.to_thread(self._page)
            self._made = (time.monotonic(), page)
        return page

    def _page(self) -> bytes:
        of = self._engine
        states = {state.url: state for state in of.store.sources(counted=True)}
        rows = [
            _health_row(of, states[source.url].row, states[source.url].entries)
            for source in of.configuration.sources
            if source.url in states
        ]
        press = republish.Press(of.store, of.output, of.configuration, of.loaded.fingerprint, of.printer.shown)
        sources = republish.source_rows(list(states.values()), of.configuration)
        return render.index_page(republish.outline(press), sources, rows, images=self._images)

    @property
    def _images(self) -> bool:
        return self._engine.configuration.settings.images == "on"

    def healthy(self) -> tuple[bool, str]:
        """Whether the tick still ticks."""
        quiet = time.monotonic() - self._alive_at
        return quiet < ALIVE, "ok" if quiet < ALIVE else f"no tick for {quiet:.0f} s"

    def ready(self) -> tuple[bool, str]:
        """Whether the outputs have been published."""
        done = self._engine.printer.published_at is not None
        return done, "ok" if done else "; ".join(self._engine.troubles) or "not published yet"

    def metrics(self) -> bytes:
        """The figures of `_Figures` in the Prometheus text format."""
        return prometheus_client.generate_latest(self._registry)


def _served(read: config.Config) -> tuple[Mapping[str, serve.Served], Mapping[str, Mapping[str, serve.Served]]]:
    """The files by name, and those of private outputs by token and name."""
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
                private=output.token is not None,
            )
    return public, private


def _health_row(of: engine.Engine, row: int, entries: int) -> render.HealthRow:
    state = of.states[row]
    found = of.health_of(state)
    due_at = schedule.later(state.due_at, of.waits_until(state))
    return render.HealthRow(state.called, found.state, found.said, state.success_at, due_at, entries)


class _Figures:
    """Collected when asked: what the engine has counted, and how its sources are."""

    def __init__(self, of: engine.Engine, hubs: push.Push) -> None:
        self._engine = of
        self._hubs = hubs

    def collect(self) -> list[prometheus.Metric]:
        """All metrics."""
        counts = self._engine.counts
        polled = prometheus.CounterMetricFamily("aggregator_polls", "Polls of sources, by outcome", labels=["outcome"])
        for outcome in ("updated", "not_modified", "failed"):
            polled.add_metric([outcome], counts[outcome])
        sources = prometheus.GaugeMetricFamily("aggregator_sources", "Sources in feeds.yaml, by health", labels=["state"])
        kinds = [self._engine.health_of(state).state for state in list(self._engine.states.values())]
        for kind in health.STATES:
            sources.add_metric([kind], kinds.count(kind))
        return [
            polled,
            sources,
            *self._pushed(),
            _counter("aggregator_requests", "HTTP requests made", self._engine.requests),
            _counter("aggregator_received_bytes", "Bytes of bodies received", self._engine.received),
            _counter("aggregator_entries_new", "Entries stored for the first time", counts["entries_new"]),
            _counter("aggregator_rollovers", "Polls that found all entries replaced since the last one", counts["rollovers"]),
            prometheus.GaugeMetricFamily(
                "aggregator_hosts_waiting", "Hosts left alone, for they refused us", self._engine.turns.waiting
            ),
            _counter("aggregator_duplicates", "New entries that duplicate another source's", counts["duplicates"]),
            _delayed(self._engine.delays),
            prometheus.GaugeMetricFamily("aggregator_expected_delay_seconds", "Mean delay to expect of entries", self._expected()),
            prometheus.GaugeMetricFamily(
                "aggregator_publish_troubles", "Outputs that could not be published", len(self._engine.troubles)
            ),
        ]

    def _expected(self) -> float:
        """Over the sources of which anything is expected, each counted once."""
        foretold = [polls.foretold(state) for state in list(self._engine.states.values())]
        return statistics.fmean([delay for delay in foretold if delay is not None] or [0.0])

    def _pushed(self) -> tuple[prometheus.Metric, prometheus.Metric]:
        """Subscriptions at hubs, and what they delivered."""
        subscribed = prometheus.GaugeMetricFamily("aggregator_subscriptions", "Subscriptions at hubs, by state", labels=["state"])
        counts = self._hubs.subscriptions.counts()
        for state in websub.STATES:
            subscribed.add_metric([state], counts[state])
        delivered = prometheus.CounterMetricFamily("aggregator_deliveries", "Deliveries of hubs, by outcome", labels=["outcome"])
        for outcome in push.OUTCOMES:
            delivered.add_metric([outcome], self._hubs.counts[outcome])
        return subscribed, delivered


def _delayed(counted: delays.Delays) -> prometheus.Metric:
    summed = itertools.accumulate(counted.counts)
    buckets = [(str(bound), count) for bound, count in zip((*delays.BOUNDS, "+Inf"), summed, strict=True)]
    said = "From the publication of entries until they were seen"
    return prometheus.HistogramMetricFamily("aggregator_delay_seconds", said, buckets=buckets, sum_value=counted.total)


def _counter(name: str, said: str, value: float) -> prometheus.Metric:
    return prometheus.CounterMetricFamily(name, said, value)
