"""Which entries of a document are kept: not too many, none that are empty, none that a cut took in half."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from aggregator.core import model

_T = TypeVar("_T")
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def newest(found: Sequence[_T], date: Callable[[_T], datetime.datetime | None], most: int) -> list[_T]:
    """At most `most`, in their order: those with the newest dates; those without one go first, from the end."""
    if len(found) <= most:
        return list(found)
    dated = [date(one) or _NEVER for one in found]
    ranked = sorted(range(len(found)), key=lambda place: dated[place], reverse=True)
    return [found[place] for place in sorted(ranked[:most])]


def worthwhile(found: Iterable[model.Entry], *, cut: bool) -> tuple[model.Entry, ...]:
    """Those that say something; of a broken document not a last one that lost its head."""
    kept = [one for one in found if says(one)]
    if cut and kept and _headless(kept[-1], kept[:-1]):
        del kept[-1]
    return tuple(kept)


def says(one: model.Entry) -> bool:
    """Whether an entry says anything at all."""
    return bool(one.id or one.link or one.title or one.summary or one.content or one.enclosures)


def _headless(last: model.Entry, others: Sequence[model.Entry]) -> bool:
    """Without id and link, unless it has a title and the others of this source have neither as well."""
    return not (last.id or last.link) and (not last.title or any(entry.id or entry.link for entry in others))


def with_entries(head: model.Feed, entries: tuple[model.Entry, ...]) -> model.Feed:
    """The head and its entries."""
    return dataclasses.replace(head, entries=entries)
