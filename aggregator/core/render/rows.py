"""What the index page and the list of sources are made from."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from aggregator.core import model


@dataclasses.dataclass(frozen=True, slots=True)
class OutputRow:
    """An output: its file name, its title, how many entries it carries, when it last changed, its newest entries, and where it is.

    `place` is the absolute address of its files, but for their suffixes; "" when that is not known.
    """

    name: str
    title: str
    entries: int = 0
    updated: datetime.datetime | None = None
    newest: tuple[model.Entry, ...] = ()
    place: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SourceRow:
    """A source: its page for people, its url without secrets, and its categories."""

    title: str
    link: str | None
    url: str
    categories: tuple[str, ...] = ()
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)  # what else feeds.yaml says, for our own import


@dataclasses.dataclass(frozen=True, slots=True)
class HealthRow:
    """How a source is doing: one word (`ok`, `new`, `paused`, or one that asks for attention), a sentence, and figures."""

    title: str
    state: str
    explanation: str = ""
    success_at: datetime.datetime | None = None
    due_at: datetime.datetime | None = None
    entries: int = 0
    volumes: tuple[int, ...] = ()  # entries a day, the present day last


@dataclasses.dataclass(frozen=True, slots=True)
class MergedRow:
    """A copy that was merged: the entry and its source, what it duplicates and whose that is, why, and when it came."""

    title: str
    source: str
    of: str
    of_source: str
    why: str
    at: datetime.datetime
    id: str


@dataclasses.dataclass(frozen=True, slots=True)
class StrippedRow:
    """An entry that lost blocks: it, its source, each block with the rule that took it, and when it came."""

    title: str
    source: str
    blocks: tuple[tuple[str, str], ...]  # rule, text
    at: datetime.datetime
    id: str


@dataclasses.dataclass(frozen=True, slots=True)
class LiveRows:
    """What only the served page shows, for it changes by itself. Counts are of a day; delays in seconds, as `plots` takes them."""

    health: tuple[HealthRow, ...] = ()
    merged: tuple[MergedRow, ...] = ()
    merged_count: int = 0
    stripped: tuple[StrippedRow, ...] = ()
    stripped_count: int = 0
    delays: tuple[tuple[float, float], ...] = ()
    past: tuple[Mapping[str, int], ...] = ()
    planned: tuple[int, ...] = ()
    minutes: int = 10


def by_category(sources: Iterable[SourceRow]) -> tuple[tuple[SourceRow, ...], dict[str, tuple[SourceRow, ...]]]:
    """Sources without category, and those of each category in its first order; one of two categories is in both."""
    sources = tuple(sources)
    names = dict.fromkeys(category for source in sources for category in source.categories)
    folders = {name: tuple(source for source in sources if name in source.categories) for name in names}
    return tuple(source for source in sources if not source.categories), folders
