"""Stored entries as people name them: by id, by the beginning of one, or by link."""

from __future__ import annotations

from aggregator.core import errors
from aggregator.edges import store

_LISTED = 5  # entries of one name that are listed when it has to be chosen


def two(kept: store.Store, one: str, other: str) -> tuple[store.Named, store.Named]:
    """The two entries that two names mean: of several with the same link the first, unless that is the other one.

    Raises UnknownEntry.
    """
    left, right = found(kept, one), found(kept, other)
    if {entry.id for entry in left} == {entry.id for entry in right}:
        listed = "; ".join(f"{entry.id} of {entry.source}" for entry in left[:_LISTED])
        what = "one entry" if len(left) == 1 else f"the same {len(left)} entries"
        raise errors.UnknownEntry(f"both names mean {what}; name two by their ids: {listed}")
    pairs = ((a, b) for a in left for b in right if a.id != b.id)
    return next(pairs)


def found(kept: store.Store, name: str) -> list[store.Named]:
    """The stored entries that people call so, by id, the beginning of one, or a link; at least one. Raises UnknownEntry."""
    entries = kept.find(name)
    if entries:
        return entries
    if kept.explained([name]):
        raise errors.UnknownEntry(f'the entry "{name}" is not in the store any more; settings.keep says how long entries stay')
    raise errors.UnknownEntry(f'no entry is called "{name}"; name one by its link, or by its id as outputs and lists have it')
