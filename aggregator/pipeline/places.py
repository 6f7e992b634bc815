"""The sources of an output as its entries name them, with what feeds.yaml says of each."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Sequence

from aggregator.core import config, curate, model, urls
from aggregator.edges import store

TRUST = {"low": -1, "normal": 0, "high": 1}


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A source as its entries name it, and what feeds.yaml says of them."""

    name: str
    categories: tuple[str, ...]
    origin: model.Origin
    rules: tuple[curate.Placed, ...]
    merged: bool
    trust: int
    backlog: int


def places(
    into: store.Store, read: config.Config, output: config.Output, states: Sequence[model.SourceState] | None = None
) -> dict[int, Place]:
    """The sources of an output, by their row; `states` are those to go by instead of the store's."""
    by_url = {source.url: source for source in config.chosen(output, read.sources)}
    return {
        state.row: _place(state, by_url[state.url], read)
        for state in (into.sources() if states is None else states)
        if state.url in by_url
    }


def _place(state: model.SourceState, source: config.Source, read: config.Config) -> Place:
    name = state.called
    return Place(
        name=name,
        categories=source.categories,
        origin=_origin(name, state.moved_to or state.url, state.feed_id, state.link, state.feed_updated, state.rights),
        rules=config.of_source(read, source),
        merged=source.duplicates == "merge",
        trust=TRUST[source.trust],
        backlog=read.settings.backlog if source.backlog is None else source.backlog,
    )


@functools.lru_cache(maxsize=1 << 15)  # it is asked for all sources whenever something is published
def _origin(name: str, url: str, id: str, link: str | None, updated: datetime.datetime | None, rights: str) -> model.Origin:
    address = urls.redact(url)
    return model.Origin(id=id or address, title=name, link=link, url=urls.gate(address), updated=updated, rights=rights)


def held_back(stored: model.Stored, backlog: int) -> bool:
    """Whether an entry is not to be published: it waits, or was one too many when its source was new."""
    return stored.held or (stored.backlog is not None and stored.backlog >= backlog)
