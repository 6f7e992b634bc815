"""A desk to which polls come in without a network: documents as lists of entries, absorbed into a real store."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from stories import NOW, cleaned

from aggregator.core import dedupe, model, polls, urls
from aggregator.edges import store
from aggregator.pipeline import absorb

PAPER, RIVAL, THIRD = "https://paper.example/feed", "https://rival.example/feed", "https://third.example/feed"


class Desk:
    """A store with sources, and what polls of them bring."""

    def __init__(self, kept: store.Store, *urls: str) -> None:
        self.store = kept
        self.enrol(*(urls or (PAPER, RIVAL, THIRD)))

    def enrol(self, *named: str | tuple[str, str]) -> None:
        """Follow a feeds.yaml that names these sources, by url or by (url, name)."""
        wanted = [store.Enrolment(one, None) if isinstance(one, str) else store.Enrolment(*one) for one in named]
        self.store.enrol(wanted, [("all", "All"), ("operations", "Operations")], "http://127.0.0.1/", NOW)
        self.terms = absorb.Terms()

    def state(self, url: str) -> model.SourceState:
        """What is remembered of a source."""
        return next(state for state in self.store.sources() if state.url == url)

    def poll(
        self, url: str, *entries: model.Entry, now: datetime.datetime = NOW, etag: str = "", generator: str = ""
    ) -> absorb.Poll:
        """A poll of a source whose document carries these entries, as refreshing hands it on."""
        state = self.state(url)
        by_hash = {dedupe.hash_of(entry): entry for entry in entries}
        seen = self.store.seen(state.row, list(by_hash))
        outcome = polls.Updated(
            response=model.Response(url, 200, b"feed", validators=model.Validators(etag)),
            body_hash=dedupe.hash_of(model.Entry(repr(entries))),
            feed=model.Feed(title=urls.host(url), generator=generator),
            fresh=tuple(polls.Fresh(entry, cleaned(entry)) for value, entry in by_hash.items() if value not in seen),
            unchanged=frozenset(seen.values()),
            dates=tuple(entry.published for entry in entries if entry.published),
            seen=len(entries),
        )
        return absorb.Poll(state, polls.settle(state, outcome, polls.Pace(), now, 0.5), outcome, self.terms)

    def failed(self, url: str, kind: str = "network", now: datetime.datetime = NOW) -> absorb.Poll:
        """A poll that brought nothing."""
        state, outcome = self.state(url), polls.Failed(kind, "said no")
        return absorb.Poll(state, polls.settle(state, outcome, polls.Pace(), now, 0.5), outcome)

    def absorb(self, *brought: absorb.Poll, now: datetime.datetime = NOW) -> absorb.Tally:
        """Store some polls in one transaction."""
        return absorb.absorb(self.store, brought, now).tally

    def bring(self, url: str, *entries: model.Entry, now: datetime.datetime = NOW) -> tuple[int, int, int]:
        """Poll a source and store what it brings; how many entries were new, changed and duplicates."""
        tally = self.absorb(self.poll(url, *entries, now=now), now=now)
        return tally.entries_new, tally.entries_changed, tally.duplicates

    def stored(self, *urls: str) -> list[model.Stored]:
        """The entries of these sources (of all if none is named), newest first."""
        wanted = urls or [state.url for state in self.store.sources()]
        return self.store.newest([self.state(url).row for url in wanted], 0, 1_000)

    def ids(self, *urls: str) -> dict[str, str]:
        """Published ids by title."""
        return {stored.entry.title: stored.entry.id for stored in self.stored(*urls)}

    def groups(self, urls: Sequence[str] = ()) -> dict[str, set[str]]:
        """The entries' sources (by host) for each group, by the host of its head."""
        hosts = {state.row: state.url.split("/")[2] for state in self.store.sources()}
        stored = {one.entry.id: one for one in self.stored(*urls)}
        found: dict[str, set[str]] = {}
        for one in stored.values():
            found.setdefault(hosts[stored[one.group].source], set()).add(hosts[one.source])
        return found
