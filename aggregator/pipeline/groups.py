"""Copies of one article as one entry, and who else tells its story: what an output shows of groups and stories."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from aggregator.core import curate, dedupe, model

COPIES = 20  # of an article that are named in its entry
OTHERS = 12  # articles of its story that are, the newest

Grouped = dict[str, list[model.Stored]]


def merged(entries: Iterable[model.Stored]) -> tuple[model.Stored, ...]:
    """One entry for each group of duplicates, under the group's id, newest first; the others are named in it."""
    groups: Grouped = collections.defaultdict(list)
    for stored in entries:
        groups[stored.group].append(stored)
    return curate.newest_first(_one(id, members) if len(members) > 1 else _under(id, members[0]) for id, members in groups.items())


def _under(id: str, stored: model.Stored) -> model.Stored:
    if stored.entry.id == id:
        return stored
    return dataclasses.replace(stored, entry=dataclasses.replace(stored.entry, id=id))


def _one(id: str, members: Sequence[model.Stored]) -> model.Stored:
    """The copy that is shown, with all that is its source's; when it came and was published is what was known first."""
    by_id = {stored.entry.id: stored for stored in members}
    first = min(members, key=lambda stored: (stored.first_seen, stored.entry.id != id, stored.entry.id))
    choice = chosen(members)
    shown = by_id[choice.id]
    entry = dataclasses.replace(
        shown.entry,
        id=id,
        published=first.entry.published,
        updated=_updated(first, shown, choice.gained_at),
        also_at=_mentions((stored for stored in members if stored is not shown), COPIES),
    )
    return dataclasses.replace(shown, entry=entry, group=id, story=first.story, first_seen=first.first_seen)


def chosen(members: Iterable[model.Stored]) -> dedupe.Shown:
    """Which of the copies of an article is shown: the one whose source stands for itself, if there is one.

    Raises ValueError when there are none.
    """
    members = list(members)
    alone = next((stored for stored in members if stored.alone), None)
    return dedupe.Shown(alone.entry.id, None) if alone else dedupe.shown(map(_member, members))


def _member(stored: model.Stored) -> dedupe.Member:
    return dedupe.Member(stored.entry.id, stored.words, stored.trust, stored.first_seen.timestamp())


def _updated(first: model.Stored, shown: model.Stored, gained_at: float | None) -> datetime.datetime | None:
    """When readers last had something new: the first copy's date, an edit of the one that is shown, a gain by the change to it.

    An edit of the first copy counts while that was the one that was shown.
    """
    began = first.entry.updated
    if began is not None and first is not shown:
        began = min(began, shown.first_seen)
    dates = [began, datetime.datetime.fromtimestamp(gained_at, datetime.UTC) if gained_at else None]
    if shown.entry.updated and shown.entry.updated > shown.first_seen:
        dates.append(shown.entry.updated)
    return max((date for date in dates if date), default=None)


def _mentions(entries: Iterable[model.Stored], most: int) -> tuple[model.Mention, ...]:
    """Those that came first; each address once."""
    found: dict[str, model.Mention] = {}
    for stored in sorted(entries, key=lambda stored: (stored.first_seen, stored.entry.id)):
        found.setdefault(stored.entry.link or stored.entry.id, _mention(stored))
    return tuple(found.values())[:most]


def _mention(stored: model.Stored) -> model.Mention:
    entry = stored.entry
    return model.Mention(entry.id, entry.title, entry.link, stored.source_name, entry.published)


def told(entries: Sequence[model.Stored], mode: Literal["group", "annotate", "off"]) -> tuple[model.Stored, ...]:
    """The entries of an output, newest first, with the other articles of their stories; or one entry for each story."""
    if mode == "off":
        return tuple(_untold(stored) for stored in entries)
    stories: Grouped = collections.defaultdict(list)
    for stored in entries:
        stories[stored.story or stored.entry.id].append(stored)
    if mode == "group":
        return curate.newest_first(_story(id, members) for id, members in stories.items())
    return tuple(_annotated(stored, stories) for stored in entries)


def _untold(stored: model.Stored) -> model.Stored:
    return dataclasses.replace(stored, entry=dataclasses.replace(stored.entry, story=""))


def _annotated(stored: model.Stored, stories: Mapping[str, list[model.Stored]]) -> model.Stored:
    id = stored.story or stored.entry.id
    others = [other for other in stories[id] if other.source != stored.source]  # who *else* covers it
    return dataclasses.replace(stored, entry=dataclasses.replace(stored.entry, story=id, covered_by=_covered(others)))


def _covered(others: Sequence[model.Stored]) -> tuple[model.Mention, ...]:
    """The newest of them, in the order in which they came."""
    return _mentions(curate.newest_first(others)[:OTHERS], OTHERS)


def _story(id: str, members: Sequence[model.Stored]) -> model.Stored:
    """The article that came first, under the story's id; it stands in the output where the newest of them would."""
    first = min(members, key=lambda stored: (stored.first_seen, stored.entry.id != id, stored.entry.id))
    newest = max(stored.first_seen for stored in members)
    covered = _covered([stored for stored in members if stored is not first])
    entry = dataclasses.replace(first.entry, id=id, story=id, covered_by=covered)
    return dataclasses.replace(first, entry=entry, first_seen=newest)
