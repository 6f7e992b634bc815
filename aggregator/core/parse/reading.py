"""What reading a document gives to somebody who knows some of its entries already."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from aggregator.core import model
from aggregator.core.parse import choose


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """The feed without the entries that were known by their stamps.

    A stamp stands for the bytes of an entry and all around them that gives them their meaning: the same stamp, the same entry.
    """

    feed: model.Feed
    stamps: tuple[str, ...] = ()  # of its entries, in their order; empty for a document that cannot be taken apart
    known: tuple[str, ...] = ()  # of the entries that were known and are still there, in their order; copies are as many
    whole: str = ""  # why everything was read; "" when only what was unknown had to be
    empty: int = 0  # entries that are left out because they say nothing, or were cut off

    @property
    def seen(self) -> int:
        """How many entries the document has that say something."""
        return len(self.feed.entries) + len(self.known)


def told(head: model.Feed, found: Iterable[tuple[str, model.Entry]], known: tuple[str, ...], whole: str = "") -> Reading:
    """The reading of a document that was taken apart: what was found under which stamps, in order, empty entries too."""
    every = list(found)
    pairs = [(stamp, one) for stamp, one in every if choose.says(one)]
    feed = choose.with_entries(head, tuple(one for _, one in pairs))
    return Reading(feed, tuple(stamp for stamp, _ in pairs), known, whole, len(every) - len(pairs))


def at_once(head: model.Feed, found: Sequence[model.Entry], whole: str, *, cut: bool = False) -> Reading:
    """The reading of a document that cannot be taken apart, and why; `cut`: it ends too early."""
    kept = choose.worthwhile(found, cut=cut)
    return Reading(choose.with_entries(head, kept), whole=whole, empty=len(found) - len(kept))
