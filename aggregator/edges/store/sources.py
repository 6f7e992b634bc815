"""The table of sources: who they are, and how their polls went."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import itertools
from collections.abc import Mapping, Sequence, Set

from aggregator.core import model
from aggregator.edges.store import database, meta, packing

_COLUMNS = (
    "id, first_url, url, name, title, link, rights, feed_id, feed_updated, etag, last_modified, body_hash, due_at, retry_at, "
    "polled_at, success_at, failing_since, failures, error, error_kind, moved_to, moved_count, gap, newest, held_until, "
    "rhythm, window_size, unmodified, whole_at, rollovers, haste, fence, news"
)
_CHANGES = "news"  # the number of the last change of any source
_COUNT = "(SELECT count(*) FROM entries WHERE source_id = sources.id)"


@dataclasses.dataclass(frozen=True, slots=True)
class Enrolment:
    """A source as feeds.yaml names it."""

    url: str
    name: str | None


def states(ask: database.Query, *, counted: bool = False, gone: bool = False) -> list[model.SourceState]:
    """All sources that feeds.yaml names, oldest first, or ever named if `gone`; with the number of their entries if `counted`."""
    which = "" if gone else "WHERE removed_at IS NULL "
    rows = ask(f"SELECT {_COLUMNS}, {_COUNT if counted else '0'} FROM sources {which}ORDER BY id", ())
    return [_state(row) for row in rows]


def of(ask: database.Query, rows: Sequence[int]) -> list[model.SourceState]:
    """The sources of these rows."""
    return [_state(row) for row in database.within(ask, f"SELECT {_COLUMNS}, 0 FROM sources WHERE id IN ({{}})", (), rows)]


def polled(ask: database.Query, since: datetime.datetime, change: int) -> list[model.SourceState]:
    """The sources that were polled since then, or have a change of a greater number."""
    rows = "SELECT id FROM sources WHERE polled_at >= ? UNION SELECT id FROM sources WHERE news > ?"  # each by its index
    sql = f"SELECT {_COLUMNS}, 0 FROM sources WHERE removed_at IS NULL AND id IN ({rows}) ORDER BY id"
    return [_state(row) for row in ask(sql, (since.timestamp(), change))]


def due(ask: database.Query, now: datetime.datetime, far: datetime.datetime, skip: int, count: int) -> list[model.SourceState]:
    """Sources that are due, the longest waiting first, or due only beyond `far`, which a wrong clock says; nobody has them."""
    rows = ask(
        f"SELECT {_COLUMNS}, 0 FROM sources WHERE removed_at IS NULL AND (due_at <= ? OR due_at > ?) "
        "AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY due_at, id LIMIT ? OFFSET ?",
        (now.timestamp(), far.timestamp(), now.timestamp(), count, skip),
    )
    return [_state(row) for row in rows]


def changed(transaction: database.Transaction, rows: Sequence[int]) -> None:
    """Number a change of these sources; to be called by who writes alone."""
    if rows:
        number = int(meta.read(transaction.execute, _CHANGES) or 0) + 1
        meta.write(transaction, _CHANGES, str(number))
        database.within(transaction.execute, "UPDATE sources SET news = ? WHERE id IN ({})", (number,), rows)


def _state(row: database.Row) -> model.SourceState:
    return model.SourceState(
        row=row[0],
        first_url=row[1],
        url=row[2],
        name=row[3],
        title=row[4],
        link=row[5],
        rights=row[6],
        feed_id=row[7],
        feed_updated=packing.moment(row[8]),
        validators=model.Validators(row[9], row[10]),
        body_hash=row[11],
        due_at=packing.moment(row[12]),
        retry_at=packing.moment(row[13]),
        polled_at=packing.moment(row[14]),
        success_at=packing.moment(row[15]),
        failing_since=packing.moment(row[16]),
        failures=row[17],
        error=row[18],
        error_kind=row[19],
        moved_to=row[20],
        moved_count=row[21],
        gap=row[22],
        newest=packing.moment(row[23]),
        held_until=packing.moment(row[24]),
        rhythm=row[25] or b"",
        window=row[26],
        unmodified=row[27],
        whole_at=packing.moment(row[28]),
        rollovers=row[29],
        haste=row[30],
        fence=row[31],
        change=row[32],
        entries=row[33],
    )


def enrol(transaction: database.Transaction, wanted: Sequence[Enrolment], now: datetime.datetime) -> None:
    """Make the table name exactly these sources.

    A source stays the same while its url or its given name stays; one that feeds.yaml no longer names keeps its entries and
    its row, and takes it up again when it is put back; one that was gone is then asked once more.
    """
    rows = transaction.execute("SELECT id, url, name, moved_to, first_url, removed_at IS NOT NULL FROM sources ORDER BY id")
    left = {row[0]: row for row in rows}
    by_url = {row[1]: row for row in reversed(rows)}
    named, taken = {source.url for source in wanted}, {row[4] for row in rows}
    met, new = _Met(rows), list[tuple[object, ...]]()
    for source in wanted:
        found = by_url.get(source.url)
        if found is None or found[0] not in left:
            found = met.same(source, left, named)
        if found is None:
            first_url = _unlike(source.url, taken)
            taken.add(first_url)
            new.append((first_url, source.url, source.name, now.timestamp()))
        else:
            del left[found[0]]
            _take_up(transaction, found, source, now)
    transaction.many("INSERT INTO sources (first_url, url, name, due_at) VALUES (?, ?, ?, ?)", new)
    gone = [(now.timestamp(), row[0]) for row in left.values() if not row[5]]
    transaction.many("UPDATE sources SET removed_at = ? WHERE id = ?", gone)


def _take_up(transaction: database.Transaction, row: database.Row, source: Enrolment, now: datetime.datetime) -> None:
    """Have a row be this source; most are already."""
    if (row[1], row[2], row[5]) == (source.url, source.name, 0):
        return
    transaction.execute(
        "UPDATE sources SET url = ?, name = ?, due_at = CASE WHEN removed_at IS NULL THEN due_at ELSE coalesce(due_at, ?) END, "
        "removed_at = NULL WHERE id = ?",
        (source.url, source.name, now.timestamp(), row[0]),
    )
    if source.url != row[1]:
        _forget_answers(transaction, row[0], now)


class _Met:
    """Rows by what a source may be known by when its url is new."""

    def __init__(self, rows: Sequence[database.Row]) -> None:
        self._moved, self._named, self._first = (collections.defaultdict[str | None, list[database.Row]](list) for _ in range(3))
        for row in rows:
            self._named[row[2]].append(row)
            self._moved[row[3]].append(row)
            self._first[row[4]].append(row)

    def same(self, source: Enrolment, left: Mapping[int, database.Row], named: Set[str]) -> database.Row | None:
        """The row of a source: by where one moved, by its name, by its first url; `named` are all urls wanted, `left` free rows."""
        by_name = self._named.get(source.name, ()) if source.name is not None else ()
        found = itertools.chain(self._moved.get(source.url, ()), by_name, self._first.get(source.url, ()))
        return next((row for row in found if row[0] in left and (row[1] not in named or row[1] == source.url)), None)


def _unlike(url: str, taken: set[str]) -> str:
    """A first url of its own for a new source at the address that another one had first."""
    numbered = (f"{url}#{number}" for number in itertools.count(2))
    return url if url not in taken else next(candidate for candidate in numbered if candidate not in taken)


def _forget_answers(transaction: database.Transaction, row: int, now: datetime.datetime) -> None:
    """At a new address, what the old one said means nothing."""
    transaction.execute(
        "UPDATE sources SET etag = '', last_modified = '', body_hash = '', due_at = ?, retry_at = NULL, failures = 0, "
        "failing_since = NULL, error = '', error_kind = '', moved_to = NULL, moved_count = 0, held_until = NULL, "
        "unmodified = 0, whole_at = NULL, haste = 1 WHERE id = ?",
        (now.timestamp(), row),
    )


def save(transaction: database.Transaction, states: Sequence[model.SourceState]) -> None:
    """Store what polls left behind."""
    transaction.many(
        "UPDATE sources SET title = ?, link = ?, rights = ?, feed_id = ?, feed_updated = ?, etag = ?, last_modified = ?, "
        "body_hash = ?, due_at = ?, retry_at = ?, polled_at = ?, success_at = ?, failing_since = ?, failures = ?, error = ?, "
        "error_kind = ?, moved_to = ?, moved_count = ?, gap = ?, newest = ?, held_until = ?, "
        "rhythm = ?, window_size = ?, unmodified = ?, whole_at = ?, rollovers = ?, haste = ?, claimed_until = NULL WHERE id = ?",
        [_saved(state) for state in states],
    )


def _saved(state: model.SourceState) -> tuple[object, ...]:
    return (
        state.title,
        state.link,
        state.rights,
        state.feed_id,
        seconds(state.feed_updated),
        state.validators.etag,
        state.validators.last_modified,
        state.body_hash,
        seconds(state.due_at),
        seconds(state.retry_at),
        seconds(state.polled_at),
        seconds(state.success_at),
        seconds(state.failing_since),
        state.failures,
        state.error,
        state.error_kind,
        state.moved_to,
        state.moved_count,
        state.gap,
        seconds(state.newest),
        seconds(state.held_until),
        state.rhythm,
        state.window,
        state.unmodified,
        seconds(state.whole_at),
        state.rollovers,
        state.haste,
        state.row,
    )


def seconds(moment: datetime.datetime | None) -> float | None:
    """A time as seconds since 1970."""
    return None if moment is None else moment.timestamp()
