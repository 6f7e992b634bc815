"""Curation: which entries an output takes, in which order; recomputed at each publish over what is stored.

A rule is one file with its settings, its documentation and its run, and a line in RULES.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Protocol

from aggregator.core import model
from aggregator.core.curate import drop, keep, limit, match


class Rule(Protocol):
    """What every rule offers: entries in, those that stay out, in their order."""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """The entries that stay; `now` moves in whole hours, so that outputs change in steps."""


RULES: Mapping[str, type[Rule]] = {"keep": keep.Keep, "drop": drop.Drop, "limit": limit.Limit}
CONDITIONS: Mapping[str, type[Rule]] = {"keep": keep.Keep, "drop": drop.Drop}
"""The rules whose only setting is a condition: in feeds.yaml it stands right behind their name."""

Asked = match.Asked
Condition = match.Condition
Match = match.Match


@dataclasses.dataclass(frozen=True, slots=True)
class Dropped:
    """An entry that a rule let go; `rule` counts from 0 in the order of feeds.yaml."""

    id: str
    rule: int


@dataclasses.dataclass(frozen=True, slots=True)
class Curated:
    """What is left for an output, and what went."""

    entries: tuple[model.Stored, ...]
    dropped: tuple[Dropped, ...]


def newest_first(entries: Iterable[model.Stored]) -> tuple[model.Stored, ...]:
    """The order of every window: first_seen, then published, then id, each descending."""
    return tuple(sorted(entries, key=_newness, reverse=True))


def _newness(stored: model.Stored) -> tuple[datetime.datetime, datetime.datetime, str]:
    return (stored.first_seen, stored.entry.published or stored.first_seen, stored.entry.id)


def curate(entries: tuple[model.Stored, ...], rules: Iterable[Rule], now: datetime.datetime) -> Curated:
    """Run rules one after the other over entries that come newest first."""
    dropped = []
    for position, rule in enumerate(rules):
        kept = rule.run(entries, now)
        stays = {stored.entry.id for stored in kept}
        dropped += [Dropped(stored.entry.id, position) for stored in entries if stored.entry.id not in stays]
        entries = kept
    return Curated(entries, tuple(dropped))
