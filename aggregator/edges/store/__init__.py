"""The store: sources, entries, outputs and events. Sync, in batches; safe to ask from any thread, one writer at a time."""

from __future__ import annotations

import contextlib
import datetime
import pathlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from aggregator.core import dedupe, model, polls, webhooks, websub
from aggregator.edges.store import (
    accounts,
    amends,
    copies,
    database,
    entries,
    figures,
    hosts,
    lessons,
    lock,
    messages,
    meta,
    migrate,
    missing,
    opening,
    outputs,
    overlap,
    retention,
    shared,
    showings,
    sketches,
    sources,
    stamps,
    subscriptions,
    takedowns,
    verdicts,
    vocabulary,
    writing,
)

Account = accounts.Account
Amendment = amends.Amendment
Brought = overlap.Brought
Claim = shared.Claim
Decision = verdicts.Decision
Draft = amends.Draft
Enrolment = sources.Enrolment
Entered = sketches.Entered
Event = outputs.Event
Lately = figures.Lately
Missing = missing.Missing
Lock = lock.Lock
Loose = sketches.Loose
Named = verdicts.Named
Node = shared.Node
OutputState = outputs.OutputState
Pair = verdicts.Pair
Published = shared.Published
Record = entries.Record
Showing = showings.Showing
Stamped = stamps.Stamped
Takedown = takedowns.Takedown
Standing = lessons.Standing
Writing = writing.Writing
known_by, exists, schema = takedowns.keys, opening.exists, migrate.newest
BY_COMMAND, BY_FILE, MISSES = verdicts.BY_COMMAND, verdicts.BY_FILE, missing.MISSES
FILE, MEND, SQLITE = copies.FILE, database.MEND, opening.SQLITE
REMEMBER, EVENTS, DOUBTS = retention.REMEMBER, retention.EVENTS, retention.DOUBTS
WINDOW = datetime.timedelta(seconds=dedupe.WINDOW)
Telling = Callable[[Sequence[str]], Sequence[webhooks.Message]]


def open_store(folder: pathlib.Path, engine: str = SQLITE, *, read_only: bool = False, making: bool = True) -> Store:
    """The store in a data directory, or on a server (`engine` is its address); made, or brought to this program's schema,
    unless it is only to be read or `making` is not wanted.

    Raises StoreError: no store there (when only reading), damaged, of a newer version or (likewise) an older one, not readable.
    """
    return Store(opening.database_in(folder, engine, read_only=read_only, making=making))


