"""The tables of what was found and what was decided about duplicates: groups, pairs to look at, users' verdicts."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aggregator.core import dedupe, text, urls
from aggregator.edges.store import database, packing

BY_COMMAND, BY_FILE = "command", "feeds.yaml"
_BEGINNING = re.compile(r"(?:urn:uuid:)?([0-9a-f]{6}[0-9a-f-]{0,30})")  # of a published id, as lists shorten it
_NAMED = "{0}.uid, {0}.title, {0}.link, coalesce({1}.name, nullif({1}.title, ''), {1}.url), {0}.first_seen"


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What a user said of two entries, each named by published id or link; `origin` is BY_COMMAND or BY_FILE."""

    one: str
    other: str
    same: bool
    origin: str = BY_COMMAND
    at: datetime.datetime | None = dataclasses.field(default=None, compare=False)  # when that was; given by the store


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A stored entry as lists show it."""

    id: str
    title: str
    link: str | None
    source: str
    first_seen: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that resemble each other, not surely enough to be merged; `why` by which evidence."""

    entry: Named
    other: Named
    confidence: str
    why: Mapping[str, Any]
    at: datetime.datetime


def doubt(transaction: database.Transaction, verdicts: Iterable[dedupe.Verdict], now: datetime.datetime) -> None:
    """Keep verdicts that do not merge, for people to look at."""
    transaction.many(
        "INSERT INTO pairs (uid, other, confidence, why, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (uid, other) DO UPDATE SET "
        "confidence = excluded.confidence, why = excluded.why",
        [(one.id, one.duplicate_of, one.confidence, json.dumps(one.why), now.timestamp()) for one in verdicts],
    )


def pairs(ask: database.Query, confidences: Sequence[str], count: int) -> list[Pair]:
    """The newest pairs of these confidences on which nobody has decided, and whose entries are stored and apart."""
    marks = ", ".join("?" for _ in confidences)
    rows = ask(
        f"SELECT {_NAMED.format('e', 's')}, {_NAMED.format('o', 't')}, p.confidence, p.why, p.at FROM pairs p "
        "JOIN entries e ON e.uid = p.uid JOIN entries o ON o.uid = p.other "
        "JOIN sources s ON s.id = e.source_id JOIN sources t ON t.id = o.source_id "
        f"WHERE p.confidence IN ({marks}) AND coalesce(e.head, e.uid) <> coalesce(o.head, o.uid) AND NOT EXISTS (SELECT 1 FROM "
        "decisions d WHERE (d.one = p.uid AND d.other = p.other) OR (d.one = p.other AND d.other = p.uid)) "
        "ORDER BY p.at DESC, p.uid LIMIT ?",
        (*confidences, count),
    )
    return [Pair(_named(row[:5]), _named(row[5:10]), row[10], json.loads(row[11]), _moment(row[12])) for row in rows]


def named(ask: database.Query, name: str) -> list[Named]:
    """The stored entries that are called so, by published id or by link; the first to come first."""
    rows = ask(
        f"SELECT {_NAMED.format('e', 's')} FROM entries e JOIN sources s ON s.id = e.source_id "
        "WHERE e.uid = ? OR (e.link_key <> '' AND e.link_key = ?) ORDER BY e.first_seen, e.uid",
        (name, dedupe.link_key(name)),
    )
    return [_named(row) for row in rows]


def find(ask: database.Query, name: str) -> list[Named]:
    """The stored entries that people may mean: also by any other link or id of their source's, or the beginning of ours.

    When an entry is gone under whose id others are published, these.
    """
    known = [f"i:{text.digest(name)}", f"l:{text.digest(urls.normalise(name))}"]
    begin = _BEGINNING.fullmatch(name.lower())
    start = f"urn:uuid:{begin[1]}" if begin else "-"
    aliases = "SELECT uid FROM aliases WHERE source_id IN (SELECT id FROM sources) AND alias IN (?, ?)"
    where = f"(e.uid >= ? AND e.uid < ?) OR e.uid IN ({aliases})"
    found = {one.id: one for one in (*named(ask, name), *_where(ask, where, start, start + "~", *known))}
    entries = found.values() or _where(ask, "e.head = ?", name) or _where(ask, "e.story = ?", name)
    return sorted(entries, key=lambda one: (one.first_seen, one.id))


def _where(ask: database.Query, condition: str, *values: object) -> list[Named]:
    rows = ask(f"SELECT {_NAMED.format('e', 's')} FROM entries e JOIN sources s ON s.id = e.source_id WHERE {condition}", values)
    return [_named(row) for row in rows]


def _named(row: Sequence[Any]) -> Named:
    return Named(row[0], row[1], row[2], urls.redact(row[3]), _moment(row[4]))


