"""What the rules of feeds.yaml did to the entries of the last days, and what another rule would do."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from aggregator import access
from aggregator.core import config, curate, model
from aggregator.edges import store
from aggregator.pipeline import passage

MOST = 10_000  # entries that are looked at, the newest
SAMPLE = 3  # entries that are named of each rule, the newest


@dataclasses.dataclass(frozen=True, slots=True)
class Hits:
    """The entries on which a rule acted, the newest first."""

    rule: curate.Placed
    entries: tuple[model.Stored, ...]
    acts: bool  # it is not over, and does something with single entries

    def last(self) -> datetime.datetime | None:
        """When the newest of them was first seen."""
        return self.entries[0].first_seen if self.entries else None


@dataclasses.dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in the order in which they act, over so many days, with the number of entries that there were."""

    days: int
    entries: int
    hits: tuple[Hits, ...]


def rulebook(path: pathlib.Path, data: pathlib.Path | None, days: int) -> Rulebook:
    """The rules of feeds.yaml over the last days before the time that the store goes by.

    Raises ConfigError, StoreError.
    """
    with access.reading(path, data) as (read, kept):
        return of(kept, read, days)


def of(kept: store.Store, read: config.Config, days: int) -> Rulebook:
    """The same of a store."""
    now = passage.moment(kept)
    every = _stretch(kept, read, config.Output(name="all", limit=MOST), days)
    hit: dict[Any, dict[str, model.Stored]] = collections.defaultdict(dict)
    _collect(hit, every.before, every.dressed)
    for output in read.outputs:
        found = _stretch(kept, read, output, days)
        _collect(hit, found.after, {stored.entry.id: stored for stored in found.once})
    rules = config.every_rule(read)
    return Rulebook(days, len(every.dressed), tuple(_hits(rule, hit.get(_key(rule), {}), now) for rule in rules))


def backtest(path: pathlib.Path, data: pathlib.Path | None, days: int, written: str) -> Rulebook:
    """One rule, written as in feeds.yaml, over what the outputs would show of these days without a window: a row for each output.

    Raises ConfigError (the rule's own mistakes too), StoreError.
    """
    rule = config.rule(written)
    with access.reading(path, data) as (read, kept):
        now = passage.moment(kept)
        found = []
        entries: set[str] = set()
        for output in read.outputs:
            told = _stretch(kept, read, output, days).told
            entries |= {stored.entry.id for stored in told}
            placed = dataclasses.replace(rule, of=output.name)
            acted = {ruling.id for ruling in curate.curate(told, [placed], now).rulings}
            found.append(_hits(placed, {one.entry.id: one for one in told if one.entry.id in acted}, now))
    return Rulebook(days, len(entries), tuple(found))


def _stretch(kept: store.Store, read: config.Config, output: config.Output, days: int) -> passage.Passage:
    since = max(passage.EPOCH + datetime.timedelta(days=days), passage.moment(kept)) - datetime.timedelta(days=days)
    return passage.stretch(kept, passage.course(kept, read, output), since, MOST)


def _collect(hit: dict[Any, dict[str, model.Stored]], rulings: passage.Rulings, entries: Mapping[str, model.Stored]) -> None:
    for id, done in rulings.items():
        for ruling in done:
            hit[_key(ruling.rule)][id] = entries[id]


def _key(rule: curate.Placed) -> tuple[str, str, int]:
    return (rule.scope, rule.of, rule.number)


def _hits(rule: curate.Placed, entries: Mapping[str, model.Stored], now: datetime.datetime) -> Hits:
    return Hits(rule, curate.newest_first(entries.values()), rule.acts(now) and rule.name not in curate.ARRANGING)


def state(hits: Hits, days: int) -> str:
    """How a rule is doing, in words."""
    if hits.rule.name in curate.ARRANGING:
        return "arranges the window"
    if not hits.acts:
        return f"over since {hits.rule.expires}"
    return "" if hits.entries else f"nothing in {days} days"


def described(book: Rulebook) -> dict[str, Any]:
    """The same as JSON has it."""
    return {"days": book.days, "entries": book.entries, "rules": [_described(hits, book.days) for hits in book.hits]}


def _described(hits: Hits, days: int) -> dict[str, Any]:
    rule = hits.rule
    return {
        "rule": curate.rule_said(rule),
        "scope": rule.scope,
        "of": rule.of or None,
        "number": rule.number,
        "set": rule.shared or None,
        "at": rule.at or None,
        "because": rule.because or None,
        "hits": None if rule.name in curate.ARRANGING else len(hits.entries),
        "per_day": None if rule.name in curate.ARRANGING else round(len(hits.entries) / days, 2),
        "last": hits.last(),
        "state": state(hits, days) or None,
        "sample": [brief(stored) for stored in sample(hits.entries)],
    }


def sample(entries: Sequence[model.Stored]) -> Sequence[model.Stored]:
    """The entries that are named."""
    return entries[:SAMPLE]


def brief(stored: model.Stored) -> dict[str, Any]:
    """An entry as lists have it."""
    entry = stored.entry
    return {"id": entry.id, "title": entry.title, "source": stored.source_name, "first_seen": stored.first_seen, "link": entry.link}
