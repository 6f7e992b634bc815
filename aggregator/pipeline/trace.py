"""What became of one entry in one output: published there, or left out by which step of its way."""

from __future__ import annotations

import dataclasses
from typing import Literal

from aggregator.core import config, model
from aggregator.edges import store
from aggregator.pipeline import compose, groups

Step = Literal["published", "no source", "held", "backlog", "source rule", "merged", "output rule", "story", "limit"]
"""Where an entry's way ended: it is published; its source is not the output's; it is held with a mass change, or was one too many
when its source was new; a rule of its source or of the output let it go; another copy of the article or the first of its story
stands for it; it is behind the window's limit."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """How far an entry came. `rule` counts from 0 in the order of feeds.yaml; `place` in the output counts from 1, the newest.

    `shown` is the copy that stands for its group, itself if it has none; `id` is that under which the article goes on.
    """

    step: Step
    id: str
    shown: str
    rule: int | None = None
    place: int | None = None


def trace(into: store.Store, output: config.Output, found: dict[int, compose.Place], stored: model.Stored) -> Trace:
    """What became of a stored entry in an output whose places these are."""
    id = stored.entry.id
    place = found.get(stored.source)
    if place is None:
        return Trace("no source", id, id)
    if compose.held_back(stored, place.backlog):
        return Trace("held" if stored.held else "backlog", id, id)
    way = compose.passage(into, output, found, [stored])
    if id in way.dropped_by_source:
        return Trace("source rule", id, id, way.dropped_by_source[id])
    group = way.dressed[id].group if output.duplicates == "merge" else id
    members = [one for one in way.kept if one.group == group] if output.duplicates == "merge" else []
    shown = groups.chosen(members).id if members else id
    return _placed(way, output, Trace("merged" if shown != id else "published", group, shown))


def _placed(way: compose.Passage, output: config.Output, so_far: Trace) -> Trace:
    """The same, once the rules of the output, its stories and its window have taken what is theirs."""
    if so_far.id in way.dropped:
        return dataclasses.replace(so_far, step="output rule", rule=way.dropped[so_far.id])
    once = next(one for one in way.once if one.entry.id == so_far.id)
    id = (once.story or so_far.id) if output.stories == "group" else so_far.id
    place = next(number for number, one in enumerate(way.told, 1) if one.entry.id == id)
    if place > output.limit:
        return dataclasses.replace(so_far, step="limit")
    told = way.told[place - 1]
    leads = output.stories != "group" or (told.source == once.source and told.entry.link == once.entry.link)
    step = so_far.step if leads else "story"
    return dataclasses.replace(so_far, step=step, id=id, place=place)
