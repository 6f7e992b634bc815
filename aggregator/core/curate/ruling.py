"""Runs rules over entries, and tells what each of them did to which entry."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Sequence

from aggregator.core import model
from aggregator.core.curate import fair, placed, sort


@dataclasses.dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule did to an entry: it `left` it out or held it back, or changed it; in words."""

    id: str
    rule: placed.Placed
    left: bool
    did: str


@dataclasses.dataclass(frozen=True, slots=True)
class Curated:
    """What is left, and all that was done, in the order in which it was."""

    entries: tuple[model.Stored, ...]
    rulings: tuple[Ruling, ...]


def curate(entries: tuple[model.Stored, ...], rules: Iterable[placed.Placed], now: datetime.datetime) -> Curated:
    """Run those rules that still act one after the other over entries that come newest first."""
    rulings: list[Ruling] = []
    for rule in rules:
        if rule.acts(now) and not isinstance(rule.rule, fair.Fair | sort.Sort):
            left = rule.rule.run(entries, now)
            rulings += _rulings(entries, left, rule)
            entries = left
    return Curated(entries, tuple(rulings))


def _rulings(before: Sequence[model.Stored], after: Sequence[model.Stored], rule: placed.Placed) -> Iterator[Ruling]:
    by_id = {stored.entry.id: stored for stored in after}
    for stored in before:
        now = by_id.get(stored.entry.id)
        if now is None:
            yield Ruling(stored.entry.id, rule, left=True, did="held back" if rule.name == "hold" else "left out")
        elif now is not stored:
            yield Ruling(stored.entry.id, rule, left=False, did=_changed(stored, now))


def _changed(before: model.Stored, after: model.Stored) -> str:
    if before.score != after.score:
        return f"score {after.score - before.score:+g}, now {after.score:g}"
    if before.categories != after.categories:
        return f"tagged {', '.join(name for name in after.categories if name not in before.categories)}"
    return f"its title was: {before.entry.title}"


def window(
    entries: tuple[model.Stored, ...], rules: Sequence[placed.Placed], limit: int, now: datetime.datetime
) -> tuple[model.Stored, ...]:
    """The entries that an output shows, in their order: its `limit` newest, unless its rules arrange them otherwise."""
    shares = fairness(rules, now)
    chosen = shares.choose(entries, limit, now) if shares else entries[:limit]
    for rule in rules:
        if isinstance(rule.rule, sort.Sort) and rule.acts(now):
            chosen = rule.rule.arrange(chosen)
    return chosen


def fairness(rules: Iterable[placed.Placed], now: datetime.datetime) -> fair.Fair | None:
    """The rule `fair` among these, the last one."""
    found = [rule.rule for rule in rules if isinstance(rule.rule, fair.Fair) and rule.acts(now)]
    return found[-1] if found else None
