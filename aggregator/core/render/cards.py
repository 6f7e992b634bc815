"""What is new over all outputs, as cards of the index page."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

from aggregator.core import model, text

MOST = 24
_TEASER = 220  # characters
_ENOUGH = 4000  # characters of HTML that such a teaser is looked for in
_OLD = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """An entry with what a card shows of it."""

    entry: model.Entry
    teaser: str
    image: str | None


def lean(entry: model.Entry) -> model.Entry:
    """An entry without what no card shows of it."""
    said = entry.summary or text.plain(entry.content[:_ENOUGH])
    return dataclasses.replace(entry, content="", summary=text.shorten(said, _TEASER), enclosures=())


def cards(entries: Iterable[model.Entry], *, images: bool) -> tuple[Card, ...]:
    """The newest of these fitted entries, each once."""
    once = {entry.id: entry for entry in entries}
    newest = sorted(once.values(), key=lambda entry: (entry.published or entry.updated or _OLD, entry.id), reverse=True)
    return tuple(Card(entry, text.shorten(entry.summary, _TEASER), _picture(entry) if images else None) for entry in newest[:MOST])


def _picture(entry: model.Entry) -> str | None:
    """Its picture, if it comes by https: a card does without it sooner than with a gap."""
    return entry.image if entry.image and entry.image.startswith("https:") else None
