"""The way of stored entries into an output: the rules of every scope, copies as one, stories, and the window."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence, Set

from aggregator.core import config, curate, model
from aggregator.edges import store
from aggregator.pipeline import groups, places

PAGE = 200  # entries asked of the store at once, at least
TOLD = 40  # entries of a story that are looked at, the newest
STRETCH = 500  # entries asked of the store at once where there is no window
OWN = 20  # entries of a source that are looked at when it is to keep a place, the newest

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_Entries = tuple[model.Stored, ...]
_Rules = tuple[curate.Placed, ...]
Rulings = Mapping[str, Sequence[curate.Ruling]]
"""What rules did, by the id of the entry, in the order in which it was done."""


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """What entries meet on their way into an output: its sources by their rows, and the rules of each scope."""

    output: config.Output
    places: Mapping[int, places.Place]
    everywhere: _Rules
    categories: Mapping[str, _Rules]
    own: _Rules
    taken: frozenset[str] = frozenset()  # what was taken down, by what it is known by in the store


def course(
    into: store.Store, read: config.Config, output: config.Output, states: Sequence[model.SourceState] | None = None
) -> Course:
    """The way into an output as feeds.yaml has it; `states` are the sources to go by instead of the store's."""
    return Course(
        output,
        places.places(into, read, output, states),
        config.everywhere(read),
        {name: config.of_category(read, name) for name, one in read.categories.items() if one.rules},
        config.of_output(read, output),
        frozenset(
            key for one in into.takedowns() for key in (*(f"u:{id}" for id, _ in one.ids), *(f"l:{link}" for link in one.links))
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """What becomes of stored entries on their way into an output, step by step."""

    dressed: Mapping[str, model.Stored]  # by id: those of its sources that are not held back
    before: Rulings  # of the rules for all sources, for categories and for sources
    kept: _Entries  # what those left
    once: _Entries  # one of each group, under the group's id
    after: Rulings  # of the output's rules, by that id
    told: _Entries  # as they are published, newest first, but for the window
    window: _Entries  # what is published, in its order


def passage(into: store.Store, way: Course, besides: Sequence[model.Stored] = ()) -> Passage:
    """The way of entries into an output. Asks the store for more until the window is full.

    Entries `besides` those go the same way, however far behind the window they stand.
    """
    now = moment(into)
    scanned: list[model.Stored] = []
    size = max(PAGE, 2 * way.output.limit)
    while True:
        page = into.newest(list(way.places), len(scanned), size)
        scanned += page
        found = _passage(into, way, scanned, now)
        if len(page) < size or _full(found, way, scanned):
            break
        size = len(scanned)
    more = [*_rare(into, way, found, now), *besides]
    more = [stored for stored in more if stored.source in way.places and stored.entry.id not in found.dressed]
    return _passage(into, way, [*scanned, *more], now) if more else found


def stretch(into: store.Store, way: Course, since: datetime.datetime, most: int) -> Passage:
    """The way of all entries first seen since then, `most` at most, as if the window had no end."""
    scanned: list[model.Stored] = []
    while len(scanned) < most:
        page = into.newest(list(way.places), len(scanned), min(STRETCH, most - len(scanned)))
        scanned += [stored for stored in page if stored.first_seen >= since]
        if len(page) < STRETCH or page[-1].first_seen < since:
            break
    return _passage(into, way, scanned, moment(into))


def moment(into: store.Store) -> datetime.datetime:
    """The time that rules go by."""
    return into.moment() or EPOCH


def _full(found: Passage, way: Course, scanned: Sequence[model.Stored]) -> bool:
    """Whether the window is known: nothing that was not asked for may stand before its last entry, nor change what stands there."""
    left = found.told[: way.output.limit]
    if len(left) < way.output.limit or left[-1].first_seen < scanned[-1].first_seen:
        return False
    rules = (*way.everywhere, *way.own, *(rule for rules in way.categories.values() for rule in rules))
    rules += tuple(rule for place in way.places.values() for rule in place.rules)
    return not curate.by_day(rules) or left[-1].first_seen.date() > scanned[-1].first_seen.date()


def _rare(into: store.Store, way: Course, found: Passage, now: datetime.datetime) -> list[model.Stored]:
    """The newest entries of sources that are to keep a place in the window, and have none in what was asked for."""
    fair = curate.fairness(way.own, now)
    if fair is None:
        return []
    have = collections.Counter(stored.source for stored in found.told)
    latest = into.figures.latest([row for row in way.places if have[row] < fair.slots])
    alive = sorted((row for row, at in latest.items() if now - at <= fair.stay), key=lambda row: latest[row], reverse=True)
    return [stored for row in alive[: way.output.limit] for stored in into.newest([row], 0, max(OWN, fair.slots))]


def _passage(into: store.Store, way: Course, scanned: Sequence[model.Stored], now: datetime.datetime) -> Passage:
    entries = _dressed(scanned, way)
    ruled = bool(way.everywhere or way.own or way.categories or any(place.rules for place in way.places.values()))
    if way.output.stories != "off" or ruled:  # rules may ask how many sources tell a story
        told = sorted({stored.story for stored in entries.values() if stored.story})
        entries |= _dressed(into.told(told, TOLD), way)
    if way.output.duplicates == "merge":
        copied = sorted({stored.group for stored in entries.values() if stored.group != stored.entry.id})
        entries |= _dressed(into.members(copied), way)
    kept, before = _ruled(curate.newest_first(_covered(entries)), way, now)
    once = groups.merged(kept) if way.output.duplicates == "merge" else kept
    chosen = curate.curate(once, way.own, now)
    shown = groups.told(chosen.entries, way.output.stories)
    window = curate.window(shown, way.own, way.output.limit, now)
    return Passage(entries, before, kept, once, _by_id(chosen.rulings), shown, window)


def _dressed(entries: Iterable[model.Stored], way: Course) -> dict[str, model.Stored]:
    """Entries by id as their places have them; without those of other sources, that are held back, or were taken down."""
    found = way.places
    shown = (stored for stored in entries if stored.source in found and not places.held_back(stored, found[stored.source].backlog))
    shown = (stored for stored in shown if not taken_down(stored, way))
    return {stored.entry.id: _placed(stored, found[stored.source]) for stored in shown}


def taken_down(stored: model.Stored, way: Course) -> bool:
    """Whether an entry, or the article of which it is a copy, was taken down."""
    return bool(way.taken) and not way.taken.isdisjoint(store.known_by(stored))


def _placed(stored: model.Stored, place: places.Place) -> model.Stored:
    return dataclasses.replace(
        stored,
        entry=dataclasses.replace(stored.entry, origin=place.origin),
        source_name=place.name,
        categories=place.categories,
        group=stored.group if place.merged else stored.entry.id,
        alone=not place.merged,
        trust=place.trust,
    )


def _covered(entries: Mapping[str, model.Stored]) -> list[model.Stored]:
    """The same entries, which know how many sources tell each."""
    telling: dict[str, set[int]] = collections.defaultdict(set)
    for stored in entries.values():
        telling[stored.group].add(stored.source)
        if stored.story:
            telling[f"story:{stored.story}"].add(stored.source)
    return [_counted(stored, telling) for stored in entries.values()]


def _counted(stored: model.Stored, telling: Mapping[str, set[int]]) -> model.Stored:
    count = len(telling[stored.group] | telling.get(f"story:{stored.story}", set()))
    return dataclasses.replace(stored, coverage=count) if count > 1 else stored


def _ruled(entries: _Entries, way: Course, now: datetime.datetime) -> tuple[_Entries, Rulings]:
    """What the rules for all sources, for categories and for sources leave, and what they did."""
    first = curate.curate(entries, way.everywhere, now)
    entries, rulings = first.entries, list(first.rulings)
    for name, rules in way.categories.items():
        rows = {row for row, place in way.places.items() if name in place.categories}
        entries, more = _part(entries, rules, now, rows)
        rulings += more
    for row in sorted({stored.source for stored in entries}):
        if rules := way.places[row].rules:
            entries, more = _part(entries, rules, now, {row})
            rulings += more
    return entries, _by_id(rulings)


def _part(entries: _Entries, rules: _Rules, now: datetime.datetime, sources: Set[int]) -> tuple[_Entries, Sequence[curate.Ruling]]:
    """Rules for the entries of some sources; the others stay as they are."""
    mine = tuple(stored for stored in entries if stored.source in sources)
    done = curate.curate(mine, rules, now)
    if not done.rulings:
        return entries, ()
    left = {stored.entry.id: stored for stored in done.entries}
    gone = {stored.entry.id for stored in mine} - left.keys()
    return tuple(left.get(stored.entry.id, stored) for stored in entries if stored.entry.id not in gone), done.rulings


def _by_id(rulings: Iterable[curate.Ruling]) -> Rulings:
    found: dict[str, list[curate.Ruling]] = collections.defaultdict(list)
    for ruling in rulings:
        found[ruling.id].append(ruling)
    return dict(found)
