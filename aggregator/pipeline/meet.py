"""What a document brings beside what is stored: what of it is new, what is changed, what is our own; and when that is too much."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping

from aggregator.core import coverage, dedupe, model, polls
from aggregator.edges import store

OURS = "Aggregator"  # as our own feeds name their generator
NOBODY = (
    "urn:aggregator:echo"  # what echoes are remembered by whose ids are not ours: they may be those of another source's entries
)
HOLD = datetime.timedelta(minutes=15)  # for which a mass change is held


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """By which the entries of polls are judged: how long back they are compared, and what share of a source may change at once."""

    window: datetime.timedelta = datetime.timedelta(seconds=dedupe.WINDOW)
    share: float = dedupe.SHARE  # infinite: any
    address: str | None = None  # where readers reach our outputs: what was written for there is our own
    adaptive: bool = True  # its polls come when it seems best


@dataclasses.dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one source: its state before and after, and what it brought."""

    before: model.SourceState
    after: model.SourceState
    outcome: polls.Outcome
    terms: Terms = Terms()


@dataclasses.dataclass(frozen=True, slots=True)
class Met:
    """The fresh entries of a poll, told from each other and from stored ones."""

    poll: Poll
    outcome: polls.Updated
    came: Mapping[str, polls.Fresh]  # its fresh entries by their hashes
    entries: tuple[dedupe.Identified, ...]
    echoes: Mapping[str, str]  # of entries that we have published ourselves: their ids, or NOBODY, by hash
    after: model.SourceState
    held: str  # why it is held; "" for not

    @property
    def new(self) -> list[dedupe.Identified]:
        """Those that are stored for the first time."""
        return [entry for entry in self.entries if entry.known is None]

    @property
    def changed(self) -> list[dedupe.Identified]:
        """Those that are stored otherwise."""
        return [entry for entry in self.entries if entry.known is not None and entry.known.row is not None]


def meet(writing: store.Writing, poll: Poll, outcome: polls.Updated, now: datetime.datetime) -> Met:
    """Settle which stored entries those of a poll are, and whether it changes too much at once."""
    came = {one.hash or dedupe.hash_of(one.entry): one for one in outcome.fresh}
    echoes = _echoes(writing, poll, outcome, came)
    fresh = {value: (one.entry, one.cleaned) for value, one in came.items() if value not in echoes}
    document = dedupe.describe(list(fresh.values()), list(fresh))
    row = poll.before.row
    known = {} if writing.is_new(row) else writing.known(row, sorted(dedupe.every_key(document)))
    entries = dedupe.identify(poll.before.first_url, document, known, outcome.unchanged)
    met = Met(poll, outcome, came, entries, echoes, poll.after, "")
    change = dedupe.Change(outcome.seen, len(met.new), len(met.changed), _usual(poll.before, now))
    after, held = _held(writing, poll, change, now, partial=outcome.partial)
    kept = held or outcome.partial
    return dataclasses.replace(met, after=after if kept else _watched(met, after, now), held=held)


def _watched(met: Met, after: model.SourceState, now: datetime.datetime) -> model.SourceState:
    """The source after a document that may show that entries were missed."""
    poll, outcome = met.poll, met.outcome
    known = len(outcome.unchanged) + sum(entry.known is not None for entry in met.entries) + len(met.echoes)
    oldest = min(outcome.dates, default=None)
    rolled = coverage.rolled_over(poll.before, outcome.response, seen=outcome.seen, known=known, oldest=oldest)
    return coverage.watched(poll.before, after, now, rolled=rolled, adaptive=poll.terms.adaptive)


def _echoes(writing: store.Writing, poll: Poll, outcome: polls.Updated, came: Mapping[str, polls.Fresh]) -> dict[str, str]:
    """Fresh entries that we have published ourselves, by their hash: known by their ids, or because all that feed has is ours."""
    address = poll.terms.address
    own = address is not None and outcome.feed.generator.startswith(OURS) and address in outcome.feed.generator
    ids = {value: one.entry.id for value, one in came.items()}
    ours = writing.ours([id for id in ids.values() if id.startswith("urn:uuid:")])
    return {value: id if id in ours else NOBODY for value, id in ids.items() if own or id in ours}


def _usual(state: model.SourceState, now: datetime.datetime) -> float | None:
    """How many new entries are to be expected of a source since its last poll; None when that is not known."""
    if state.success_at is None or not state.gap:
        return None
    return (now - state.success_at).total_seconds() / state.gap


def _held(
    writing: store.Writing, poll: Poll, change: dedupe.Change, now: datetime.datetime, *, partial: bool
) -> tuple[model.SourceState, str]:
    """The source after a poll that may change too much at once, and why it is held.

    What is held is asked for again: as if this poll had not brought its document. Only a whole document confirms it.
    """
    before, after = poll.before, poll.after
    if before.held_until is not None and before.held_until <= now and not partial:
        writing.release(before.row)
        return dataclasses.replace(after, held_until=None), ""
    why = dedupe.trips(change, poll.terms.share) if before.success_at is not None else ""
    if not why:
        return dataclasses.replace(after, held_until=before.held_until if writing.holds(before.row) else None), ""
    until = before.held_until or now + HOLD
    due_at = until if after.due_at is None else min(after.due_at, until)
    held = dataclasses.replace(after, held_until=until, due_at=due_at, validators=before.validators, body_hash=before.body_hash)
    return held, why
