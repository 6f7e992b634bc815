"""What housekeeping lets go of: what is past keeping, and the oldest of what is more than there may be."""

from __future__ import annotations

import datetime

from aggregator.core import dedupe
from aggregator.edges.store import (
    corrections,
    database,
    entries,
    hosts,
    missing,
    outputs,
    showings,
    sketches,
    stamps,
    stories,
    verdicts,
)

REMEMBER = datetime.timedelta(days=730)  # how long an identity outlives its entry
EVENTS = datetime.timedelta(days=90)  # how long the operator's events are kept
HOSTS = datetime.timedelta(days=30)  # how long a host that nobody asks any more is remembered
DOUBTS = datetime.timedelta(days=90)  # how long a pair waits for somebody to look at it
_CHUNK = 500  # entries that go in one transaction
_PAGES = 5_000  # freed ones that are given back at a time: others wait meanwhile


def past(db: database.Database, now: datetime.datetime, keep: datetime.timedelta, window: datetime.timedelta) -> int:
    """Let go of what is past keeping; how many entries that was. `window` is how long entries are compared with new ones."""
    with db.write() as transaction:
        outputs.forget_events(transaction, now - EVENTS)
        sketches.expire(transaction, (now - window).timestamp())
        stories.expire(transaction, now.timestamp() - dedupe.STORY_LASTS)
        verdicts.retire(transaction, now - DOUBTS)
        hosts.forget(transaction, now - HOSTS)
        showings.forget(transaction, now - keep)
        corrections.forget(transaction, now - keep)
        missing.forget(transaction, now - keep)
        stamps.forget(transaction, (now - keep).timestamp())
        return entries.retire(transaction, now - keep, now - keep - REMEMBER)


def surplus(db: database.Database, now: datetime.datetime, most: int) -> int:
    """Let go of entries that left their sources, the first to leave first, while the store takes more than so many bytes.

    What a document still carries stays, and so does what the others were known by: nothing old comes back as new.
    """
    gone = 0
    while db.size() > most:
        with db.write() as transaction:
            retired = entries.retire_first(transaction, now, _CHUNK)
        gone += retired
        if not retired:
            break
    return gone


def give_back(db: database.Database) -> None:
    """Return freed space to the disk, some of it each time."""
    db.compact(_PAGES)
