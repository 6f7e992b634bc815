"""What users have taken down: never published again, whatever brings it back."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from aggregator.core import dedupe, model
from aggregator.edges.store import database, packing


@dataclasses.dataclass(frozen=True, slots=True)
class Takedown:
    """An article that was taken down: what it is known by, and of which of these ids (with their sources) it had."""

    article: str  # the published id of its group, or a link
    title: str
    because: str
    at: datetime.datetime
    ids: tuple[tuple[str, int], ...] = ()  # published id, source
    links: tuple[str, ...] = ()  # as they are compared


def keys(entry: model.Stored) -> tuple[str, ...]:
    """What a stored entry is known by here."""
    link = dedupe.link_key(entry.entry.link)
    return (f"u:{entry.entry.id}", f"u:{entry.group}", *((f"l:{link}",) if link else ()))


def save(transaction: database.Transaction, taken: Takedown) -> None:
    """Take an article down."""
    rows = [(f"u:{id}", source) for id, source in taken.ids] + [(f"l:{link}", None) for link in taken.links]
    transaction.many(
        "INSERT INTO takedowns (key, article, source_id, title, because, at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (key) DO NOTHING",
        [(key, taken.article, source, taken.title, taken.because, taken.at.timestamp()) for key, source in rows],
    )


def undo(transaction: database.Transaction, keys: Sequence[str]) -> list[str]:
    """Let the articles that are known by one of these keys be published again; which those are."""
    found = database.within(transaction.execute, "SELECT DISTINCT article FROM takedowns WHERE key IN ({})", (), keys)
    articles = sorted(row[0] for row in found)
    database.within(transaction.execute, "DELETE FROM takedowns WHERE article IN ({})", (), articles)
    return articles


def listed(ask: database.Query) -> list[Takedown]:
    """All that was taken down, the latest first."""
    rows = ask("SELECT article, key, source_id, title, because, at FROM takedowns ORDER BY at DESC, article, key", ())
    found: dict[str, Takedown] = {}
    for article, key, source, title, because, at in rows:
        moment = packing.moment(at)
        assert moment is not None
        one = found.get(article, Takedown(article, title, because, moment))
        if key.startswith("u:"):
            one = dataclasses.replace(one, ids=(*one.ids, (key[2:], source)))
        else:
            one = dataclasses.replace(one, links=(*one.links, key[2:]))
        found[article] = one
    return list(found.values())
