"""Finds what sources have taken back: entries that left early and whose pages are gone leave the outputs, with a tombstone."""

from __future__ import annotations

import asyncio
import datetime
import logging

from aggregator import engine, logs
from aggregator.core import urls
from aggregator.edges import store, threads

AT_ONCE = 20  # pages that are asked for in one look …
LONGEST = 20.0  # … which begins with no other one after so many seconds
BECAUSE = "its source took it back"


async def look(of: engine.Engine) -> int:
    """Ask for the pages of entries that left their sources early; how many were taken back. Raises StoreError.

    What comes back into its source's document is published again.
    """
    if of.configuration.settings.retractions == "off":
        return 0
    now = of.clock.now()
    back = await threads.run(_put_back, of.store)
    taken = 0
    end = asyncio.get_running_loop().time() + LONGEST
    for one in await threads.run(of.store.figures.missing, now, AT_ONCE):
        gone = await _gone(of, one) if asyncio.get_running_loop().time() < end else None
        if gone is not None:
            taken += await threads.run(_settle, of.store, one, gone, now)
    if back or taken:
        of.touch()
        logging.getLogger(logs.NAME).info("sources took entries back", extra={"taken": taken, "returned": back})
    return taken


async def _gone(of: engine.Engine, one: store.Missing) -> bool | None:
    """Whether a page says that it is gone; None when that cannot be told now."""
    state, link = of.states.get(one.source), urls.gate(one.link)
    if state is None or link is None:
        return False
    source = of.roster.by_url.get(state.url)
    return None if source is None or source.paused else await of.edges.pages.gone(link, allow=source.allow_addresses)


def _settle(kept: store.Store, one: store.Missing, gone: bool, now: datetime.datetime) -> int:  # noqa: FBT001
    """Keep what the page said; whether that was enough."""
    misses = one.misses + 1 if gone else -1
    with kept.writing() as writing:
        writing.missed(one.id, misses, now)
        if misses < store.MISSES:
            return 0
        writing.take_down(store.Takedown(one.id, one.title, BECAUSE, now, ((one.id, one.source),)))
        subject = urls.redact(one.link)
        said = "It left its source while older entries stayed, and its page is gone"
        said = f"{said}; `aggregator takedown --undo {one.id}` brings it back."
        writing.tell([store.Event(now, "retracted", subject, f"“{one.title}” was taken back by its source", said)])
    return 1


def _put_back(kept: store.Store) -> int:
    """Publish again what returned."""
    with kept.writing() as writing:
        back = writing.returned_after_all()
        if back:
            writing.put_back([f"u:{id}" for id in back])
    return len(back)
