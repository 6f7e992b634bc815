"""An output's feed out of the store: the entries that its sources, its rules and its window leave."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import config, curate, model, urls
from aggregator.edges import store
from aggregator.pipeline import groups

PAGE = 200  # entries asked of the store at once, at least
TOLD = 40  # entries of a story that are looked at, the newest
TRUST = {"low": -1, "normal": 0, "high": 1}


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A source as its entries name it, and what feeds.yaml says of them."""

    name: str
    categories: tuple[str, ...]
    origin: model.Origin
    rules: tuple[curate.Rule, ...]
    merged: bool
    trust: int
    backlog: int


def compose(into: store.Store, read: config.Config, output: config.Output, state: store.OutputState) -> model.Feed:
    """The feed of an output, newest entries first."""
    found = places(into, read, output)
    chosen = curated(into, output, found)
    entries = tuple(_entry(stored, output.content) for stored in chosen)
    names = [place.name for place in found.values()]
    return model.Feed(
        id=state.id,
        name=output.path,
        title=output.title or output.name,
        subtitle=_from(names),
        updated=max((entry.updated for entry in entries if entry.updated), default=state.made_at),
        entries=entries,
        generator=config.base_url(read.settings) if read.settings.url else "",
        images=read.settings.images == "on",
    )


def _from(names: Sequence[str]) -> str:
    listed = ", ".join(names[:5])
    return f"From {listed} and {len(names) - 5} more" if len(names) > 5 else f"From {listed}" if names else "No sources yet"


def places(into: store.Store, read: config.Config, output: config.Output) -> dict[int, Place]:
    """The sources of an output, by their row."""
    by_url = {source.url: source for source in config.chosen(output, read.sources)}
    return {state.row: _place(state, by_url[state.url], read) for state in into.sources() if state.url in by_url}


def _place(state: model.SourceState, source: config.Source, read: config.Config) -> Place:
    name = state.called
    return Place(
        name=name,
        categories=source.categories,
        origin=_origin(name, state.moved_to or state.url, state.feed_id, state.link, state.feed_updated, state.rights),
        rules=source.rules,
        merged=source.duplicates == "merge",
        trust=TRUST[source.trust],
        backlog=read.settings.backlog if source.backlog is None else source.backlog,
    )


@functools.lru_cache(maxsize=1 << 15)  # it is asked for all sources whenever something is published
def _origin(name: str, url: str, id: str, link: str | None, updated: datetime.datetime | None, rights: str) -> model.Origin:
    address = urls.redact(url)
    return model.Origin(id=id or address, title=name, link=link, url=urls.gate(address), updated=updated, rights=rights)


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """What becomes of stored entries on their way into an output, step by step."""

    dressed: Mapping[str, model.Stored]  # by id: those of its sources that are not held back
    dropped_by_source: Mapping[str, int]  # by id: which rule of its source let it go; counts from 0
    kept: tuple[model.Stored, ...]
    once: tuple[model.Stored, ...]  # one of each group, under the group's id
    dropped: Mapping[str, int]  # by that id: which rule of the output let it go
    told: tuple[model.Stored, ...]  # as it is published, but for the window's limit


def curated(into: store.Store, output: config.Output, found: Mapping[int, Place]) -> tuple[model.Stored, ...]:
    """The entries of an output."""
    return passage(into, output, found).told[: output.limit]


def passage(into: store.Store, output: config.Output, found: Mapping[int, Place], besides: Sequence[model.Stored] = ()) -> Passage:
    """The way of entries into an output. Asks the store for more until the window is full.

    Entries `besides` those go the same way, however far behind the window they stand.
    """
    now = into.hour() or datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    scanned: list[model.Stored] = []
    size = max(PAGE, 2 * output.limit)
    while True:
        page = into.newest(list(found), len(scanned), size)
        scanned += page
        way = _passage(into, output, found, scanned, now)
        left = way.told[: output.limit]
        # what stands behind the oldest that was asked for must not be there where something newer may stand
        if len(page) < size or (len(left) == output.limit and left[-1].first_seen >= scanned[-1].first_seen):
            break
    more = [stored for stored in besides if stored.source in found and stored.entry.id not in way.dressed]
    return _passage(into, output, found, [*scanned, *more], now) if more else way


def _passage(
    into: store.Store, output: config.Output, found: Mapping[int, Place], scanned: Sequence[model.Stored], now: datetime.datetime
) -> Passage:
    entries = _dressed(scanned, found)
    if output.stories != "off":
        told = sorted({stored.story for stored in entries.values() if stored.story})
        entries |= _dressed(into.told(told, TOLD), found)
    if output.duplicates == "merge":
        copied = sorted({stored.group for stored in entries.values() if stored.group != stored.entry.id})
        entries |= _dressed(into.members(copied), found)
    kept, gone = _by_source_rules(curate.newest_first(entries.values()), found, now)
    once = groups.merged(kept) if output.duplicates == "merge" else kept
    chosen = curate.curate(once, output.rules, now)
    dropped = {one.id: one.rule for one in chosen.dropped}
    return Passage(entries, gone, kept, once, dropped, groups.told(chosen.entries, output.stories))


def _dressed(entries: Iterable[model.Stored], found: Mapping[int, Place]) -> dict[str, model.Stored]:
    """Entries by id as their places have them; without those of other sources, and those that are held back."""
    shown = (stored for stored in entries if stored.source in found and not held_back(stored, found[stored.source].backlog))
    return {stored.entry.id: _placed(stored, found[stored.source]) for stored in shown}


def held_back(stored: model.Stored, backlog: int) -> bool:
    """Whether an entry is not to be published: it waits, or was one too many when its source was new."""
    return stored.held or (stored.backlog is not None and stored.backlog >= backlog)


def _placed(stored: model.Stored, place: Place) -> model.Stored:
    return dataclasses.replace(
        stored,
        entry=dataclasses.replace(stored.entry, origin=place.origin),
        source_name=place.name,
        categories=place.categories,
        group=stored.group if place.merged else stored.entry.id,
        alone=not place.merged,
        trust=place.trust,
    )


def _by_source_rules(
    entries: tuple[model.Stored, ...], found: Mapping[int, Place], now: datetime.datetime
) -> tuple[tuple[model.Stored, ...], dict[str, int]]:
    """The entries that the rules of their sources leave, and which rule let each of the others go."""
    dropped: dict[str, int] = {}
    for row, place in found.items():
        if place.rules:
            own = tuple(stored for stored in entries if stored.source == row)
            dropped |= {one.id: one.rule for one in curate.curate(own, place.rules, now).dropped}
    return tuple(stored for stored in entries if stored.entry.id not in dropped), dropped


def _entry(stored: model.Stored, content: str) -> model.Entry:
    categories = {category.term: category for category in stored.entry.categories}
    categories |= {name: model.Category(name) for name in stored.categories if name not in categories}
    entry = dataclasses.replace(stored.entry, categories=tuple(categories.values()))
    if content == "full":
        return entry
    return dataclasses.replace(entry, content="", summary=entry.summary if content == "summary" else "")