def _moment(seconds: float) -> datetime.datetime:
    moment = packing.moment(seconds)
    assert moment is not None
    return moment


def decisions(ask: database.Query) -> list[Decision]:
    """All that users said, the oldest first."""
    rows = ask("SELECT one, other, verdict, origin, at FROM decisions ORDER BY at, one, other", ())
    return [Decision(row[0], row[1], row[2] == "same", row[3], packing.moment(row[4])) for row in rows]


def decide(transaction: database.Transaction, decision: Decision, now: datetime.datetime) -> None:
    """Keep what a user said, and obey it."""
    one, other = sorted((decision.one, decision.other))
    transaction.execute(
        "INSERT INTO decisions (one, other, verdict, origin, at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (one, other, origin) DO UPDATE SET verdict = excluded.verdict, at = excluded.at",
        (one, other, "same" if decision.same else "different", decision.origin, now.timestamp()),
    )
    obey(transaction, [one, other])


def take_back(transaction: database.Transaction, one: str, other: str, origin: str = BY_COMMAND) -> bool:
    """Forget what a user said; whether anything was said."""
    pair = sorted((one, other))
    gone = transaction.execute("DELETE FROM decisions WHERE one = ? AND other = ? AND origin = ? RETURNING one", (*pair, origin))
    obey(transaction, pair)
    return bool(gone)


def follow_file(transaction: database.Transaction, said: Sequence[Decision], now: datetime.datetime) -> None:
    """Have the decisions of feeds.yaml be exactly these."""
    stored = transaction.execute("SELECT one, other, verdict FROM decisions WHERE origin = ?", (BY_FILE,))
    before = {(row[0], row[1]): row[2] == "same" for row in stored}
    wanted = {(min(one.one, one.other), max(one.one, one.other)): one.same for one in said}
    for one, other in sorted(before.keys() - wanted.keys()):
        take_back(transaction, one, other, BY_FILE)
    for (one, other), same in sorted(wanted.items()):
        if before.get((one, other)) is not same:
            decide(transaction, Decision(one, other, same, BY_FILE), now)


def obey(transaction: database.Transaction, names: Iterable[str]) -> None:
    """Make the groups around these entries, named by id or link, what was found and then decided."""
    ask, about = transaction.execute, list(names)
    said = decisions(ask)
    called = {name: [one.id for one in named(ask, name)] for name in {*about, *(n for one in said for n in (one.one, one.other))}}
    decided = [dedupe.Decision(a, b, one.same) for one in said for a in called[one.one] for b in called[one.other] if a != b]
    heads = dedupe.regroup(_around(ask, {id for name in about for id in called[name]}, decided), decided)
    changed = [(None if head == id else head, id) for id, head in heads.items()]
    transaction.many("UPDATE entries SET head = ? WHERE uid = ?", changed)


def _around(ask: database.Query, ids: set[str], decided: Sequence[dedupe.Decision]) -> list[dedupe.Grouped]:
    """The entries that share a group with these, found or decided, directly or through others."""
    known: dict[str, dedupe.Grouped] = {}
    while more := ids - known.keys():
        rows = []
        for column in ("uid", "judged", "head"):
            sql = f"SELECT uid, coalesce(judged, uid), coalesce(head, uid), first_seen FROM entries WHERE {column} IN ({{}})"
            rows += database.within(ask, sql, (), sorted(more))
        known |= {id: dedupe.Grouped(id, id, 0.0) for id in more - {row[0] for row in rows}}
        known |= {row[0]: dedupe.Grouped(row[0], row[1], row[3]) for row in rows}
        ids = ids | {name for row in rows for name in row[:3]}
        ids |= {one.other for one in decided if one.one in ids} | {one.one for one in decided if one.other in ids}
    return list(known.values())


def part(transaction: database.Transaction, ids: Sequence[str]) -> None:
    """Have entries go their own way that were edited until they are no copies any more."""
    sql, why = "UPDATE entries SET head = NULL, judged = NULL, why = ? WHERE uid IN ({})", json.dumps({"evidence": "edited"})
    database.within(transaction.execute, sql, (why,), ids)


def merge(transaction: database.Transaction, verdicts: Iterable[dedupe.Verdict]) -> None:
    """Have entries that were stored apart be duplicates."""
    transaction.many(
        "UPDATE entries SET head = ?, judged = ?, why = ? WHERE uid = ?",
        [(one.duplicate_of, one.duplicate_of, json.dumps(one.why), one.id) for one in verdicts],
    )


def retire(transaction: database.Transaction, before: datetime.datetime) -> None:
    """Let go of pairs that nobody looked at."""
    transaction.execute("DELETE FROM pairs WHERE at < ?", (before.timestamp(),))
