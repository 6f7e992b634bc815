"""One pass over a source: fetch, parse, keep what is fresh, fill in pages, clean."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import logging
import os
import urllib.parse
from collections.abc import Awaitable

from aggregator import logs
from aggregator.core import clean, config, dedupe, errors, health, hosts, limits, model, parse, polls, text, urls
from aggregator.edges import fetch, store, workers
from aggregator.pipeline import cleaning, pages, parsing


@dataclasses.dataclass(frozen=True, slots=True)
class Edges:
    """What a refresh reaches the world through."""

    store: store.Store
    fetcher: fetch.Fetcher
    workers: workers.Workers
    pages: pages.Pages
    limits: limits.Limits


def edges(kept: store.Store, read: config.Config, agent: str, manners: pages.Manners) -> Edges:
    """The edges that a configuration wants; the fetcher and the workers are to be closed."""
    settings, bounds = read.settings, read.settings.limits
    fetcher = fetch.Fetcher(limits=bounds, allow=settings.allow_addresses, user_agent=agent, proxy=settings.proxy)
    pool = workers.Workers(count=os.cpu_count() or 1, seconds=bounds.job_seconds, memory=bounds.job_memory)
    return Edges(kept, fetcher, pool, pages.Pages(fetcher, pool, agent, functools.partial(config.allowed, read), manners), bounds)


async def guarded(state: model.SourceState, reading: Awaitable[polls.Outcome]) -> polls.Outcome:
    """What reading something of a source comes to; what goes wrong in us is a failure too, and logged if it is a bug."""
    try:
        return await reading
    except errors.StoreError as error:
        return polls.Failed("store", str(error))
    except Exception as error:
        logging.getLogger(logs.NAME).exception("a bug met while polling %s", state.called)
        said = text.one_line(f"{type(error).__name__}: {error}")
        return polls.Failed("bug", f"a bug of this program: {text.shorten(said, 200)}")


async def refresh(edges: Edges, source: config.Source, state: model.SourceState, policy: clean.Policy) -> polls.Outcome:
    """Poll a source once. What can go wrong with a source is a Failed, so that one never stops another."""
    try:
        return await _refresh(edges, source, state, policy)
    except errors.StatusError as error:
        refused = error.retry_after is not None or error.status in hosts.REFUSALS
        kind = error.kind if isinstance(error, errors.Challenged) else _status_kind(error.status)
        return polls.Failed(kind, str(error), error.retry_after, error.url if refused else "")
    except errors.FetchError as error:
        return polls.Failed(error.kind, str(error))
    except errors.ParseError as error:
        return polls.Failed("parse", str(error))
    except errors.WorkerKilled as error:
        return polls.Failed("limit", str(error))


async def _refresh(edges: Edges, source: config.Source, state: model.SourceState, policy: clean.Policy) -> polls.Outcome:
    url, headers = address(source, state)
    known = state.body_hash.split()
    response = await edges.fetcher.fetch(url, state.validators, headers, known=known)
    if response.not_modified or response.repeated:
        return polls.NotModified(response)
    gist = parse.gist(response.body)
    if gist in known:
        return polls.NotModified(response, _hashes(response, gist))
    return await _read(edges, source, state, policy, response, _hashes(response, gist))


async def _read(
    edges: Edges,
    source: config.Source,
    state: model.SourceState,
    policy: clean.Policy,
    response: model.Response,
    body_hash: str = "",
    *,
    partial: bool = False,
) -> polls.Updated:
    """A document with its fresh entries filled in and cleaned. Raises ParseError, WorkerKilled."""
    stamped = await asyncio.to_thread(edges.store.stamped, state.row)
    read = await edges.workers.run(parsing.parsing, response, frozenset(stamped), edges.limits.entries, edges.limits.entry)
    fresh, unchanged = await _fresh(edges, state, read.feed)
    done, lesson = await _done(edges, source, state, policy, fresh, read.feed) if fresh else ((), None)
    carried = [stamped[stamp] for stamp in read.known]
    dates = [one.stamp.date for one in carried] + [entry.published or entry.updated for entry in read.feed.entries]
    return polls.Updated(
        response=response,
        body_hash=body_hash,
        feed=dataclasses.replace(read.feed, entries=()),
        fresh=done,
        unchanged=unchanged | {one.id for one in carried},
        dates=tuple(date for date in dates if date is not None),
        seen=read.seen,
        stamps=(*(one.stamp for one in carried), *_stamps(read)),
        lesson=lesson,
        partial=partial,
    )


async def take(
    edges: Edges, source: config.Source, state: model.SourceState, policy: clean.Policy, response: model.Response
) -> polls.Outcome:
    """Read what a hub delivered of a source, as if a poll had brought it; its document is a part of the source's."""
    try:
        return await _read(edges, source, state, policy, response, partial=True)
    except errors.ParseError as error:
        return polls.Failed("parse", str(error))
    except errors.WorkerKilled as error:
        return polls.Failed("limit", str(error))


