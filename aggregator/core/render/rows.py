"""What the index page and the list of sources are made from."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from aggregator.core import model


@dataclasses.dataclass(frozen=True, slots=True)
class OutputRow:
    """An output: its file name, its title, how many entries it carries, when it last changed, and its newest entries."""

    name: str
    title: str
    entries: int = 0
    updated: datetime.datetime | None = None
    newest: tuple[model.Entry, ...] = ()


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


def by_category(sources: Iterable[SourceRow]) -> tuple[tuple[SourceRow, ...], dict[str, tuple[SourceRow, ...]]]:
    """Sources without category, and those of each category in its first order; one of two categories is in both."""
    sources = tuple(sources)
    names = dict.fromkeys(category for source in sources for category in source.categories)
    folders = {name: tuple(source for source in sources if name in source.categories) for name in names}
    return tuple(source for source in sources if not source.categories), folders
