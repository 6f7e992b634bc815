"""The figures of a running engine as Prometheus takes them."""

from __future__ import annotations

import itertools
import statistics

from prometheus_client import core as prometheus

from aggregator import engine, hooks, push
from aggregator.core import delays, health, polls, websub


class Figures:
    """Collected when asked: what the engine has counted, and how its sources are."""

    def __init__(self, of: engine.Engine, hubs: push.Push, told: hooks.Hooks) -> None:
        self._engine = of
        self._hubs = hubs
        self._told = told

    def collect(self) -> list[prometheus.Metric]:
        """All metrics."""
        counts = self._engine.ledger.counts
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
            *self._counted(),
            _histogram(
                "aggregator_delay_seconds", "From the publication of entries until they were seen", self._engine.ledger.seen
            ),
            _histogram(
                "aggregator_served_delay_seconds",
                "From the publication of entries until an output showed them",
                self._engine.ledger.served,
            ),
            *self._budgeted(),
            *self._stored(),
            *self._hooked(),
            self._read(),
            prometheus.GaugeMetricFamily("aggregator_expected_delay_seconds", "Mean delay to expect of entries", self._expected()),
            prometheus.GaugeMetricFamily(
                "aggregator_publish_troubles", "Outputs that could not be published", len(self._engine.troubles)
            ),
        ]

    def _counted(self) -> list[prometheus.Metric]:
        """Errors by kind, and blocks that cleaning took out, by rule."""
        failed = prometheus.CounterMetricFamily("aggregator_errors", "Polls that failed, by kind of error", labels=["kind"])
        for kind, count in sorted(dict(self._engine.ledger.failures).items()):
            failed.add_metric([kind], count)
        removed = prometheus.CounterMetricFamily(
            "aggregator_removals", "Blocks that cleaning took out of new and changed entries, by rule", labels=["rule"]
        )
        for rule, count in sorted(dict(self._engine.ledger.removals).items()):
            removed.add_metric([rule], count)
        return [failed, removed]

    def _budgeted(self) -> list[prometheus.Metric]:
        """Adaptive polls, and how many a day are planned with."""
        of = self._engine
        return [
            _counter("aggregator_adaptive_polls", "Polls that count for the budget", of.ledger.counts["adaptive"]),
            prometheus.GaugeMetricFamily(
                "aggregator_request_budget", "Adaptive polls a day that are planned with", of.roster.budget
            ),
        ]

    def _stored(self) -> list[prometheus.Metric]:
        """How much the store holds."""
        totals = self._engine.store.figures.totals()
        return [
            prometheus.GaugeMetricFamily("aggregator_entries", "Entries in the store", totals["entries"]),
            prometheus.GaugeMetricFamily("aggregator_store_bytes", "Size of the database", totals["bytes"]),
        ]

    def _read(self) -> prometheus.Metric:
        """Readers of the outputs."""
        read = prometheus.GaugeMetricFamily("aggregator_subscribers", "Readers of an output in the last day", labels=["output"])
        counts = self._engine.readers.counts(self._engine.clock.now())
        for output in self._engine.configuration.outputs:
            if output.token is None:
                read.add_metric([output.name], counts.get(output.name, 0))
        return read

    def _hooked(self) -> list[prometheus.Metric]:
        """Messages to webhooks."""
        sent = prometheus.CounterMetricFamily("aggregator_webhook_messages", "Messages to webhooks, by outcome", labels=["outcome"])
        for outcome in hooks.OUTCOMES:
            sent.add_metric([outcome], self._told.counts[outcome])
        waiting = sum(self._engine.store.mailbox.waiting().values())
        return [sent, prometheus.GaugeMetricFamily("aggregator_webhook_waiting", "Messages to webhooks that wait", waiting)]

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


def _histogram(name: str, said: str, counted: delays.Delays) -> prometheus.Metric:
    summed = itertools.accumulate(counted.counts)
    buckets = [(str(bound), count) for bound, count in zip((*delays.BOUNDS, "+Inf"), summed, strict=True)]
    return prometheus.HistogramMetricFamily(name, said, buckets=buckets, sum_value=counted.total)


def _counter(name: str, said: str, value: float) -> prometheus.Metric:
    return prometheus.CounterMetricFamily(name, said, value)
