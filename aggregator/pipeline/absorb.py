"""What polls brought, into the store: identity, duplicates, stories, edits; one transaction."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from aggregator.core import corrections, dedupe, model, polls, urls
from aggregator.edges import store
from aggregator.pipeline import compare, meet, pages

BATCH = 200  # polls stored in one transaction, at most
FRESH = 500  # fresh entries in them, about; more would only take more memory
MISSED_TOLD = datetime.timedelta(days=7)  # likewise of one whose entries are replaced between two polls
ECHO_TOLD = datetime.timedelta(days=7)  # before the operator is told again of a source that brings our own entries

Poll = meet.Poll
Terms = meet.Terms


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """What became of some polls: updated + not_modified + failed = sources."""

    sources: int = 0
    updated: int = 0
    not_modified: int = 0
    failed: int = 0
    entries_seen: int = 0  # in the documents, empty ones too
    entries_new: int = 0  # stored for the first time
    entries_changed: int = 0
    duplicates: int = 0  # of the new ones
    rollovers: int = 0  # documents that show that entries were missed

    def __add__(self, other: Tally) -> Tally:
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Tally(*(one + another for one, another in pairs))


@dataclasses.dataclass(frozen=True, slots=True)
class Carried:
    """What a document carried: published ids, and of entries stored for the first time their dates; nothing new if it is held."""

    ids: frozenset[str]
    new: Mapping[str, datetime.datetime | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Absorbed:
    """What became of some polls, and what their sources are now; what the documents carried, by row."""

    tally: Tally
    states: tuple[model.SourceState, ...]
    carried: Mapping[int, Carried]
    delays: tuple[float, ...] = ()  # seconds from publication to now, of new entries of sources that were known before


def batch(waiting: asyncio.Queue[Poll]) -> list[Poll]:
    """The next polls to store together; there is one at least."""
    taken, fresh = [waiting.get_nowait()], 0
    while not waiting.empty() and len(taken) < BATCH and fresh < FRESH:
        outcome = taken[-1].outcome
        fresh += len(outcome.fresh) if isinstance(outcome, polls.Updated) else 0
        taken.append(waiting.get_nowait())
    return taken


def absorb(
    into: store.Store, brought: Sequence[Poll], now: datetime.datetime, refusing: Sequence[model.HostState] = ()
) -> Absorbed:
    """Store what polls brought, all together or not at all: entries with validators, due times and news.

    `refusing`: what became meanwhile of hosts that refused us.

    Raises StoreError; nothing is kept then, and the next poll brings the same again.
    """
    alone = any(polls.shows(poll.before, poll.after, poll.outcome) for poll in brought)  # else nothing is compared with others
    with into.writing(alone=alone) as writing:
        ordered = _in_time(writing, brought)
        met = {p.before.row: meet.meet(writing, p, p.outcome, now) for p in ordered if isinstance(p.outcome, polls.Updated)}
        window = max((poll.terms.window for poll in ordered), default=Terms().window)
        compared = compare.compare(writing, [one for part in met.values() for one in _arrivals(part, now)], now, window)
        tally = Tally()
        for poll in ordered:
            found = met.get(poll.before.row)
            tally += _store(writing, found, compared, now) if found else _quiet(poll.outcome)
            writing.tell(_events(writing, poll, found, now))
        writing.save(states := tuple(_after(poll, met) for poll in ordered))
        writing.save_hosts(refusing)
        writing.changed([p.before.row for p in ordered if polls.shows(p.before, p.after, p.outcome)])
        compare.keep(writing, compared, now)
    carried = {row: _carried(one) for row, one in met.items()}
    return Absorbed(tally, states, carried, tuple(delay for part in met.values() for delay in _delays(part, now)))


def _after(poll: Poll, met: Mapping[int, meet.Met]) -> model.SourceState:
    """What a poll makes of its source."""
    return met[poll.before.row].after if poll.before.row in met else poll.after


def _in_time(writing: store.Writing, brought: Sequence[Poll]) -> list[Poll]:
    """The polls of sources that were not handed to somebody else meanwhile; in an order that does not tell who answered first."""
    claims = {poll.before.row: store.Claim(poll.before.row, poll.before.fence) for poll in brought}
    held = {claim.row for claim in writing.held(list(claims.values()))}
    return sorted((poll for poll in brought if poll.before.row in held), key=lambda poll: poll.before.row)


def postponed(brought: Sequence[Poll]) -> dict[int, model.SourceState]:
    """The sources, by row, whose polls could not be stored: as they were, and polled again when they are due.

    What a hub delivered is lost then, so its source is due at once.
    """
    return {
        poll.before.row: dataclasses.replace(poll.before, due_at=_again(poll), retry_at=poll.after.retry_at) for poll in brought
    }


def _again(poll: Poll) -> datetime.datetime | None:
    lost = isinstance(poll.outcome, polls.Updated) and poll.outcome.partial
    return poll.before.polled_at if lost else poll.after.due_at


def _carried(met: meet.Met) -> Carried:
    new = {entry.id: met.came[entry.hash].entry.published for entry in met.new}
    return Carried(met.outcome.unchanged | {entry.id for entry in met.entries}, {} if met.held else new)


def _delays(met: meet.Met, now: datetime.datetime) -> list[float]:
    if met.poll.before.success_at is None:
        return []
    dates = (met.came[entry.hash].entry.published for entry in met.new)
    return [(now - date).total_seconds() for date in dates if date is not None]


def _quiet(outcome: polls.Outcome) -> Tally:
    """A poll that brought no document."""
    unchanged = isinstance(outcome, polls.NotModified)
    return Tally(sources=1, not_modified=int(unchanged), failed=int(not unchanged))


def _arrivals(met: meet.Met, now: datetime.datetime) -> list[compare.Arrival]:
    row, held, came = met.poll.before.row, bool(met.held), met.came
    return [compare.Arrival(entry.id, entry.cleaned, row, _past(came[entry.hash].entry.published, now), held) for entry in met.new]


def _store(writing: store.Writing, met: meet.Met, compared: compare.Compared, now: datetime.datetime) -> Tally:
    row, outcome, came = met.poll.before.row, met.outcome, met.came
    if outcome.lesson is not None:
        writing.learn(row, outcome.lesson)
    backlog = writing.is_new(row) and not outcome.partial
    places = _places(met.new, came) if backlog else _inherited(writing, met, compared)
    kept = met.new if met.held else met.entries
    writing.insert([_new(met, entry, came[entry.hash], compared, places.get(entry.id), now) for entry in met.new])
    for entry in () if met.held else met.changed:
        told = _corrections(entry)
        writing.replace(_changed(row, entry, came[entry.hash], now, corrected=bool(told)), told)
    keys = {key: entry.id for entry in kept for key in entry.keys}
    writing.remember(row, keys | {f"h:{value}": id for value, id in met.echoes.items()}, now)
    here = outcome.unchanged | {entry.id for entry in met.entries}
    if outcome.response.delta or outcome.partial:
        writing.returned(row, here, now)
    else:
        writing.stamp(row, outcome.stamps)
        writing.present(row, here, now)
    return Tally(
        sources=int(not outcome.partial),
        updated=int(not outcome.partial),
        entries_seen=outcome.seen + outcome.empty,
        entries_new=len(met.new),
        entries_changed=0 if met.held else len(met.changed),
        duplicates=sum(entry.id in compared.merged for entry in met.new),
        rollovers=met.after.rollovers - met.poll.before.rollovers,
    )


def _places(new: Sequence[dedupe.Identified], came: Mapping[str, polls.Fresh]) -> dict[str, int]:
    """The place of each entry of a new source's backlog, the newest first; those without a date last, as its document has them."""
    dates = {entry.id: came[entry.hash].entry.published or came[entry.hash].entry.updated for entry in new}
    ordered = sorted(new, key=lambda entry: -(moment.timestamp() if (moment := dates[entry.id]) else 0.0))
    return {entry.id: place for place, entry in enumerate(ordered)}


