"""Between polls: stored entries follow what is known by now, and pages that did not come in time are asked for again.

Ids, order and `updated` stay: readers are not told of an entry again because we know better how to clean it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from aggregator.core import clean, config, errors, model
from aggregator.edges import store
from aggregator.pipeline import cleaning, pages, recompare, refresh

CHUNK = 50  # entries in one job of a worker, and in one transaction
STUDIED = 300  # entries of a source that are learned from when nothing was learned of it before
AT_ONCE = 20  # pages asked for in one round


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """What amending needs: the edges, the sources by their rows, what feeds.yaml says of them."""

    edges: refresh.Edges
    states: Mapping[int, model.SourceState]
    by_url: Mapping[str, config.Source]
    policy: Callable[[config.Source], clean.Policy]

    async def amended(self, now: datetime.datetime, window: datetime.timedelta) -> AsyncIterator[int]:
        """All that is to be done; after each step, how many entries it changed."""
        yield await self.fetched(now)
        yield await asyncio.to_thread(self.edges.store.release, now)
        async for step in self.revised():
            yield step
        while (found := await asyncio.to_thread(recompare.recompare, self.edges.store, now, window)).seen:
            yield found.regrouped

    async def revised(self) -> AsyncIterator[int]:
        """Clean stored entries once more where knowledge or policy has changed; after each step, how many it changed."""
        standings = await asyncio.to_thread(self.edges.store.standings)
        for row, standing in standings.items():
            state = self.states.get(row)
            source = self.by_url.get(state.url) if state else None
            if state is None or source is None:
                continue
            policy = self.policy(source)
            if not standing.knowledge:
                standing = await self._study(state, policy)
            if not standing.follows(cleaning.digest(policy)):
                async for changed in self._revise(state, policy):
                    yield changed
                await asyncio.to_thread(self.edges.store.follows, row, standing.knowledge, cleaning.digest(policy))

    async def _study(self, state: model.SourceState, policy: clean.Policy) -> store.Standing:
        """Learn from what is stored of a source of which nothing was learned yet."""
        kept = self.edges.store
        drafts = await asyncio.to_thread(kept.drafts, state.row, None, STUDIED)
        entries = [draft.entry for draft in reversed(drafts)]
        known = cleaning.Known("", cleaning.names(state.name, state.title, state.link or state.url))
        lesson = await self.edges.workers.run(cleaning.studying, entries, policy, known)
        await asyncio.to_thread(kept.learn, state.row, lesson)
        return store.Standing(lesson.knowledge, "")

    async def _revise(self, state: model.SourceState, policy: clean.Policy) -> AsyncIterator[int]:
        kept = self.edges.store
        known = cleaning.Known(
            await asyncio.to_thread(kept.memory, state.row), cleaning.names(state.name, state.title, state.link or state.url)
        )
        drafts = await asyncio.to_thread(kept.drafts, state.row, None, CHUNK)
        while drafts:
            amendments = await self._cleaned(drafts, policy, known)
            await asyncio.to_thread(kept.amend, amendments)
            yield len(amendments)
            drafts = await asyncio.to_thread(kept.drafts, state.row, drafts[-1].row, CHUNK)

    async def _cleaned(self, drafts: Sequence[store.Draft], policy: clean.Policy, known: cleaning.Known) -> list[store.Amendment]:
        """What becomes of stored entries; those that cannot be cleaned within the limits stay as they are."""
        entries, before = [draft.entry for draft in drafts], [draft.cleaned for draft in drafts]
        try:
            now = await self.edges.workers.run(cleaning.cleaning_again, entries, before, policy, known)
        except errors.WorkerKilled:
            return []
        return [store.Amendment(draft, tidy) for draft, tidy in zip(drafts, now, strict=True) if tidy is not None]

    async def fetched(self, now: datetime.datetime) -> int:
        """Ask for pages that did not come in time and are due again; how many entries that changed."""
        asking = [row for row, state in self.states.items() if self._asks(state)]
        drafts = await asyncio.to_thread(self.edges.store.waiting, now, asking, AT_ONCE)
        changed = await asyncio.gather(*(self._fetch(draft, now) for draft in drafts))
        return sum(changed)

    def _asks(self, state: model.SourceState) -> bool:
        source = self.by_url.get(state.url)
        return source is not None and source.full_text != "never" and not source.paused

    async def _fetch(self, draft: store.Draft, now: datetime.datetime) -> bool:
        kept, state = self.edges.store, self.states[draft.source]
        page = await self.edges.pages.page(draft.entry, allow=self.by_url[state.url].allow_addresses)
        if page.entry is None:
            until = pages.due(draft.tries + 1, now) if page.later else None
            await asyncio.to_thread(kept.amend, [], {draft.row: until})
            return False
        known = cleaning.Known(
            await asyncio.to_thread(kept.memory, state.row), cleaning.names(state.name, state.title, state.link or state.url)
        )
        filled = dataclasses.replace(draft, entry=page.entry)
        amended = await self._cleaned([filled], self.policy(self.by_url[state.url]), known)
        tidy = amended[0].cleaned if amended else draft.cleaned
        await asyncio.to_thread(kept.amend, [store.Amendment(draft, tidy, page.entry)])
        return bool(amended)
