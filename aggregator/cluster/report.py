"""How a cluster is: who is at work, what waits, what fails."""

from __future__ import annotations

import datetime
import pathlib
from typing import Any

from aggregator import access
from aggregator.core import errors
from aggregator.edges import config_file, queue, store


def report(path: pathlib.Path, data: pathlib.Path | None) -> dict[str, Any]:
    """Programs, backlog and failures, by the store alone. Raises ConfigError, StoreError."""
    loaded = config_file.read(path, data)
    where = loaded.config.settings.store
    if where == store.SQLITE:
        raise errors.StoreError("there is no cluster: settings.store is sqlite, and one `aggregator run` does everything")
    with access.reading(path, data) as (_, kept):
        shared = kept.shared
        now = shared.time()
        waiting, oldest = shared.waiting(now)
        queued, running = queue.Queue(where, store.schema()).backlog()
        return {
            "nodes": [_described(node, now, loaded.fingerprint) for node in shared.nodes()],
            "sources": len(kept.sources()),
            "waiting": waiting,
            "oldest_due_at": None if oldest is None else datetime.datetime.fromtimestamp(oldest, datetime.UTC),
            "handed_out": len(shared.claimed(now)),
            "jobs_waiting": queued,
            "jobs_running": running,
            "failing": shared.failing(),
        }


def _described(node: store.Node, now: datetime.datetime, fingerprint: str) -> dict[str, Any]:
    return {
        "name": node.name,
        "kind": node.kind,
        "version": node.version,
        "alive": node.alive(now),
        "seen_at": node.seen_at,
        "started_at": node.started_at,
        "same_feeds_yaml": node.fingerprint == fingerprint,
        "polls": node.polls,
        "failures": node.failures,
    }
