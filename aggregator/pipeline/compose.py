"""An output's feed out of the store: the entries that its sources, its rules and its window leave."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence, Set

from aggregator.core import config, model
from aggregator.edges import store
from aggregator.pipeline import corrected, passage

REMEMBERED = datetime.timedelta(days=90)  # for which a feed says that an entry was taken down
GRAVES = 100  # entries of which it says so


def compose(
    into: store.Store,
    read: config.Config,
    output: config.Output,
    state: store.OutputState,
    sources: Sequence[model.SourceState] | None = None,
) -> model.Feed:
    """The feed of an output; `sources` are all that there are, if they were read already."""
    way = passage.course(into, read, output, sources)
    shown = entries(into, way)
    buried = tombstones(into, way, frozenset(entry.id for entry in shown))
    names = [place.name for place in way.places.values()]
    return model.Feed(
        id=state.id,
        name=output.path,
        title=output.title or output.name,
        subtitle=_from(names),
        updated=max((*(entry.updated for entry in shown if entry.updated), *(one.at for one in buried)), default=state.made_at),
        entries=shown,
        tombstones=buried,
        generator=config.base_url(read.settings) if read.settings.url else "",
        images=read.settings.images == "on",
        language=output.language or "",
        hub=hub(read, output),
    )


def hub(read: config.Config, output: config.Output) -> str | None:
    """The hub that tells of an output; of a private one nobody must tell."""
    return None if output.token else read.settings.hub


def entries(into: store.Store, way: passage.Course) -> tuple[model.Entry, ...]:
    """The entries of an output as it publishes them."""
    if way.output.corrections:
        return corrected.corrected(into, way)
    return told(into, way, passage.passage(into, way).window)


def told(into: store.Store, way: passage.Course, chosen: Sequence[model.Stored]) -> tuple[model.Entry, ...]:
    """These entries as an output publishes them."""
    corrections = into.figures.corrections([stored.entry.id for stored in chosen])
    return tuple(_entry(stored, way.output.content, corrections.get(stored.entry.id, ())) for stored in chosen)


def tombstones(into: store.Store, way: passage.Course, shown: Set[str]) -> tuple[model.Tombstone, ...]:
    """What was taken down lately of the sources of an output, under each id that it may have had there; the latest first."""
    since = passage.moment(into) - REMEMBERED
    taken = [one for one in into.takedowns() if one.at >= since]
    return tuple(
        model.Tombstone(id, one.at, one.because)
        for one in taken
        for id, source in one.ids
        if source in way.places and id not in shown
    )[:GRAVES]


def _from(names: Sequence[str]) -> str:
    listed = ", ".join(names[:5])
    return f"From {listed} and {len(names) - 5} more" if len(names) > 5 else f"From {listed}" if names else "No sources yet"


def _entry(stored: model.Stored, content: str, corrections: tuple[model.Correction, ...]) -> model.Entry:
    categories = {category.term: category for category in stored.entry.categories}
    categories |= {name: model.Category(name) for name in stored.categories if name not in categories}
    entry = dataclasses.replace(stored.entry, categories=tuple(categories.values()), corrections=corrections)
    if content == "full":
        return entry
    return dataclasses.replace(entry, content="", summary=entry.summary if content == "summary" else "")
