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
    fetcher = fetch.Fetcher(limits=bounds, allow=settings.allow_addresses, user_agent=agent, proxy=settings.proxy, hop=manners.hop)
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
    response = await edges.fetcher.fetch(url, state.validators, headers, known=known, allow=source.allow_addresses)
    if response.not_modified or response.repeated:
        return polls.NotModified(response)
    gist = parse.gist(response.body)
    if gist in known:
        return polls.NotModified(dataclasses.replace(response, body=b""), _hashes(response, gist))
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
    parsed = await edges.workers.run(parsing.parsing, response, frozenset(stamped), edges.limits.entries, edges.limits.entry)
    read = parsed.reading
    known = await asyncio.to_thread(_known, edges.store, state.row, parsed) if read.feed.entries else _Known()
    done, lesson = await _done(edges, source, policy, known, read.feed) if known.fresh else ((), None)
    carried = [stamped[stamp] for stamp in read.known]
    dates = [one.stamp.date for one in carried] + [entry.published or entry.updated for entry in read.feed.entries]
    return polls.Updated(
        response=dataclasses.replace(response, body=b""),
        body_hash=body_hash,
        feed=dataclasses.replace(read.feed, entries=()),
        fresh=done,
        unchanged=known.unchanged | {one.id for one in carried},
        dates=tuple(date for date in dates if date is not None),
        seen=read.seen,
        empty=read.empty,
        stamps=(*(one.stamp for one in carried), *_stamps(parsed)),
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


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of the entries that were read, before any costly work."""

    fresh: tuple[model.Entry, ...] = ()  # new or changed
    hashes: tuple[str, ...] = ()  # of these
    unchanged: frozenset[str] = frozenset()  # published ids of the others
    met: tuple[str | None, ...] = ()  # for each fresh one the published id of what it is an edit of
    memory: str = ""  # what was learned of the source's boilerplate


def _known(kept: store.Store, row: int, parsed: parsing.Parsed) -> _Known:
    by_hash = dict(zip(parsed.hashes, parsed.reading.feed.entries, strict=True))
    seen = kept.seen(row, list(by_hash))
    fresh = {value: entry for value, entry in by_hash.items() if value not in seen}
    unchanged = frozenset(seen.values())
    if not fresh:
        return _Known(unchanged=unchanged)
    entries = tuple(fresh.values())
    return _Known(entries, tuple(fresh), unchanged, _met(kept, row, entries), kept.memory(row))


def _hashes(response: model.Response, gist: str) -> str:
    """What a document is known by when it comes again."""
    return f"{response.packed} {gist}".strip()


def _stamps(parsed: parsing.Parsed) -> list[polls.Stamp]:
    """What the entries that were read will be known by the next time; a document that cannot be taken apart has no stamps."""
    read = parsed.reading
    known = zip(read.stamps, parsed.hashes, read.feed.entries, strict=bool(read.stamps))
    return [polls.Stamp(stamp, value, entry.published or entry.updated) for stamp, value, entry in known]


async def _done(
    edges: Edges, source: config.Source, policy: clean.Policy, known: _Known, feed: model.Feed
) -> tuple[tuple[polls.Fresh, ...], polls.Lesson | None]:
    """Fresh entries with their pages, cleaned; and what the new ones among them teach."""
    found = await edges.pages.fill(source, known.fresh)
    if any(uid and page.later for uid, page in zip(known.met, found, strict=True)):
        found = await asyncio.to_thread(_with_stored, edges.store, known, found)
    whole = [page.entry or entry for entry, page in zip(known.fresh, found, strict=True)]
    names = cleaning.names(source.name, feed.title, feed.link or source.url)
    new = [uid is None for uid in known.met]
    cleaned, lesson = await edges.workers.run(cleaning.cleaning, whole, new, policy, cleaning.Known(known.memory, names))
    parts = zip(known.fresh, cleaned, found, known.hashes, strict=True)
    return tuple(polls.Fresh(entry, tidy, page.entry, page.later, value) for entry, tidy, page, value in parts), lesson


def _met(kept: store.Store, row: int, entries: tuple[model.Entry, ...]) -> tuple[str | None, ...]:
    """The published id of each entry that is an edit of a stored one, as far as its id and its link tell."""
    keys = [dedupe.early_keys(entry) for entry in entries]
    found = kept.met(row, sorted({key for some in keys for key in some}))
    return tuple(next((found[key] for key in some if key in found), None) for some in keys)


def _with_stored(kept: store.Store, known: _Known, found: tuple[pages.Page, ...]) -> tuple[pages.Page, ...]:
    """Edited entries whose pages do not come this time keep the text of the page that came before."""
    before = kept.pages([uid for uid, page in zip(known.met, found, strict=True) if uid and page.later])
    return tuple(
        dataclasses.replace(page, entry=pages.refilled(entry, before[uid])) if page.later and uid in before else page
        for entry, page, uid in zip(known.fresh, found, known.met, strict=True)
    )


def _status_kind(status: int) -> str:
    if status == 410:
        return "gone"
    if status == 429:
        return "limited"
    return "blocked" if status in health.BLOCKED else "status"
