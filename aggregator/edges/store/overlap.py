"""Which sources brought what, and when: one question over the tables of entries and sources."""

from __future__ import annotations

import dataclasses

from aggregator.edges.store import database

_SQL = """
SELECT e.uid, e.source_id, coalesce(e.head, e.uid), e.first_seen, e.published, e.backlog, e.words, e.held_until
FROM entries e JOIN sources s ON s.id = e.source_id
WHERE s.removed_at IS NULL AND e.id IN (
    SELECT id FROM entries WHERE first_seen >= ?
    UNION SELECT id FROM entries WHERE uid IN (SELECT head FROM entries WHERE first_seen >= ?)
    UNION SELECT id FROM entries WHERE head IN (SELECT coalesce(head, uid) FROM entries WHERE first_seen >= ?)
)
ORDER BY e.first_seen, e.uid
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Brought:
    """An entry by its published id and its group, the row of its source, and when it came, in seconds since 1970."""

    id: str
    source: int
    group: str
    first_seen: float
    published: float | None
    backlog: int | None  # its place among what its source brought when it was new
    words: int
    held: bool


def brought(ask: database.Query, since: float) -> list[Brought]:
    """The entries of the configured sources first seen since then, and the older ones of their groups; as they came."""
    rows = ask(_SQL, (since, since, since))
    return [Brought(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] is not None) for row in rows]