class Store:
    """All that is remembered. Every method is one question or one transaction."""

    def __init__(self, db: database.Database) -> None:
        self._db = db
        self.figures = figures.Figures(db)
        self.mailbox = messages.Mailbox(db)
        self.shared = shared.Shared(db)
        self._vocabulary: vocabulary.Vocabulary | None = None

    @contextlib.contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[Writing]:
        """A transaction: all of it is kept, or nothing when the block raises.

        What only concerns sources that the caller has claimed need not be `alone`, of all programs at work.
        """
        with self._db.write(alone=alone) as transaction:
            inside = Writing(transaction, self._vocabulary)
            yield inside
        self._vocabulary = inside.vocabulary

    def enrol(self, named: Sequence[Enrolment], written: Sequence[tuple[str, str]], base: str, now: datetime.datetime) -> None:
        """Follow feeds.yaml: these sources, and these outputs by name and title; `base` is where readers reach them."""
        with self._db.write() as transaction:
            sources.enrol(transaction, named, now)
            outputs.enrol(transaction, written, base, now)

    def sources(self, *, counted: bool = False, gone: bool = False) -> list[model.SourceState]:
        """The sources that feeds.yaml names, or ever named if `gone`; with the number of their entries if `counted`."""
        return sources.states(self._db.read, counted=counted, gone=gone)

    def hosts(self) -> list[model.HostState]:
        """The hosts that refused us."""
        return hosts.states(self._db.read)

    def outputs(self) -> dict[str, OutputState]:
        """All outputs there ever were, by name."""
        return outputs.states(self._db.read)

    def seen(self, source: int, hashes: Sequence[str]) -> dict[str, str]:
        """Which entries are stored just as they came: hash to published id."""
        return entries.seen(self._db.read, source, hashes)

    def stamped(self, source: int) -> dict[str, Stamped]:
        """The entries of a source's last document that are stored just as they came, by what they are known by unread."""
        return stamps.stamped(self._db.read, source)

    def met(self, source: int, keys: Sequence[str]) -> dict[str, str]:
        """Which keys of a source's entries are known: key to published id."""
        return entries.met(self._db.read, source, keys)

    def pages(self, ids: Sequence[str]) -> dict[str, model.Entry]:
        """Entries as their pages filled them, by published id."""
        return amends.pages(self._db.read, ids)

    def memory(self, source: int) -> str:
        """What was counted over a source's articles (`clean.Memory.dump`); "" for nothing yet."""
        return lessons.memory(self._db.read, source)

    def standings(self) -> Mapping[int, Standing]:
        """How the stored entries of each source stand to what is known of it by now."""
        return lessons.standings(self._db.read)

    def drafts(self, source: int, below: int | None, count: int) -> list[Draft]:
        """Stored entries of a source to be cleaned once more, newest first, from below a row."""
        return amends.drafts(self._db.read, source, below, count)

    def waiting(self, now: datetime.datetime, sources: Sequence[int], count: int) -> list[Draft]:
        """Entries of these sources whose pages are due."""
        return amends.waiting(self._db.read, now, sources, count)

    def amend(self, amendments: Sequence[Amendment], postponed: Mapping[int, datetime.datetime | None] = {}) -> None:
        """Store what became of entries between polls; `postponed`: rows whose pages did not come, and when to ask again."""
        with self._db.write() as transaction:
            for amendment in amendments:
                amends.amend(transaction, amendment)
            for row, until in postponed.items():
                amends.postpone(transaction, row, until)

    def learn(self, source: int, lesson: polls.Lesson) -> None:
        """Store what a source's stored entries taught."""
        with self._db.write() as transaction:
            lessons.save(transaction, source, lesson)

    def follows(self, source: int, knowledge: str, policy: str) -> None:
        """Note that the stored entries of a source follow this knowledge and policy."""
        with self._db.write() as transaction:
            lessons.applied(transaction, source, knowledge, policy)

    def newest(self, of: Sequence[int], skip: int, count: int) -> list[model.Stored]:
        """A stretch of the entries of these sources, newest first; `skip` counts from the newest."""
        return entries.newest(self._db.read, of, skip, count) if of else []

    def members(self, groups: Sequence[str]) -> list[model.Stored]:
        """All entries of these groups of duplicates."""
        return entries.members(self._db.read, groups)

    def told(self, of: Sequence[str], most: int) -> list[model.Stored]:
        """The newest entries of each of these stories, `most` of each at most."""
        return entries.told(self._db.read, of, most)

    def named(self, name: str) -> list[Named]:
        """The stored entries that are called so, by published id or by link; the first to come first."""
        return verdicts.named(self._db.read, name)

    def find(self, name: str) -> list[Named]:
        """The same, and those of any other link or id of their source's, or whose published id begins so."""
        return verdicts.find(self._db.read, name)

    def accounts(self, ids: Sequence[str]) -> list[Account]:
        """All that was decided about entries, by published id; in the order in which they came."""
        return accounts.accounts(self._db.read, ids)

    def pairs(self, confidences: Sequence[str], count: int) -> list[Pair]:
        """The newest pairs of these confidences on which nobody has decided yet."""
        return verdicts.pairs(self._db.read, confidences, count)

    def decisions(self) -> list[Decision]:
        """What users said of pairs of entries, the oldest first."""
        return verdicts.decisions(self._db.read)

    def decide(self, decision: Decision, now: datetime.datetime) -> None:
        """Keep what a user said of two entries for ever, and obey it."""
        with self._db.write() as transaction:
            verdicts.decide(transaction, decision, now)
            outputs.bump(transaction)

    def take_back(self, one: str, other: str) -> bool:
        """Forget what a user said by command; whether anything was said."""
        with self._db.write() as transaction:
            outputs.bump(transaction)
            return verdicts.take_back(transaction, one, other)

    def takedowns(self) -> list[Takedown]:
        """All that was taken down, the latest first."""
        return takedowns.listed(self._db.read)

    def follow_file(self, said: Sequence[Decision], now: datetime.datetime) -> None:
        """Have the decisions of feeds.yaml be exactly these."""
        with self._db.write() as transaction:
            verdicts.follow_file(transaction, said, now)

    def release(self, now: datetime.datetime) -> int:
        """Hold entries no longer whose time has come; how many those are."""
        with self._db.write() as transaction:
            sql = "UPDATE entries SET held_until = NULL WHERE held_until <= ? RETURNING id"
            return len(transaction.execute(sql, (now.timestamp(),)))

    def asked(self) -> int:
        """A number that grows with every command that changes what is to be published."""
        return outputs.asked(self._db.read)

    def explained(self, ids: Sequence[str]) -> set[str]:
        """Which published ids the store knows, be it only that retention took them."""
        return entries.explained(self._db.read, ids)

    def published(self, name: str, fingerprint: str, refused: str = "") -> None:
        """Note under which configuration an output was published, or why it was refused."""
        with self._db.write() as transaction:
            outputs.published(transaction, name, fingerprint, refused)

    def show(self, output: str, shown: Mapping[str, str], now: datetime.datetime, telling: Telling = lambda _: ()) -> list[float]:
        """Note which entries an output shows, by id with their digests; how late, in seconds, those are that are new there.

        Of those, what `telling` makes waits to be sent.
        """
        if what := showings.news(self._db.read, output, shown):
            with self._db.write() as transaction:
                showings.note(transaction, output, what, now)
                messages.put(transaction, telling(what.new))
        return showings.late(self._db.read, what.new, now)

    def showings(self, id: str) -> dict[str, Showing]:
        """Since when outputs show an entry, or until when they did, by output."""
        return showings.of(self._db.read, id)

    def tell(self, events: Sequence[Event]) -> None:
        """Store what the operator should know."""
        with self._db.write() as transaction:
            outputs.tell(transaction, events)

    def events(self, count: int) -> list[Event]:
        """The operator's last events, newest first."""
        return outputs.events(self._db.read, count)

    def housekeep(
        self, now: datetime.datetime, keep: datetime.timedelta, window: datetime.timedelta = WINDOW, most: int | None = None
    ) -> int:
        """Move the time that rules go by, let go of what is past keeping; how many entries that was.

        `window` is how long entries are compared with new ones, `most` how many bytes the store may take.
        """
        with self._db.write() as transaction:
            meta.pass_time(transaction, now, meta.HOUR)
        gone = retention.past(self._db, now, keep, window)
        gone += 0 if most is None else retention.surplus(self._db, now, most)
        retention.give_back(self._db)
        return gone

    def pass_time(self, now: datetime.datetime, step: datetime.timedelta) -> bool:
        """Move the time that rules go by to the last full step; whether it moved. Housekeeping does so in hours."""
        with self._db.write() as transaction:
            return meta.pass_time(transaction, now, step)

    def moment(self) -> datetime.datetime | None:
        """The time that rules go by; None before it was ever written."""
        return meta.moment(self._db.read)

    def noted(self, name: str) -> str:
        """What the program as a whole noted under a name; "" for nothing."""
        return meta.read(self._db.read, name)

    def note(self, name: str, value: str) -> None:
        """Note something under a name."""
        with self._db.write() as transaction:
            meta.write(transaction, name, value)

    def subscriptions(self) -> list[websub.Subscription]:
        """What is subscribed to at hubs."""
        return subscriptions.read(self._db.read)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()
