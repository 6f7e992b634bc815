"""What has changed since the outputs were published: nothing, some sources, or anything."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from aggregator.core import model, polls

Polled = tuple[model.SourceState, model.SourceState, polls.Outcome]


class Staleness:
    """Begins with anything; true while something is to be published."""

    def __init__(self) -> None:
        self._all = True
        self._any = True
        self._sources: set[int] = set()

    def anything(self, *, changed: bool = True) -> None:
        """Whatever the outputs depend on may have changed."""
        self._all = self._all or changed
        self._any = self._any or changed

    def polled(self, brought: Iterable[Polled], now: datetime.datetime) -> None:
        """Some sources were polled: their states before and after, and what that brought."""
        for before, after, outcome in brought:
            if polls.shows(before, after, outcome):
                self._sources.add(before.row)
                self._any = True
            elif isinstance(outcome, polls.Failed) or polls.news(before, after, now):
                self._any = True  # the operator may have to hear of it

    def sources(self, rows: Iterable[int], *, said: bool) -> None:
        """Other programs have polled these sources, and brought something; `said`: the operator may have to hear of something."""
        before = len(self._sources)
        self._sources.update(rows)
        self._any = self._any or said or len(self._sources) > before

    def __bool__(self) -> bool:
        return self._any

    def taken(self) -> frozenset[int] | None:
        """The sources that changed, None for anything; from now on nothing has."""
        changed = None if self._all else frozenset(self._sources)
        self._all = self._any = False
        self._sources = set()
        return changed