def _inherited(writing: store.Writing, met: meet.Met, compared: compare.Compared) -> dict[str, int]:
    """The places of entries that are copies of some of their own source's backlog: what was not published then is no news now."""
    like = {entry.id: str(compared.merged[entry.id].why["against"]) for entry in met.new if entry.id in compared.merged}
    places = writing.places(met.poll.before.row, list(like.values()))
    return {id: places[against] for id, against in like.items() if against in places}


def _new(
    met: meet.Met,
    entry: dedupe.Identified,
    came: polls.Fresh,
    compared: compare.Compared,
    place: int | None,
    now: datetime.datetime,
) -> store.Record:
    published, updated = _past(came.entry.published, now), _past(came.entry.updated, now)
    return store.Record(
        source=met.poll.before.row,
        identified=entry,
        original=came.entry,
        first_seen=now,
        published=published or updated,
        updated=updated,
        verdict=compared.merged.get(entry.id),
        page=came.page,
        page_at=pages.due(0, now) if came.waits else None,
        story=compared.stories.get(entry.id),
        backlog=place,
        held_until=met.after.held_until if met.held else None,
    )


def _changed(row: int, entry: dedupe.Identified, came: polls.Fresh, now: datetime.datetime, *, corrected: bool) -> store.Record:
    """A new version; `updated` moves only when readers would want to know."""
    known, cleaned = entry.known, entry.cleaned
    assert known is not None  # changed entries are those that are stored
    material = corrected or dedupe.material(known.title, known.text, cleaned.entry.title, cleaned.text)
    page_at = pages.due(0, now) if came.waits else None
    return store.Record(row, entry, came.entry, now, None, now if material else None, None, came.page, page_at)


def _corrections(entry: dedupe.Identified) -> tuple[model.Correction, ...]:
    known, cleaned = entry.known, entry.cleaned
    assert known is not None  # changed entries are those that are stored
    return corrections.found(known.title, known.text, cleaned.entry.title, cleaned.text)


def _past(moment: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime | None:
    """A date that can be true: one in the future says nothing."""
    return moment if moment is not None and moment <= now else None


def _events(writing: store.Writing, poll: Poll, met: meet.Met | None, now: datetime.datetime) -> list[store.Event]:
    after = met.after if met else poll.after
    subject = urls.redact(poll.after.first_url)
    events = [store.Event(now, told.kind, subject, told.title, told.text) for told in polls.news(poll.before, after, now)]
    if met is not None and met.held and poll.before.held_until is None and after.held_until is not None:
        until = f"{after.held_until:%H:%M} UTC"
        said = f"{met.held}. It is held until {until}; what it renamed is recognised by its text, the rest is published then."
        events.append(store.Event(now, "held", subject, f"{after.called} changed too much at once", said))
    if after.rollovers > poll.before.rollovers and not writing.told("missed", subject, now - MISSED_TOLD):
        said = "Nothing that it had at the last poll was left at this one: it posts more between two polls than its document holds."
        events.append(store.Event(now, "missed", subject, f"some entries of {after.called} were missed", said))
    if met is not None and met.echoes and not writing.told("echo", subject, now - ECHO_TOLD):
        said = f"{len(met.echoes)} of its entries are ones that we published ourselves; they are left out."
        events.append(store.Event(now, "echo", subject, f"{after.called} brings our own entries back", said))
    return events
