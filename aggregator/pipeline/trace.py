"""What became of one entry in one output: published there, or left out by which step of its way."""

from __future__ import annotations

import dataclasses
from typing import Literal

from aggregator.core import curate, model
from aggregator.edges import store
from aggregator.pipeline import groups, passage, places

Step = Literal["published", "no source", "held", "backlog", "taken down", "rule", "merged", "story", "limit"]
"""Where an entry's way ended: it is published; its source is not the output's; it is held with a mass change, or was one too many
when its source was new; a user took it down; a rule let it go or holds it back; another copy of the article or the first of its
story stands for it; it is behind the window's limit."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """How far an entry came. `place` in the output counts from 1.

    `shown` is the copy that stands for its group, itself if it has none; `id` is that under which the article goes on. `rulings`
    are what rules did to it, and then to its group, in that order; the last one let it go when the step is `rule`.
    """

    step: Step
    id: str
    shown: str
    rulings: tuple[curate.Ruling, ...] = ()
    place: int | None = None


def trace(into: store.Store, way: passage.Course, stored: model.Stored) -> Trace:
    """What became of a stored entry on its way into an output."""
    id = stored.entry.id
    place = way.places.get(stored.source)
    if place is None:
        return Trace("no source", id, id)
    if places.held_back(stored, place.backlog):
        return Trace("held" if stored.held else "backlog", id, id)
    if passage.taken_down(stored, way):
        return Trace("taken down", id, id)
    return followed(passage.passage(into, way, [stored]), way, id)


def followed(found: passage.Passage, way: passage.Course, id: str) -> Trace:
    """The same of an entry that is part of a passage."""
    rulings = tuple(found.before.get(id, ()))
    if rulings and rulings[-1].left:
        return Trace("rule", id, id, rulings)
    merging = way.output.duplicates == "merge"
    group = found.dressed[id].group if merging else id
    members = [one for one in found.kept if one.group == group] if merging else []
    shown = groups.chosen(members).id if members else id
    rulings = (*(rulings if shown == id else found.before.get(shown, ())), *found.after.get(group, ()))
    return _placed(found, way, Trace("merged" if shown != id else "published", group, shown, rulings))


def _placed(found: passage.Passage, way: passage.Course, so_far: Trace) -> Trace:
    """The same, once the rules of the output, its stories and its window have taken what is theirs."""
    if so_far.rulings and so_far.rulings[-1].left:
        return dataclasses.replace(so_far, step="rule")
    once = next(one for one in found.once if one.entry.id == so_far.id)
    grouped = way.output.stories == "group"
    id = (once.story or so_far.id) if grouped else so_far.id
    place = next((number for number, one in enumerate(found.window, 1) if one.entry.id == id), None)
    if place is None:
        return dataclasses.replace(so_far, step="limit")
    told = found.window[place - 1]
    leads = not grouped or (told.source == once.source and told.entry.link == once.entry.link)
    return dataclasses.replace(so_far, step=so_far.step if leads else "story", id=id, place=place)
