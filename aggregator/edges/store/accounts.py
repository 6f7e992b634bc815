"""Everything that is remembered of an entry besides its text: what was done to it, and why."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

from aggregator.core import model, urls
from aggregator.edges.store import database, packing

_SQL = """
SELECT e.uid, e.own_id, e.source_id, coalesce(s.name, nullif(s.title, ''), s.url), s.url, s.removed_at, e.link,
    e.first_seen, e.published, e.updated, e.left_at, e.head, e.judged, e.why, e.removed, e.story, e.words, e.backlog, e.held_until,
    e.page IS NOT NULL, e.page_at, e.content
FROM entries e JOIN sources s ON s.id = e.source_id WHERE e.{column} IN ({{}}) ORDER BY e.first_seen, e.uid
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """An entry by its published id, with all that was decided about it."""

    id: str
    own_id: str  # as its source gave it
    source: int
    source_name: str  # for people
    source_url: str  # as configured, without password or key
    source_removed: bool  # feeds.yaml does not name it any more
    title: str
    link: str | None  # as cleaned
    came_by: str | None  # its link as it came
    led_to: str | None  # where its link led
    first_seen: datetime.datetime
    published: datetime.datetime | None
    updated: datetime.datetime | None
    left_at: datetime.datetime | None  # when it left its source's document
    head: str | None  # what it duplicates, a user's verdict included
    judged: str | None  # what it was found to duplicate
    why: Mapping[str, Any]
    removed: tuple[model.Removal, ...]
    story: str
    words: int
    backlog: int | None
    held_until: datetime.datetime | None
    from_page: bool  # its text is that of its page
    page_at: datetime.datetime | None  # when its page is asked for

    @property
    def group(self) -> str:
        """The published id of its group of duplicates."""
        return self.head or self.id


def accounts(ask: database.Query, ids: Sequence[str]) -> list[Account]:
    """The accounts of entries by published id, in the order in which they came."""
    return _in_order(database.within(ask, _SQL.format(column="uid"), (), sorted(set(ids))))


def copies(ask: database.Query, group: str) -> list[Account]:
    """The accounts of all entries of a group of duplicates, those of removed sources included."""
    rows = [row for column in ("uid", "head") for row in database.within(ask, _SQL.format(column=column), (), [group])]
    return _in_order(rows)


def telling(ask: database.Query, story: str) -> list[Account]:
    """The accounts of all entries of a story."""
    return _in_order(database.within(ask, _SQL.format(column="story"), (), [story])) if story else []


def _in_order(rows: Sequence[database.Row]) -> list[Account]:
    found = {row[0]: _account(row) for row in rows}
    return sorted(found.values(), key=lambda one: (one.first_seen, one.id))


def _account(row: database.Row) -> Account:
    entry, _ = packing.unpack(row[21])
    first_seen = packing.moment(row[7])
    assert first_seen is not None  # the column is NOT NULL
    return Account(
        id=row[0],
        own_id=row[1],
        source=row[2],
        source_name=urls.redact(row[3]),
        source_url=urls.redact(row[4]),
        source_removed=row[5] is not None,
        title=entry.title,
        link=entry.link,
        came_by=row[6],
        led_to=entry.target,
        first_seen=first_seen,
        published=packing.moment(row[8]),
        updated=packing.moment(row[9]),
        left_at=packing.moment(row[10]),
        head=row[11],
        judged=row[12],
        why=json.loads(row[13]) if row[13] else {},
        removed=tuple(model.Removal(*gone) for gone in json.loads(row[14])) if row[14] else (),
        story=row[15] or "",
        words=row[16],
        backlog=row[17],
        held_until=packing.moment(row[18]),
        from_page=bool(row[19]),
        page_at=packing.moment(row[20]),
    )
