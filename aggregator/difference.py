"""What outputs would gain, lose or change under another feeds.yaml, over what is stored."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from aggregator import access
from aggregator.core import config, model, urls
from aggregator.edges import config_file, store
from aggregator.pipeline import compose, passage

DAYS = 14  # over which the volume is told
MOST = 10_000  # entries that are looked at for it, the newest
_FIELDS = (
    "title",
    "link",
    "summary",
    "content",
    "authors",
    "categories",
    "published",
    "updated",
    "origin",
    "also_at",
    "covered_by",
)
_BEYOND = ("blocks", "captions", "credits", "bios", "notes", "full_text", "duplicate_window")
"""Keys that act when entries are cleaned or compared, which a look at the store does not do again."""
_SAME: tuple[Callable[[model.SourceState, config.Source], bool], ...] = (
    lambda state, source: state.url == source.url,
    lambda state, source: state.moved_to == source.url,
    lambda state, source: source.name is not None and state.name == source.name,
    lambda state, source: state.first_url == source.url,
)
"""By what the store takes up a source, in this order."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """An entry that is in both, and in what it differs."""

    entry: model.Entry
    fields: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Volume:
    """Entries a day, without the window."""

    before: float
    after: float


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One output under two configurations; `before` and `after` are how many entries it shows."""

    output: str
    state: Literal["same", "changed", "new", "gone"]
    before: int = 0
    after: int = 0
    gained: tuple[model.Entry, ...] = ()
    lost: tuple[model.Entry, ...] = ()
    changed: tuple[Change, ...] = ()
    reordered: bool = False
    volume: Volume = Volume(0.0, 0.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """All outputs, and what could not be compared, in words."""

    outputs: tuple[Difference, ...]
    notes: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether any output would look otherwise."""
        return any(one.state != "same" for one in self.outputs)


def compare(path: pathlib.Path, other: pathlib.Path, data: pathlib.Path | None) -> Comparison:
    """Compare feeds.yaml with another file, by the store of the first. Raises ConfigError, StoreError."""
    wanted = config_file.read(other, data).config
    with access.reading(path, data) as (read, kept):
        return of(kept, read, wanted)


def of(kept: store.Store, before: config.Config, after: config.Config) -> Comparison:
    """The same of a store and two configurations."""
    names = [output.name for output in (*before.outputs, *after.outputs)]
    sides = [_Side(kept, read) for read in (before, after)]
    outputs = tuple(_difference(name, *sides) for name in dict.fromkeys(names))
    return Comparison(outputs, (*_strangers(sides[1]), *_beyond(before, after)))


class _Side:
    """One of the configurations: its outputs, and its sources as the store knows them."""

    def __init__(self, kept: store.Store, read: config.Config) -> None:
        self.kept = kept
        self.read = read
        self.outputs = {output.name: output for output in read.outputs}
        self.states = adopted(kept.sources(gone=True), read)

    def shown(self, name: str) -> tuple[model.Entry, ...]:
        """The entries of an output."""
        output = self.outputs[name]
        way = passage.course(self.kept, self.read, output, self.states)
        return compose.entries(self.kept, way)

    def volume(self, name: str) -> float:
        """How many entries a day an output would show, if its window had no end."""
        now = passage.moment(self.kept)
        since = max(passage.EPOCH + datetime.timedelta(days=DAYS), now) - datetime.timedelta(days=DAYS)
        found = passage.stretch(self.kept, passage.course(self.kept, self.read, self.outputs[name], self.states), since, MOST)
        return len(found.told) / DAYS


def adopted(states: Sequence[model.SourceState], read: config.Config) -> list[model.SourceState]:
    """The sources of a configuration as the store would know them once it follows it: by url, where one moved, or name."""
    left = {state.row: state for state in states}
    found = []
    for source in read.sources:
        state = next((state for same in _SAME for state in left.values() if same(state, source)), None)
        if state is not None:
            del left[state.row]
            found.append(dataclasses.replace(state, url=source.url, name=source.name))
    return found


def _difference(name: str, before: _Side, after: _Side) -> Difference:
    if name not in after.outputs:
        shown = before.shown(name)
        return Difference(name, "gone", before=len(shown), lost=shown, volume=Volume(before.volume(name), 0.0))
    if name not in before.outputs:
        shown = after.shown(name)
        return Difference(name, "new", after=len(shown), gained=shown, volume=Volume(0.0, after.volume(name)))
    was, is_now = before.shown(name), after.shown(name)
    old, new = {entry.id: entry for entry in was}, {entry.id: entry for entry in is_now}
    gained = tuple(entry for entry in is_now if entry.id not in old)
    lost = tuple(entry for entry in was if entry.id not in new)
    changed = tuple(_changes(old, new))
    reordered = [id for id in old if id in new] != [id for id in new if id in old]
    return Difference(
        name,
        "changed" if gained or lost or changed or reordered else "same",
        len(was),
        len(is_now),
        gained,
        lost,
        changed,
        reordered,
        Volume(before.volume(name), after.volume(name)),
    )


def _changes(old: Mapping[str, model.Entry], new: Mapping[str, model.Entry]) -> list[Change]:
    both = [(old[id], new[id]) for id in new if id in old]
    found = [
        Change(after, tuple(name for name in _FIELDS if getattr(before, name) != getattr(after, name))) for before, after in both
    ]
    return [change for change in found if change.fields]


def _strangers(side: _Side) -> list[str]:
    known = {state.url for state in side.states}
    names = [source.name or urls.redact(source.url) for source in side.read.sources if source.url not in known]
    return [f"not compared, for the store has nothing of it yet: {name}" for name in names]


def _beyond(before: config.Config, after: config.Config) -> list[str]:
    """Keys that differ and whose effect is not seen here."""
    old = {source.url: source for source in before.sources}
    pairs: list[tuple[Any, Any]] = [(before.settings, after.settings)]
    pairs += [(old[source.url], source) for source in after.sources if source.url in old]
    names = sorted(name for name in _BEYOND if any(getattr(one, name, None) != getattr(other, name, None) for one, other in pairs))
    return [f"not compared, for it acts when entries are cleaned or compared: {name}" for name in names]


def described(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON has it."""
    return {"differs": found.differs, "outputs": [_described(one) for one in found.outputs], "notes": list(found.notes)}


def _described(one: Difference) -> dict[str, Any]:
    return {
        "output": one.output,
        "state": one.state,
        "entries": {"before": one.before, "after": one.after},
        "per_day": {"before": round(one.volume.before, 2), "after": round(one.volume.after, 2)},
        "reordered": one.reordered,
        "gained": [_entry(entry) for entry in one.gained],
        "lost": [_entry(entry) for entry in one.lost],
        "changed": [_entry(change.entry) | {"fields": list(change.fields)} for change in one.changed],
    }


def _entry(entry: model.Entry) -> dict[str, Any]:
    return {"id": entry.id, "title": entry.title, "link": entry.link, "source": entry.origin.title if entry.origin else None}
