"""What changes stored entries between polls: better knowledge of boilerplate, and pages that come late. Readers are not told."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence

from aggregator.core import dedupe, model, text
from aggregator.edges.store import database, entries, packing, sketches

_COLUMNS = "id, source_id, hash, coalesce(page, original), content, removed, page_tries"


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A stored entry to be cleaned once more."""

    row: int
    source: int
    hash: str  # of the version that this is
    entry: model.Entry  # as it came, or as its page filled it
    cleaned: model.Cleaned
    tries: int  # how often its page was asked for in vain


@dataclasses.dataclass(frozen=True, slots=True)
class Amendment:
    """What a stored entry becomes; `page` (as its page filled it) None leaves what was there."""

    draft: Draft
    cleaned: model.Cleaned
    page: model.Entry | None = None


def drafts(ask: database.Query, source: int, below: int | None, count: int) -> list[Draft]:
    """Stored entries of a source, the newest first, from those stored before row `below`."""
    older, values = ("", ()) if below is None else (" AND id < ?", (below,))
    rows = ask(f"SELECT {_COLUMNS} FROM entries WHERE source_id = ?{older} ORDER BY id DESC LIMIT ?", (source, *values, count))
    return [_draft(row) for row in rows]


def waiting(ask: database.Query, now: datetime.datetime, sources: Sequence[int], count: int) -> list[Draft]:
    """Entries of these sources whose pages are due, the longest waiting first."""
    inside, values = database.among(sources)
    sql = f"SELECT {_COLUMNS} FROM entries WHERE page_at <= ? AND source_id IN ({inside}) ORDER BY page_at, id LIMIT ?"
    return [_draft(row) for row in ask(sql, (now.timestamp(), *values, count))] if sources else []


def pages(ask: database.Query, uids: Sequence[str]) -> dict[str, model.Entry]:
    """The entries as their pages filled them, by published id; those that no page filled are left out."""
    rows = database.within(ask, "SELECT uid, page FROM entries WHERE page IS NOT NULL AND uid IN ({})", (), uids)
    return {row[0]: packing.unpack(row[1])[0] for row in rows}


def amend(transaction: database.Transaction, amendment: Amendment) -> None:
    """Store what an entry becomes, unless a poll has brought another version; its id, its dates and its verdict stay."""
    cleaned = amendment.cleaned
    page = None if amendment.page is None else packing.pack(amendment.page)
    transaction.execute(
        "UPDATE entries SET link_key = ?, words = ?, title = ?, removed = ?, content = ?, page = coalesce(?, page), "
        "page_at = CASE WHEN ? THEN NULL ELSE page_at END WHERE id = ? AND hash = ?",
        (
            dedupe.link_key(cleaned.entry.target or cleaned.entry.link),
            len(text.words(cleaned.text)),
            cleaned.entry.title,
            entries.removals(cleaned),
            packing.pack(cleaned.entry, cleaned.text),
            page,
            page is not None,
            amendment.draft.row,
            amendment.draft.hash,
        ),
    )
    sketches.forget(transaction, [amendment.draft.row])


def postpone(transaction: database.Transaction, row: int, until: datetime.datetime | None) -> None:
    """Note that an entry's page was asked for in vain, and when to ask again; None for never."""
    at = None if until is None else until.timestamp()
    transaction.execute("UPDATE entries SET page_at = ?, page_tries = page_tries + 1 WHERE id = ?", (at, row))


def _draft(row: database.Row) -> Draft:
    entry, text = packing.unpack(row[4])
    removed = tuple(model.Removal(*removal) for removal in json.loads(row[5])) if row[5] else ()
    return Draft(row[0], row[1], row[2], packing.unpack(row[3])[0], model.Cleaned(entry, text, removed), row[6])
