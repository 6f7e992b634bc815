"""What changes by itself on the page that is served: health, merges and removals of the last day, freshness, polls."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping, Sequence

from aggregator import engine, ledger
from aggregator.core import dedupe, delays, model, render, schedule, text
from aggregator.edges import store

AGE = 15.0  # seconds that figures over the whole store are shown before they are counted anew
TODAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)
DAYS = 14  # of a sparkline
PLANNED = ledger.STEPS * 2 // 3  # steps of which the planned polls are shown
_MOST = 12  # merges, and removals
_BLOCKS, _BLOCK = 8, 300  # of one entry, and characters of one


class Lately:
    """Figures of an engine; what takes long to count is remembered for a while."""

    def __init__(self, of: engine.Engine) -> None:
        self._engine = of
        self._counted_at = -AGE
        self._lately = store.Lately()
        self._delays: tuple[tuple[float, float], ...] = ()
        self._volumes: Mapping[int, Sequence[int]] = {}
        self._planned: tuple[int, ...] = ()

    def _due(self) -> tuple[int, ...]:
        """How many polls are due in each of the next steps."""
        now, counts = self._engine.clock.now(), [0] * PLANNED
        for state in list(self._engine.states.values()):
            due_at = schedule.later(state.due_at, self._engine.waits_until(state))
            if due_at is not None and not self._engine.roster.paused(state):
                place = max(0, int((due_at - now) / ledger.STEP))
                if place < PLANNED:
                    counts[place] += 1
        return tuple(counts)

    def rows(self, states: Sequence[model.SourceState]) -> render.LiveRows:
        """All of it, of these sources as the store has them."""
        of = self._engine
        if time.monotonic() - self._counted_at >= AGE:
            self._count()
        by_url = {state.url: state for state in states}
        listed = [by_url[source.url] for source in of.configuration.sources if source.url in by_url]
        return render.LiveRows(
            health=tuple(self._health(state) for state in listed if state.row in of.states),
            merged=tuple(_merged(one, head) for one, head in self._lately.newest_merged),
            merged_count=self._lately.merged,
            stripped=tuple(map(_stripped, self._lately.newest_stripped)),
            stripped_count=self._lately.stripped,
            delays=self._delays,
            past=of.ledger.timeline(of.clock.now()),
            planned=self._planned,
            minutes=int(ledger.STEP.total_seconds() // 60),
        )

    def _count(self) -> None:
        """Ask the store; only of entries that outputs show to everybody."""
        of, now = self._engine, self._engine.clock.now()
        outputs = [output.name for output in of.configuration.outputs if output.token is None]
        figures = of.store.figures
        self._lately = figures.lately(now - TODAY, outputs, _MOST)
        self._delays = tuple(one for one in figures.freshness(now - WEEK, outputs) if one[0] <= delays.LONGEST)
        self._volumes = figures.volumes(now, DAYS)
        self._planned = self._due()
        self._counted_at = time.monotonic()

    def _health(self, stored: model.SourceState) -> render.HealthRow:
        of = self._engine
        state = of.states[stored.row]
        found = of.health_of(state)
        due_at = None if of.roster.paused(state) else schedule.later(state.due_at, of.waits_until(state))
        volumes = tuple(self._volumes.get(state.row, ()))
        return render.HealthRow(state.called, found.state, found.said, state.success_at, due_at, stored.entries, volumes)


def _merged(one: store.Account, head: store.Account | None) -> render.MergedRow:
    found = head or one
    why = dedupe.said(one.why) if one.head == one.judged else "a verdict says so"
    return render.MergedRow(one.title, one.source_name, found.title, found.source_name, why, one.first_seen, one.id)


def _stripped(one: store.Account) -> render.StrippedRow:
    blocks = tuple((gone.rule, text.shorten(text.one_line(gone.text), _BLOCK)) for gone in one.removed[:_BLOCKS])
    return render.StrippedRow(one.title, one.source_name, blocks, one.first_seen, one.id)
