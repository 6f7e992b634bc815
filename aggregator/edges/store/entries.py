"""The tables of entries and of everything they were ever known by."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence

from aggregator.core import dedupe, model, text
from aggregator.edges.store import database, packing, sketches

_STORED = "uid, source_id, first_seen, published, updated, head, content, story, words, backlog, held_until"
_NEWEST_FIRST = "ORDER BY first_seen DESC, coalesce(published, first_seen) DESC, uid DESC"


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """An entry to be stored: as cleaned, as it came, and what was decided about it."""

    source: int
    identified: dedupe.Identified
    original: model.Entry
    first_seen: datetime.datetime  # ignored for an entry that is stored already
    published: datetime.datetime | None  # likewise
    updated: datetime.datetime | None  # None leaves the stored one
    verdict: dedupe.Verdict | None = None  # likewise ignored
    page: model.Entry | None = None  # as its page filled it
    page_at: datetime.datetime | None = None  # when to ask for its page
    story: str | None = None  # the id of its story; likewise ignored
    backlog: int | None = None  # its place among what its source brought when it was new; likewise
    held_until: datetime.datetime | None = None  # likewise


def seen(ask: database.Query, source: int, hashes: Sequence[str]) -> dict[str, str]:
    """Which of these entries, by their hashes, are stored just as they came; with their published ids."""
    return {key[2:]: uid for key, uid in met(ask, source, [f"h:{h}" for h in hashes]).items()}


def met(ask: database.Query, source: int, keys: Sequence[str]) -> dict[str, str]:
    """Which of these keys are known, and the published ids they lead to."""
    sql = "SELECT alias, uid FROM aliases WHERE source_id = ? AND alias IN ({})"
    return {row[0]: row[1] for row in database.within(ask, sql, (source,), keys)}


def known(ask: database.Query, source: int, keys: Sequence[str]) -> dict[str, dedupe.Known]:
    """What these keys of a source lead to."""
    found = database.within(
        ask,
        "SELECT a.alias, a.uid, e.id, e.own_id, e.link, e.title, e.content FROM aliases a LEFT JOIN entries e ON e.uid = a.uid "
        "WHERE a.source_id = ? AND a.alias IN ({})",
        (source,),
        keys,
    )
    return {row[0]: _known(row) for row in found}


def _known(row: database.Row) -> dedupe.Known:
    if row[2] is None:
        return dedupe.Known(None, row[1], "", None, "", "")
    _, said = packing.unpack(row[6])
    return dedupe.Known(row[2], row[1], row[3], row[4], row[5], said)


def insert(transaction: database.Transaction, records: Sequence[Record]) -> None:
    """Store entries for the first time."""
    transaction.many(
        "INSERT INTO entries (source_id, uid, own_id, hash, link, link_key, words, title, first_seen, published, updated, head, "
        "judged, why, removed, content, original, page, page_at, story, backlog, held_until) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_values(record) for record in records],
    )


def _values(record: Record) -> tuple[object, ...]:
    found, cleaned = record.identified, record.identified.cleaned
    return (
        record.source,
        found.id,
        found.own_id,
        found.hash,
        record.original.link,
        dedupe.link_key(cleaned.entry.target or cleaned.entry.link),
        len(text.words(cleaned.text)),
        cleaned.entry.title,
        record.first_seen.timestamp(),
        record.published and record.published.timestamp(),
        record.updated and record.updated.timestamp(),
        record.verdict and record.verdict.duplicate_of,
        record.verdict and record.verdict.duplicate_of,
        record.verdict and json.dumps(record.verdict.why),
        removals(cleaned),
        packing.pack(cleaned.entry, cleaned.text),
        packing.pack(record.original),
        record.page and packing.pack(record.page),
        record.page_at and record.page_at.timestamp(),
        record.story,
        record.backlog,
        record.held_until and record.held_until.timestamp(),
    )


def removals(cleaned: model.Cleaned) -> str | None:
    """What cleaning took out, as JSON; None for nothing."""
    removed = [[removal.text, removal.rule, removal.kind] for removal in cleaned.removed]
    return json.dumps(removed, ensure_ascii=False) if removed else None


def replace(transaction: database.Transaction, record: Record) -> None:
    """Store the new version of an entry; its id, first_seen, published and verdict stay."""
    found, cleaned = record.identified, record.identified.cleaned
    transaction.execute(
        "DELETE FROM aliases WHERE source_id = ? AND alias = (SELECT 'h:' || hash FROM entries WHERE uid = ?)",
        (record.source, found.id),
    )
    transaction.execute(
        "UPDATE entries SET own_id = ?, hash = ?, link = ?, link_key = ?, words = ?, title = ?, updated = coalesce(?, updated), "
        "removed = ?, content = ?, original = ?, page = ?, page_at = ?, page_tries = 0 WHERE uid = ?",
        (
            found.own_id,
            found.hash,
            record.original.link,
            dedupe.link_key(cleaned.entry.target or cleaned.entry.link),
            len(text.words(cleaned.text)),
            cleaned.entry.title,
            record.updated and record.updated.timestamp(),
            removals(cleaned),
            packing.pack(cleaned.entry, cleaned.text),
            packing.pack(record.original),
            record.page and packing.pack(record.page),
            record.page_at and record.page_at.timestamp(),
            found.id,
        ),
    )
    rows = transaction.execute("SELECT id FROM entries WHERE uid = ?", (found.id,))
    sketches.forget(transaction, [row[0] for row in rows])


def measure(transaction: database.Transaction, words: Mapping[str, int]) -> None:
    """Note how many words entries have, by published id."""
    transaction.many("UPDATE entries SET words = ? WHERE uid = ?", [(count, uid) for uid, count in words.items()])


def remember(transaction: database.Transaction, source: int, keys: Mapping[str, str], now: datetime.datetime) -> None:
    """Keep that these keys lead to these published ids; what a key led to first stays."""
    transaction.many(
        "INSERT INTO aliases (source_id, alias, uid, seen_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (source_id, alias) DO UPDATE SET seen_at = excluded.seen_at",
        [(source, key, uid, now.timestamp()) for key, uid in keys.items()],
    )


def present(transaction: database.Transaction, source: int, ids: frozenset[str], now: datetime.datetime) -> None:
    """Note which of a source's entries its document still carries, and when the others left; what it carries is not forgotten.

    Ids of other sources, which it may carry too, mean nothing here.
    """
    here = {row[0] for row in transaction.execute("SELECT uid FROM entries WHERE source_id = ? AND left_at IS NULL", (source,))}
    gone, back = sorted(here - ids), sorted(ids - here)
    database.within(transaction.execute, "UPDATE entries SET left_at = ? WHERE uid IN ({})", (now.timestamp(),), gone)
    returned(transaction, source, back, now)


def returned(transaction: database.Transaction, source: int, ids: Sequence[str], now: datetime.datetime) -> None:
    """Note that a source carries these entries, which may have left it before."""
    back = "UPDATE entries SET left_at = NULL WHERE source_id = ? AND left_at IS NOT NULL AND uid IN ({})"
    database.within(transaction.execute, back, (source,), ids)
    met = "UPDATE aliases SET seen_at = ? WHERE source_id = ? AND uid IN ({})"
    database.within(transaction.execute, met, (now.timestamp(), source), ids)


def newest(ask: database.Query, sources: Sequence[int], skip: int, count: int) -> list[model.Stored]:
    """A stretch of the entries of these sources, newest first."""
    inside, values = database.among(sources)
    rows = ask(
        f"SELECT {_STORED} FROM entries WHERE source_id IN ({inside}) {_NEWEST_FIRST} LIMIT ? OFFSET ?", (*values, count, skip)
    )
    return [_stored(row) for row in rows]


def latest(ask: database.Query, sources: Sequence[int]) -> dict[int, datetime.datetime]:
    """When the newest entry of each of these sources was first seen."""
    rows = database.within(
        ask, "SELECT source_id, max(first_seen) FROM entries WHERE source_id IN ({}) GROUP BY source_id", (), sources
    )
    return {row: datetime.datetime.fromtimestamp(at, datetime.UTC) for row, at in rows}


def members(ask: database.Query, groups: Sequence[str]) -> list[model.Stored]:
    """All entries of these groups of duplicates, heads included."""
    rows = database.within(ask, f"SELECT {_STORED} FROM entries WHERE uid IN ({{}})", (), groups)
    rows += database.within(ask, f"SELECT {_STORED} FROM entries WHERE head IS NOT NULL AND head IN ({{}})", (), groups)
    return [_stored(row) for row in rows]


def told(ask: database.Query, stories: Sequence[str], most: int) -> list[model.Stored]:
    """The newest entries of each of these stories, `most` of each at most."""
    sql = (
        f"SELECT {_STORED} FROM (SELECT *, row_number() OVER (PARTITION BY story ORDER BY first_seen DESC, uid) AS place "
        "FROM entries WHERE story IN ({})) AS ranked WHERE place <= " + str(int(most))
    )
    return [_stored(row) for row in database.within(ask, sql, (), stories)]


def places(ask: database.Query, source: int, ids: Sequence[str]) -> dict[str, int]:
    """The places of these entries in the backlog of a source; those that came later, or to others, are left out."""
    sql = "SELECT uid, backlog FROM entries WHERE source_id = ? AND backlog IS NOT NULL AND uid IN ({})"
    return {row[0]: row[1] for row in database.within(ask, sql, (source,), ids)}


def _stored(row: database.Row) -> model.Stored:
    entry, said = packing.unpack(row[6])
    first_seen, published, updated = packing.moment(row[2]), packing.moment(row[3]), packing.moment(row[4])
    assert first_seen is not None  # the column is NOT NULL
    shown = published or first_seen
    dated = dataclasses.replace(entry, id=row[0], published=published, updated=max(updated or shown, shown))
    return model.Stored(
        dated, said, row[1], "", (), first_seen, row[5] or row[0], row[7] or "", row[8], row[9], held=row[10] is not None
    )


def dates(ask: database.Query, sources: Sequence[int], since: datetime.datetime) -> dict[int, list[datetime.datetime]]:
    """When the entries of these sources were published that were seen since then; those without one count when seen."""
    sql = "SELECT source_id, coalesce(published, first_seen) FROM entries WHERE first_seen >= ? AND source_id IN ({})"
    found: dict[int, list[datetime.datetime]] = {}
    for row, at in database.within(ask, sql, (since.timestamp(),), sources):
        found.setdefault(row, []).append(datetime.datetime.fromtimestamp(at, datetime.UTC))
    return found


def explained(ask: database.Query, ids: Sequence[str]) -> set[str]:
    """Which of these published ids the store still knows: stored, retired by retention, or those of a group or a story."""
    rows = database.within(ask, "SELECT uid FROM entries WHERE uid IN ({})", (), ids)
    rows += database.within(ask, "SELECT DISTINCT uid FROM aliases WHERE uid IN ({})", (), ids)
    rows += database.within(ask, "SELECT DISTINCT head FROM entries WHERE head IN ({})", (), ids)
    rows += database.within(ask, "SELECT DISTINCT story FROM entries WHERE story IN ({})", (), ids)
    return {row[0] for row in rows}


def retire(transaction: database.Transaction, before: datetime.datetime, forget: datetime.datetime) -> int:
    """Delete entries that left their source before `before`, and aliases of entries deleted, or met again, before `forget`."""
    gone = transaction.execute(
        "SELECT e.id, e.uid FROM entries e JOIN sources s ON s.id = e.source_id WHERE coalesce(e.left_at, s.removed_at) < ?",
        (before.timestamp(),),
    )
    _delete(transaction, gone, before)
    transaction.execute(
        "DELETE FROM aliases WHERE seen_at < ? AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.uid = aliases.uid)",
        (forget.timestamp(),),
    )
    return len(gone)


def retire_first(transaction: database.Transaction, now: datetime.datetime, count: int) -> int:
    """Delete so many of the entries that left their sources, those that left first; how many there were."""
    gone = transaction.execute(
        "SELECT e.id, e.uid FROM entries e JOIN sources s ON s.id = e.source_id "
        "WHERE coalesce(e.left_at, s.removed_at) IS NOT NULL ORDER BY coalesce(e.left_at, s.removed_at), e.id LIMIT ?",
        (count,),
    )
    _delete(transaction, gone, now)
    return len(gone)


def _delete(transaction: database.Transaction, gone: Sequence[database.Row], met: datetime.datetime) -> None:
    """Delete entries, given by row and id; what they were known by counts as met last then."""
    rows = [row[0] for row in gone]
    sketches.forget(transaction, rows)
    database.within(transaction.execute, "DELETE FROM entries WHERE id IN ({})", (), rows)
    seen = "UPDATE aliases SET seen_at = ? WHERE uid IN ({})"
    database.within(transaction.execute, seen, (met.timestamp(),), [row[1] for row in gone])
