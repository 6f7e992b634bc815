"""Entries that were stored before they could be compared, or were edited since, beside what is stored."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.core import dedupe, text
from aggregator.edges import store
from aggregator.pipeline import compare

CHUNK = 100  # entries in one transaction


@dataclasses.dataclass(frozen=True, slots=True)
class Recompared:
    """How many entries were looked at, and how many changed their group."""

    seen: int = 0
    regrouped: int = 0


def recompare(into: store.Store, now: datetime.datetime, window: datetime.timedelta) -> Recompared:
    """Sketch some entries of the window that have no sketch, and settle whether they are still, or by now, duplicates."""
    with into.writing() as writing:
        loose = writing.loose(now - window, CHUNK)
        writing.measure({one.id: len(text.words(one.cleaned.text)) for one in loose})
        regrouped = [one.id for one in loose if _regrouped(writing, one, window)]
        if regrouped and writing.decisions():
            writing.obey(regrouped)
    return Recompared(len(loose), len(regrouped))


def _regrouped(writing: store.Writing, loose: store.Loose, window: datetime.timedelta) -> bool:
    """Whether an entry changed its group: a copy is none any more, or one that was alone is one by now."""
    arrival = compare.Arrival(loose.id, loose.cleaned, loose.source, loose.published)
    read = dedupe.read(loose.cleaned.entry.title, loose.cleaned.text)
    item = compare.sketched(arrival, read, loose.first_seen)
    holders = writing.holders(dedupe.keys(item.sketch), loose.first_seen - window)
    stored = writing.compared(dedupe.promising(item, holders))
    head = loose.head
    if head != loose.id:
        head = loose.id if _left(writing, item, head) else head
    elif not writing.leads(loose.id):
        head = _joined(writing, item, list(stored.values()), window)
    writing.enter(compare.entered([item], {loose.id: head}, holders, stored))
    return head != loose.head


def _left(writing: store.Writing, item: dedupe.Item, head: str) -> bool:
    """Whether an entry is no copy of its head any more, and goes its own way."""
    found = writing.sketches([head]).get(head)
    if found is None or dedupe.stays(item.sketch, found.sketch):
        return False
    writing.part([item.id])
    return True


def _joined(writing: store.Writing, item: dedupe.Item, stored: list[dedupe.Item], window: datetime.timedelta) -> str:
    """The head of an entry that was alone; it can only be a copy of what came before, so nothing older gives way to it."""
    earlier = [other for other in stored if (other.seen, other.id) < (item.seen, item.id)]
    verdict = dedupe.duplicate(item, earlier, window.total_seconds())
    if verdict is None or verdict.confidence != "certain":
        return item.id
    writing.merge([verdict])
    return verdict.duplicate_of
