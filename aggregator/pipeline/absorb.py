"""What polls brought, into the store: identity, duplicates, edits; one transaction."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from aggregator.core import dedupe, model, polls, urls
from aggregator.edges import store
from aggregator.pipeline import pages


@dataclasses.dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one source: its state before and after, and what it brought."""

    before: model.SourceState
    after: model.SourceState
    outcome: polls.Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """What became of some polls: updated + not_modified + failed = sources."""

    sources: int = 0
    updated: int = 0
    not_modified: int = 0
    failed: int = 0
    entries_seen: int = 0  # in the documents
    entries_new: int = 0  # stored for the first time
    entries_changed: int = 0
    duplicates: int = 0  # of the new ones

    def __add__(self, other: Tally) -> Tally:
        pairs = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return Tally(*(one + another for one, another in pairs))


def absorb(into: store.Store, brought: Sequence[Poll], now: datetime.datetime) -> Tally:
    """Store what polls brought, all together or not at all: entries with validators, due times and news.

    Raises StoreError; nothing is kept then, and the next poll brings the same again.
    """
    tally = Tally()
    with into.writing() as writing:
        for poll in sorted(brought, key=lambda poll: poll.before.row):  # so that it makes no difference which answered first
            if isinstance(poll.outcome, polls.Updated):
                tally += _entries(writing, poll.before, poll.outcome, now)
            elif isinstance(poll.outcome, polls.NotModified):
                tally += Tally(sources=1, not_modified=1)
            else:
                tally += Tally(sources=1, failed=1)
            writing.save(poll.after)
            writing.tell(_events(poll, now))
    return tally


def _events(poll: Poll, now: datetime.datetime) -> list[store.Event]:
    news = polls.news(poll.before, poll.after, now)
    return [store.Event(now, told.kind, urls.redact(poll.after.first_url), told.title, told.text) for told in news]


def _entries(writing: store.Writing, state: model.SourceState, outcome: polls.Updated, now: datetime.datetime) -> Tally:
    pairs = [(fresh.entry, fresh.cleaned) for fresh in outcome.fresh]
    known = writing.known(state.row, sorted(dedupe.every_key(pairs)))
    identified = dedupe.identify(state.first_url, pairs, known, outcome.unchanged)
    new = [entry for entry in identified if entry.known is None]
    changed = [entry for entry in identified if entry.known is not None and entry.known.row is not None]
    came = {dedupe.hash_of(fresh.entry): fresh for fresh in outcome.fresh}
    verdicts = _judge(writing, state, new, came, now)
    if outcome.lesson is not None:
        writing.learn(state.row, outcome.lesson)
    writing.insert([_new(state, entry, came[entry.hash], verdicts.get(entry.id), now) for entry in new])
    for entry in changed:
        writing.replace(_changed(state, entry, came[entry.hash], now))
    writing.remember(state.row, {key: entry.id for entry in identified for key in entry.keys}, now)
    writing.present(state.row, outcome.unchanged | {entry.id for entry in identified}, now)
    return Tally(
        sources=1,
        updated=1,
        entries_seen=outcome.seen,
        entries_new=len(new),
        entries_changed=len(changed),
        duplicates=len(verdicts),
    )


def _judge(
    writing: store.Writing,
    state: model.SourceState,
    new: Sequence[dedupe.Identified],
    came: Mapping[str, polls.Fresh],
    now: datetime.datetime,
) -> dict[str, dedupe.Verdict]:
    """Which new entries were there before, from another source or among themselves; the order they came in does not matter."""
    articles = [_article(state, entry, _past(came[entry.hash].entry.published, now) or now) for entry in new]
    link_keys = sorted({article.link_key for article in articles} - {""})
    text_keys = sorted({article.text_key for article in articles} - {""})
    candidates = writing.lookalikes(link_keys, text_keys)
    verdicts = {}
    for article in sorted(articles, key=lambda article: (article.at, article.id)):
        verdict = dedupe.judge(article, candidates)
        if verdict is not None:
            verdicts[article.id] = verdict
            article = dataclasses.replace(article, group=verdict.duplicate_of)
        candidates.append(article)
    return verdicts


def _article(state: model.SourceState, entry: dedupe.Identified, at: datetime.datetime) -> dedupe.Article:
    cleaned = entry.cleaned
    return dedupe.Article(
        id=entry.id,
        group=entry.id,
        source=str(state.row),
        link_key=dedupe.link_key(cleaned.entry.target or cleaned.entry.link),
        text_key=dedupe.text_key(cleaned.text),
        title=cleaned.entry.title,
        text=cleaned.text,
        at=at,
    )


def _new(
    state: model.SourceState,
    entry: dedupe.Identified,
    came: polls.Fresh,
    verdict: dedupe.Verdict | None,
    now: datetime.datetime,
) -> store.Record:
    published, updated = _past(came.entry.published, now), _past(came.entry.updated, now)
    page_at = pages.due(0, now) if came.waits else None
    return store.Record(state.row, entry, came.entry, now, published or updated, updated, verdict, came.page, page_at)


def _changed(state: model.SourceState, entry: dedupe.Identified, came: polls.Fresh, now: datetime.datetime) -> store.Record:
    """A new version; `updated` moves only when readers would want to know."""
    known, cleaned = entry.known, entry.cleaned
    assert known is not None  # changed entries are those that are stored
    material = dedupe.material(known.title, known.text, cleaned.entry.title, cleaned.text)
    page_at = pages.due(0, now) if came.waits else None
    return store.Record(state.row, entry, came.entry, now, None, now if material else None, None, came.page, page_at)


def _past(moment: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime | None:
    """A date that can be true: one in the future says nothing."""
    return moment if moment is not None and moment <= now else None
