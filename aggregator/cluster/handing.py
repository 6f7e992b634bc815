"""Hands out what is due: sources become batches, and batches jobs, in one transaction with the claims on them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from aggregator import budget, engine
from aggregator.core import model, schedule
from aggregator.core.schedule import batches
from aggregator.edges import queue, store

WAITS = datetime.timedelta(minutes=10)  # for which a source may wait in the queue before it is handed out anew
OUT = 5_000  # sources that may be handed out at a time
_LOOK = 1_000  # due sources that are looked at in one go
_LOOKS = 20


def hand_out(of: engine.Engine, to: queue.Queue) -> int:
    """Queue what is due, unless enough is queued already; how many sources. One program of all does so, every second.

    A host that is or was just asked by anybody, or wants nobody, is left out. Raises StoreError.
    """
    shared, now = of.store.shared, of.clock.now()
    if len(shared.claimed(now)) >= OUT:
        return 0
    of.turns.know(of.store.hosts())
    due = {state.row: state for state in _due(of, now)}
    asked = [(row, of.turns.place(of.address(state))) for row, state in due.items()]
    made = batches.batches(asked, _busy(of, now))
    rows = [row for batch in made for row in batch.rows]
    if not rows:
        return 0
    _charge(of, [due[row] for row in rows])

    def put(transaction: Any, claims: Mapping[int, store.Claim]) -> None:
        parts = [(batch.host, [claims[row] for row in batch.rows if row in claims]) for batch in made]
        to.put(transaction.connection, [queue.Job([(one.row, one.fence) for one in part], host) for host, part in parts if part])

    return len(shared.hand_out(rows, now, now + WAITS, {budget.NOTE: of.budget.noted}, put))


def _due(of: engine.Engine, now: datetime.datetime) -> list[model.SourceState]:
    """Sources that are due, that feeds.yaml has polled, and whose hosts let us."""
    found: list[model.SourceState] = []
    for look in range(_LOOKS):
        page = of.store.shared.due(now, now + schedule.LONGEST, look * _LOOK, _LOOK)
        named = [state for state in page if state.url in of.roster.by_url]
        found += [state for state in of.roster.due(named, now) if not of.turns.waits(of.address(state))]
        if len(page) < _LOOK or len(found) >= OUT:
            break
    return found


def _busy(of: engine.Engine, now: datetime.datetime) -> set[str]:
    """The hosts that are not to be asked by one program more, or so soon after another one."""
    spacing = datetime.timedelta(seconds=of.configuration.settings.limits.spacing)
    there = of.store.shared.busy(now, now - spacing)
    return {of.turns.place(of.address(of.states[row]) if row in of.states else url) for row, url in there.items()}


def _charge(of: engine.Engine, handed: list[model.SourceState]) -> None:
    """Count adaptive polls, by the price that was noted last, be it by another program."""
    of.budget.follow(of.store.noted(budget.NOTE))
    for state in handed:
        if of.roster.interval(of.roster.by_url[state.url]) is None:
            of.budget.charge()
