"""Curation: which entries an output takes, in which order; recomputed at each publish over what is stored.

A rule is one file with its settings, its documentation and its run, and a line in RULES; and in ARRANGING, when it has the last
word on the window of an output.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from aggregator.core import model
from aggregator.core.curate import (
    boost,
    condition,
    drop,
    fair,
    hold,
    keep,
    limit,
    logic,
    match,
    placed,
    replace,
    ruling,
    saying,
    sort,
    tag,
)


class Rule(Protocol):
    """What every rule offers: entries in, those that stay out, in their order, perhaps changed."""

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """The entries that stay; `now` moves in steps, so that outputs do."""


RULES: Mapping[str, type[Any]] = {
    "keep": keep.Keep,
    "drop": drop.Drop,
    "limit": limit.Limit,
    "hold": hold.Hold,
    "boost": boost.Boost,
    "demote": boost.Demote,
    "tag": tag.Tag,
    "replace": replace.Replace,
    "sort": sort.Sort,
    "fair": fair.Fair,
}
ARRANGING = frozenset({"sort", "fair"})
"""Rules of outputs that act last, on the window."""
BARE: Mapping[str, Any] = {"keep": condition.Asked, "drop": condition.Asked, "sort": sort.Order}
"""The rules with one setting: in feeds.yaml it stands right behind their name."""

Asked = condition.Asked
Condition = condition.Condition
Match = match.Match
Placed = placed.Placed
Scope = placed.Scope
Ruling = ruling.Ruling
ORDERS = sort.KEYS
STEP = hold.STEP
"""Time passes in steps of this where something is held; in whole hours elsewhere."""

rule_said = saying.rule
deed = saying.deed
always = logic.always
never = logic.never
implies = logic.implies
changeable = logic.changeable
curate = ruling.curate
window = ruling.window
fairness = ruling.fairness


def newest_first(entries: Iterable[model.Stored]) -> tuple[model.Stored, ...]:
    """The order in which rules meet entries: first_seen, then published, then id, each descending."""
    return tuple(sorted(entries, key=_newness, reverse=True))


def _newness(stored: model.Stored) -> tuple[datetime.datetime, datetime.datetime, str]:
    return (stored.first_seen, stored.entry.published or stored.first_seen, stored.entry.id)


def by_day(rules: Iterable[Placed]) -> bool:
    """Whether what they leave of a day is known only when the whole of it is seen."""
    return any(isinstance(rule.rule, limit.Limit) and rule.rule.per_day is not None for rule in rules)
