"""What may be done inside one transaction of the store."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from aggregator.core import dedupe, model, polls, websub
from aggregator.edges.store import (
    claims,
    corrections,
    database,
    entries,
    hosts,
    lessons,
    missing,
    outputs,
    sketches,
    sources,
    stamps,
    stories,
    subscriptions,
    takedowns,
    verdicts,
    vocabulary,
)

Claim = claims.Claim
Decision = verdicts.Decision
Entered = sketches.Entered
Event = outputs.Event
Loose = sketches.Loose
Record = entries.Record


class Writing:
    """What may be done inside one transaction: reads see what was written before them."""

    def __init__(self, transaction: database.Transaction, known: vocabulary.Vocabulary | None) -> None:
        self._transaction = transaction
        self.vocabulary = known
        self._current: vocabulary.Vocabulary | None = None

    def held(self, handed: Sequence[Claim]) -> list[Claim]:
        """Those of these claims that no later one has replaced: only what was polled under them may be stored."""
        return claims.held(self._transaction, handed)

    def changed(self, rows: Sequence[int]) -> None:
        """Number a change of these sources that outputs may show."""
        sources.changed(self._transaction, rows)

    def known(self, source: int, keys: Sequence[str]) -> dict[str, dedupe.Known]:
        """What keys of a source's entries lead to (see `dedupe.identify`)."""
        return entries.known(self._transaction.execute, source, keys)

    def ours(self, ids: Sequence[str]) -> set[str]:
        """Which of these ids are published ones of ours."""
        return entries.explained(self._transaction.execute, ids)

    @property
    def frequencies(self) -> dedupe.Frequencies:
        """How many articles had each word, by the polls that were stored before."""
        return self._caught_up().known

    def _caught_up(self) -> vocabulary.Vocabulary:
        if self._current is None:  # once is enough: who teaches is alone
            self._current = self.vocabulary = vocabulary.caught_up(self._transaction.execute, self.vocabulary)
        return self._current

    def holders(self, keys: Iterable[int], since: datetime.datetime) -> dict[int, list[int]]:
        """The rows of the entries first seen since then that hold each of these keys, the newest first."""
        return sketches.holders(self._transaction.execute, keys, since.timestamp())

    def compared(self, rows: Iterable[int]) -> dict[int, dedupe.Item]:
        """What is compared of entries, by row, and of their heads."""
        return sketches.items(self._transaction.execute, rows)

    def sketches(self, ids: Sequence[str]) -> dict[str, dedupe.Item]:
        """What is compared of entries, by published id."""
        return sketches.by_id(self._transaction.execute, ids)

    def loose(self, since: datetime.datetime, count: int) -> list[Loose]:
        """Entries first seen since then that have no sketch, the oldest first."""
        return sketches.missing(self._transaction.execute, since.timestamp(), count)

    def story_holders(self, keys: Iterable[int]) -> dict[int, list[int]]:
        """The stories that hold each of these words, by row."""
        return stories.holders(self._transaction.execute, keys)

    def stories(self, rows: Sequence[int], ids: Sequence[str]) -> dict[int, dedupe.Story]:
        """Stories by row: those of these rows, and those of these ids."""
        return stories.read(self._transaction.execute, rows, ids)

    def enter(self, entered: Sequence[Entered]) -> None:
        """Keep the sketches of entries that are stored."""
        sketches.enter(self._transaction, entered)

    def place(self, placed: dedupe.Placed) -> None:
        """Store stories that are new or grew, and count the words of their new articles."""
        stories.write(self._transaction, placed)
        self._current = self.vocabulary = vocabulary.teach(self._transaction, self._caught_up(), placed.lessons)

    def doubt(self, unsure: Iterable[dedupe.Verdict], now: datetime.datetime) -> None:
        """Keep verdicts that do not merge."""
        verdicts.doubt(self._transaction, unsure, now)

    def part(self, ids: Sequence[str]) -> None:
        """Have duplicates go their own way."""
        verdicts.part(self._transaction, ids)

    def leads(self, id: str) -> bool:
        """Whether an entry is the head of others."""
        return bool(self._transaction.execute("SELECT 1 FROM entries WHERE head = ? LIMIT 1", (id,)))

    def merge(self, found: Iterable[dedupe.Verdict]) -> None:
        """Have entries that were stored apart be duplicates."""
        verdicts.merge(self._transaction, found)

    def decisions(self) -> list[Decision]:
        """All that users said, the oldest first."""
        return verdicts.decisions(self._transaction.execute)

    def obey(self, names: Iterable[str]) -> None:
        """Have the groups around these entries, named by id or link, follow what users said."""
        verdicts.obey(self._transaction, names)

    def release(self, source: int) -> None:
        """Hold the entries of a source no longer."""
        self._transaction.execute("UPDATE entries SET held_until = NULL WHERE held_until IS NOT NULL AND source_id = ?", (source,))

    def insert(self, records: Sequence[Record]) -> None:
        """Store entries for the first time."""
        entries.insert(self._transaction, records)

    def replace(self, record: Record, corrected: Sequence[model.Correction] = ()) -> None:
        """Store the new version of an entry, and what it corrects."""
        entries.replace(self._transaction, record)
        corrections.note(self._transaction, record.identified.id, corrected, record.first_seen)

    def measure(self, words: Mapping[str, int]) -> None:
        """Note how many words entries have, by published id: those of older versions were stored without."""
        entries.measure(self._transaction, words)

    def remember(self, source: int, keys: Mapping[str, str], now: datetime.datetime) -> None:
        """Keep what entries of a source are known by: key to published id."""
        entries.remember(self._transaction, source, keys, now)

    def stamp(self, source: int, found: Sequence[polls.Stamp]) -> None:
        """Keep what the entries of a source's last document are known by unread."""
        stamps.keep(self._transaction, source, found)

    def present(self, source: int, ids: frozenset[str], now: datetime.datetime) -> None:
        """Note which entries a source's document still carries."""
        entries.present(self._transaction, source, ids, now)

    def returned(self, source: int, ids: frozenset[str], now: datetime.datetime) -> None:
        """Note that a source still carries these entries, and nothing of others."""
        entries.returned(self._transaction, source, sorted(ids), now)

    def learn(self, source: int, lesson: polls.Lesson) -> None:
        """Store what a poll taught about a source's boilerplate; before its entries."""
        lessons.save(self._transaction, source, lesson)

    def save(self, states: Sequence[model.SourceState]) -> None:
        """Store what polls left behind."""
        sources.save(self._transaction, states)

    def subscribe(self, kept: Iterable[websub.Subscription], gone: Iterable[str]) -> None:
        """Store subscriptions as they are now, and forget those of these tokens."""
        subscriptions.save(self._transaction, kept, gone)

    def save_hosts(self, changed: Iterable[model.HostState]) -> None:
        """Store what became of hosts that refused us."""
        hosts.save(self._transaction, changed)

    def tell(self, events: Sequence[Event]) -> None:
        """Store what the operator should know."""
        outputs.tell(self._transaction, events)

    def tell_once(self, event: Event, again: datetime.timedelta) -> None:
        """Store what the operator should know, unless it was told, of this kind and subject, within the time before."""
        if not self.told(event.kind, event.subject, event.at - again):
            self.tell([event])

    def holds(self, source: int) -> bool:
        """Whether entries of a source are held."""
        sql = "SELECT 1 FROM entries WHERE held_until IS NOT NULL AND source_id = ? LIMIT 1"
        return bool(self._transaction.execute(sql, (source,)))

    def places(self, source: int, ids: Sequence[str]) -> dict[str, int]:
        """The places of these entries in the backlog of a source."""
        return entries.places(self._transaction.execute, source, ids)

    def is_new(self, source: int) -> bool:
        """Whether no entry of a source was ever stored."""
        return not self._transaction.execute("SELECT 1 FROM aliases WHERE source_id = ? LIMIT 1", (source,))

    def told(self, kind: str, subject: str, since: datetime.datetime) -> bool:
        """Whether the operator heard something of this kind about this subject since then."""
        return outputs.told(self._transaction.execute, kind, subject, since)

    def take_down(self, taken: takedowns.Takedown) -> None:
        """Never publish an article again."""
        takedowns.save(self._transaction, taken)
        outputs.bump(self._transaction)

    def missed(self, id: str, misses: int, now: datetime.datetime) -> None:
        """Keep how often the page of an entry was gone; -1: there is nothing more to ask."""
        missing.note(self._transaction, id, misses, now)

    def returned_after_all(self) -> list[str]:
        """The entries that were taken back and are in their source's document again; they are asked about no more."""
        return missing.returned(self._transaction)

    def put_back(self, keys: Sequence[str]) -> list[str]:
        """Let the articles that are known by one of these keys be published again; which those are."""
        outputs.bump(self._transaction)
        return takedowns.undo(self._transaction, keys)
