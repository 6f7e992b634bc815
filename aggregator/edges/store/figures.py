"""Figures over the whole store, for the page, the metrics and `status`: how much, how late, what was merged and removed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from aggregator.core import model
from aggregator.edges.store import accounts, corrections, database, entries, missing, overlap

DAY = 86_400.0  # seconds


@dataclasses.dataclass(frozen=True, slots=True)
class Lately:
    """Entries of which something was decided, as outputs show them: how many, and the newest of them with what they duplicate."""

    merged: int = 0
    stripped: int = 0
    newest_merged: tuple[tuple[accounts.Account, accounts.Account | None], ...] = ()
    newest_stripped: tuple[accounts.Account, ...] = ()


class Figures:
    """Questions only; each looks through a part of the entries, so they are not asked for every visitor."""

    def __init__(self, db: database.Database) -> None:
        self._db, self._ask = db, db.read

    def delays(self, since: datetime.datetime, longest: float) -> dict[int, float]:
        """The mean seconds from publication until an entry was seen, by source, of those seen since then.

        What a source brought when it was new says nothing, nor do delays beyond `longest` seconds.
        """
        rows = self._ask(
            "SELECT source_id, avg(first_seen - published) FROM entries WHERE first_seen >= ? AND backlog IS NULL "
            "AND first_seen - published BETWEEN 0 AND ? GROUP BY source_id",
            (since.timestamp(), longest),
        )
        return {row[0]: row[1] for row in rows}

    def latest(self, of: Sequence[int]) -> dict[int, datetime.datetime]:
        """When the newest entry of each of these sources was first seen; of those that have any."""
        return entries.latest(self._ask, of)

    def dates(self, sources: Sequence[int], since: datetime.datetime) -> dict[int, list[datetime.datetime]]:
        """When the entries of these sources were published that were seen since then."""
        return entries.dates(self._ask, sources, since)

    def freshness(self, since: datetime.datetime, outputs: Sequence[str]) -> list[tuple[float, float]]:
        """Of the entries seen since then that one of these outputs showed: seconds from publication until seen, and until shown."""
        rows = database.within(
            self._ask,
            "SELECT e.first_seen - e.published, min(s.shown_at) - e.published FROM entries e JOIN showings s ON s.uid = e.uid "
            "WHERE e.first_seen >= ? AND e.backlog IS NULL AND e.first_seen >= e.published AND s.output IN ({}) GROUP BY e.id",
            (since.timestamp(),),
            outputs,
        )
        return [(row[0], row[1]) for row in rows]

    def volumes(self, now: datetime.datetime, days: int) -> dict[int, list[int]]:
        """How many entries each source published a day, in the last so many days, the present one last."""
        begun = now.timestamp() - days * DAY
        shown = "CASE WHEN published < first_seen THEN published ELSE first_seen END"
        day = self._db.dialect.truncated.format(f"({shown} - ?) / ?")
        sql = f"SELECT source_id, {day} AS day, count(*) FROM entries WHERE first_seen >= ? GROUP BY source_id, day"
        rows = self._ask(sql, (begun, DAY, begun))
        found: dict[int, list[int]] = {}
        for source, day, count in rows:
            if 0 <= day < days:
                found.setdefault(source, [0] * days)[day] += count
        return found

    def lately(self, since: datetime.datetime, outputs: Sequence[str], most: int) -> Lately:
        """What was merged and what lost blocks of the entries seen since then, as far as one of these outputs shows them."""
        merged = self._shown(since, outputs, "e.head IS NOT NULL", "e.head")
        stripped = self._shown(since, outputs, "e.removed IS NOT NULL", "coalesce(e.head, e.uid)")
        named = [uid for uid, _ in merged[:most]]
        known = {one.id: one for one in accounts.accounts(self._ask, [*named, *(head for _, head in merged[:most])])}
        pairs = [(known[uid], known.get(head)) for uid, head in merged[:most] if uid in known]
        cleaned = {one.id: one for one in accounts.accounts(self._ask, [uid for uid, _ in stripped[:most]])}
        newest = [cleaned[uid] for uid, _ in stripped[:most] if uid in cleaned]
        return Lately(len(merged), len(stripped), tuple(pairs), tuple(newest))

    def _shown(self, since: datetime.datetime, outputs: Sequence[str], condition: str, shown: str) -> list[tuple[str, str]]:
        """The ids of entries with the ids under which outputs show them, the newest first."""
        rows = database.within(
            self._ask,
            f"SELECT e.uid, {shown}, e.first_seen FROM entries e WHERE e.first_seen >= ? AND {condition} AND EXISTS (SELECT 1 "
            f"FROM showings s WHERE s.uid = {shown} AND s.gone_at IS NULL AND s.output IN ({{}}))",
            (since.timestamp(),),
            outputs,
        )
        newest = sorted({(row[2], row[0], row[1]) for row in rows}, reverse=True)
        return [(uid, head) for _, uid, head in newest]

    def copies(self, group: str) -> list[accounts.Account]:
        """All that was decided about the entries of a group of duplicates."""
        return accounts.copies(self._ask, group)

    def telling(self, story: str) -> list[accounts.Account]:
        """The same of all entries of a story."""
        return accounts.telling(self._ask, story)

    def brought(self, since: datetime.datetime) -> list[overlap.Brought]:
        """The entries of the configured sources first seen since then, and the older ones of their groups."""
        return overlap.brought(self._ask, since.timestamp())

    def corrections(self, ids: Sequence[str]) -> Mapping[str, tuple[model.Correction, ...]]:
        """What edits corrected in entries, by published id, the oldest first."""
        return corrections.of(self._ask, ids)

    def corrected(self, since: datetime.datetime, most: int) -> list[str]:
        """The published ids of entries that were corrected since then, the latest first."""
        return corrections.latest(self._ask, since, most)

    def missing(self, now: datetime.datetime, most: int) -> list[missing.Missing]:
        """The entries that left their sources early, and whose pages are due to be asked for."""
        return missing.candidates(self._ask, now, most)

    def totals(self) -> dict[str, int]:
        """How many entries are stored, and how many bytes the database takes."""
        return {"entries": self._ask("SELECT count(*) FROM entries", ())[0][0], "bytes": self._db.size()}
