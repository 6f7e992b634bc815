"""An output's feed out of the store: the entries that its sources, its rules and its window leave."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from aggregator.core import config, model
from aggregator.edges import store
from aggregator.pipeline import passage


def compose(into: store.Store, read: config.Config, output: config.Output, state: store.OutputState) -> model.Feed:
    """The feed of an output."""
    way = passage.course(into, read, output)
    shown = entries(passage.passage(into, way), output)
    names = [place.name for place in way.places.values()]
    return model.Feed(
        id=state.id,
        name=output.path,
        title=output.title or output.name,
        subtitle=_from(names),
        updated=max((entry.updated for entry in shown if entry.updated), default=state.made_at),
        entries=shown,
        generator=config.base_url(read.settings) if read.settings.url else "",
        images=read.settings.images == "on",
    )


def entries(found: passage.Passage, output: config.Output) -> tuple[model.Entry, ...]:
    """The entries of an output as it publishes them."""
    return tuple(_entry(stored, output.content) for stored in found.window)


def _from(names: Sequence[str]) -> str:
    listed = ", ".join(names[:5])
    return f"From {listed} and {len(names) - 5} more" if len(names) > 5 else f"From {listed}" if names else "No sources yet"


def _entry(stored: model.Stored, content: str) -> model.Entry:
    categories = {category.term: category for category in stored.entry.categories}
    categories |= {name: model.Category(name) for name in stored.categories if name not in categories}
    entry = dataclasses.replace(stored.entry, categories=tuple(categories.values()))
    if content == "full":
        return entry
    return dataclasses.replace(entry, content="", summary=entry.summary if content == "summary" else "")
