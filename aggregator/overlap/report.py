"""What sources have in common, with their names and in words, and as plain values for JSON."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from aggregator import access
from aggregator.core import config, dedupe, health, overlap
from aggregator.edges import store
from aggregator.pipeline import places

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """What a source brought, with its name and the names of those it shares most with."""

    name: str
    url: str  # without password or key
    share: overlap.Share
    partners: tuple[tuple[str, overlap.Partner], ...]

    @property
    def part(self) -> float:
        """Which share of its entries are copies, from 0 to 1."""
        return self.share.copies / self.share.entries if self.share.entries else 0.0

    @property
    def suggestion(self) -> str:
        """What to do about a source that brings nothing of its own; "" for any other."""
        if not self.share.brings_nothing:
            return ""
        said = f"all of its {self.share.entries} entries were elsewhere before"
        if self.share.shown:
            return (
                f"{said}; but readers get its copy of {self.share.shown} of them, which is fuller or more trusted: "
                "keep it for its texts"
            )
        where = f", {self.partners[0][1].behind} of them in {self.partners[0][0]}" if self.partners else ""
        return f"{said}{where}: nothing would be missed without it; remove it, pause it (paused: true), or keep it as a spare"


@dataclasses.dataclass(frozen=True, slots=True)
class Copying:
    """How often one source had an article after another had it first; the median delay in seconds."""

    copier: str
    copied: str
    count: int
    median: float


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """The overlap of the sources since then. Names are those of strangers: whoever shows them makes them safe."""

    days: int
    since: datetime.datetime
    rows: tuple[Row, ...]
    pairs: tuple[Copying, ...]

    @property
    def idle(self) -> tuple[Row, ...]:
        """The sources that bring nothing of their own."""
        return tuple(row for row in self.rows if row.share.brings_nothing)


def report(path: pathlib.Path, data: pathlib.Path | None, days: int) -> Report:
    """What the sources of feeds.yaml had in common in the days before the last full hour that the store knows of.

    Raises ConfigError, StoreError.
    """
    with access.reading(path, data) as (read, kept):
        return of(kept, read, days)


def of(kept: store.Store, read: config.Config, days: int) -> Report:
    """The same of a store."""
    since = max(_EPOCH, (kept.moment() or _EPOCH + datetime.timedelta(days=days)) - datetime.timedelta(days=days))
    known = places.places(kept, read, config.Output(name="all"))  # of every source
    urls = {row: place.origin.url or "" for row, place in known.items()}
    brought = [one for one in kept.figures.brought(since) if one.source in known and not one.held]
    found = overlap.measure(arrivals(brought, known, since.timestamp()), known)
    name = {row: place.name for row, place in known.items()}
    return Report(
        days=days,
        since=since,
        rows=tuple(_row(share, name, urls[share.source]) for share in found.shares),
        pairs=tuple(Copying(name[one.copier], name[one.copied], one.count, one.median) for one in found.pairs),
    )


def _row(share: overlap.Share, name: Mapping[int, str], url: str) -> Row:
    return Row(name[share.source], url, share, tuple((name[partner.source], partner) for partner in share.partners))


def arrivals(brought: Sequence[store.Brought], known: Mapping[int, places.Place], since: float) -> list[overlap.Arrival]:
    """Entries as they came.

    What a source brought when it was new came when it says that it was published: when we began to read it tells nothing.
    """
    groups: dict[str, list[store.Brought]] = collections.defaultdict(list)
    for one in brought:
        groups[one.group].append(one)
    shown = {_shown(members, known) for members in groups.values()}
    return [overlap.Arrival(one.id, one.source, one.group, _came(one), one.first_seen >= since, one.id in shown) for one in brought]


def _came(one: store.Brought) -> float:
    if one.backlog is None or one.published is None:
        return one.first_seen
    return min(one.published, one.first_seen)


def _shown(members: Sequence[store.Brought], known: Mapping[int, places.Place]) -> str:
    """Which copy of an article readers get where all sources are to be had; "" when none is published."""
    published = [one for one in members if one.backlog is None or one.backlog < known[one.source].backlog]
    if not published:
        return ""
    return dedupe.shown(dedupe.Member(one.id, one.words, known[one.source].trust, one.first_seen) for one in published).id


def later(seconds: float) -> str:
    """A delay in words."""
    return f"{health.duration(datetime.timedelta(seconds=seconds))} later" if seconds >= 1 else "at the same time"


def described(found: Report) -> dict[str, Any]:
    """The report as JSON has it."""
    return {
        "days": found.days,
        "since": found.since.isoformat(),
        "sources": [_source(row) for row in found.rows],
        "pairs": [dataclasses.asdict(pair) | {"said": later(pair.median)} for pair in found.pairs],
        "nothing_new": [row.name for row in found.idle],
    }


def _source(row: Row) -> dict[str, Any]:
    share = row.share
    return {
        "source": row.name,
        "url": row.url,
        "entries": share.entries,
        "alone": share.alone,
        "first": share.first,
        "copies": share.copies,
        "repeats": share.repeats,
        "share": round(row.part, 3),
        "shown": share.shown,
        "delay_mean": share.mean,
        "delay_median": share.median,
        "partners": [{"source": name, "shared": partner.shared, "behind": partner.behind} for name, partner in row.partners],
        "nothing_new": share.brings_nothing,
        "suggestion": row.suggestion or None,
    }