def address(source: config.Source, state: model.SourceState) -> tuple[str, dict[str, str]]:
    """Where to ask. The user's headers and password are for the origin that feeds.yaml names, not for where it moved."""
    if not state.moved_to or not health.moved_for_good(state):
        return source.url, dict(source.headers)
    if fetch.origin(state.moved_to) != fetch.origin(urls.gate(source.url) or ""):
        return state.moved_to, {}
    parts = urllib.parse.urlsplit(state.moved_to)
    person, at, _ = urllib.parse.urlsplit(source.url).netloc.rpartition("@")
    return parts._replace(netloc=person + at + parts.netloc).geturl(), dict(source.headers)


async def _fresh(edges: Edges, state: model.SourceState, feed: model.Feed) -> tuple[tuple[model.Entry, ...], frozenset[str]]:
    """The entries that are new or changed, before any costly work, and the published ids of the others."""
    by_hash = {dedupe.hash_of(entry): entry for entry in feed.entries}
    if not by_hash:
        return (), frozenset()
    seen = await asyncio.to_thread(edges.store.seen, state.row, list(by_hash))
    return tuple(entry for value, entry in by_hash.items() if value not in seen), frozenset(seen.values())


def _hashes(response: model.Response, gist: str) -> str:
    """What a document is known by when it comes again."""
    return f"{response.packed} {gist}".strip()


def _stamps(read: parse.Reading) -> list[polls.Stamp]:
    """What the entries that were read will be known by the next time."""
    pairs = zip(read.stamps, read.feed.entries, strict=bool(read.stamps))
    return [polls.Stamp(stamp, dedupe.hash_of(entry), entry.published or entry.updated) for stamp, entry in pairs]


async def _done(
    edges: Edges,
    source: config.Source,
    state: model.SourceState,
    policy: clean.Policy,
    fresh: tuple[model.Entry, ...],
    feed: model.Feed,
) -> tuple[tuple[polls.Fresh, ...], polls.Lesson | None]:
    """Fresh entries with their pages, cleaned; and what the new ones among them teach."""
    met = await asyncio.to_thread(_met, edges.store, state.row, fresh)
    found = await edges.pages.fill(source, fresh)
    found = await asyncio.to_thread(_with_stored, edges.store, fresh, found, met)
    whole = [page.entry or entry for entry, page in zip(fresh, found, strict=True)]
    names = cleaning.names(source.name, feed.title, feed.link or source.url)
    known = cleaning.Known(await asyncio.to_thread(edges.store.memory, state.row), names)
    cleaned, lesson = await edges.workers.run(cleaning.cleaning, whole, [uid is None for uid in met], policy, known)
    parts = zip(fresh, cleaned, found, strict=True)
    return tuple(polls.Fresh(entry, tidy, page.entry, page.later) for entry, tidy, page in parts), lesson


def _met(kept: store.Store, row: int, entries: tuple[model.Entry, ...]) -> list[str | None]:
    """The published id of each entry that is an edit of a stored one, as far as its id and its link tell."""
    keys = [dedupe.early_keys(entry) for entry in entries]
    found = kept.met(row, sorted({key for some in keys for key in some}))
    return [next((found[key] for key in some if key in found), None) for some in keys]


def _with_stored(
    kept: store.Store, entries: tuple[model.Entry, ...], found: tuple[pages.Page, ...], met: list[str | None]
) -> tuple[pages.Page, ...]:
    """Edited entries whose pages do not come this time keep the text of the page that came before."""
    missing = [uid for uid, page in zip(met, found, strict=True) if uid and page.later]
    before = kept.pages(missing) if missing else {}
    return tuple(
        dataclasses.replace(page, entry=pages.refilled(entry, before[uid])) if page.later and uid in before else page
        for entry, page, uid in zip(entries, found, met, strict=True)
    )


def _status_kind(status: int) -> str:
    if status == 410:
        return "gone"
    if status == 429:
        return "limited"
    return "blocked" if status in health.BLOCKED else "status"
