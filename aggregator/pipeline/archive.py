"""What an output had before its window: a document for each month, so that who subscribes now can go back (RFC 5005 4)."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Mapping

from aggregator.core import config, model
from aggregator.edges import store
from aggregator.pipeline import compose, passage

MOST = 5_000  # entries of one output that its archive goes back, the newest


def key(into: store.Store, fingerprint: str) -> tuple[object, ...]:
    """What an archive depends on, as far as it is looked at: it is made anew every day, and when users changed something."""
    return (fingerprint, passage.moment(into).date(), into.asked())


def documents(into: store.Store, way: passage.Course, feed: model.Feed, base: str) -> tuple[model.Feed, ...]:
    """The archive of an output as feeds, the oldest first; `feed` is the output as it is now, `base` where it stands.

    The present month is there as far as yesterday, so that nothing is lost between a document and the window.
    """
    parts = list(_months(into, way).items())
    names = [f"{feed.name}.{month}" for month, _ in parts]
    places = [f"{base}{name}.atom.xml" for name in names]
    return tuple(
        dataclasses.replace(
            feed,
            name=names[place],
            link=f"{base}{feed.name}.html",
            updated=max((entry.updated for entry in entries if entry.updated), default=feed.updated),
            entries=entries,
            tombstones=(),
            archive=True,
            current=f"{base}{feed.name}.atom.xml",
            older=places[place - 1] if place else None,
            newer=places[place + 1] if place + 1 < len(places) else None,
        )
        for place, (_, entries) in enumerate(parts)
    )


def _months(into: store.Store, way: passage.Course) -> Mapping[str, tuple[model.Entry, ...]]:
    """The entries of each month by the time they were first seen, the oldest month first, the newest entry first."""
    today = passage.moment(into).replace(hour=0, minute=0, second=0, microsecond=0)
    told = [stored for stored in passage.stretch(into, way, passage.EPOCH, MOST).told if stored.first_seen < today]
    months: dict[str, list[model.Stored]] = collections.defaultdict(list)
    for stored in told:
        months[_month(stored.first_seen)].append(stored)
    return {month: compose.told(into, way, months[month]) for month in sorted(months)}


def _month(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y-%m}"


def wanted(output: config.Output) -> bool:
    """Whether an output has an archive; one of corrections tells of a month only."""
    return output.archive and not output.corrections
