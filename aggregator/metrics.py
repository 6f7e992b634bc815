"""The figures of a running engine as Prometheus takes them."""

from __future__ import annotations

import itertools
import statistics

from prometheus_client import core as prometheus

from aggregator import engine, push
from aggregator.core import delays, health, polls, websub


class Figures:
    """Collected when asked: what the engine has counted, and how its sources are."""

    def __init__(self, of: engine.Engine, hubs: push.Push) -> None:
        self._engine = of
        self._hubs = hubs

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
            _delayed(self._engine.ledger.seen),
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
