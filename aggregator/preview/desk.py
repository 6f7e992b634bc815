"""Gets what is to be previewed from the web or a file, has workers read and clean it, and reports."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import pathlib
import sys
from collections.abc import AsyncIterator, Iterator, Sequence

from aggregator import engine, roster
from aggregator.core import config, dedupe, errors, extract, limits, model, urls
from aggregator.edges import config_file, fetch, store, workers
from aggregator.pipeline import cleaning, pages
from aggregator.preview import proof, report

FEEDS = pathlib.Path("feeds.yaml")
STDIN = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """What is to be previewed, under which configuration; `given` is the document, when it came from a file."""

    place: str  # the address or the file, as it may be shown
    source: config.Source
    configuration: config.Config
    data: pathlib.Path | None  # where a store may be
    given: model.Response | None = None
    entries: int = 10
    full_text: bool | None = None  # whether to fetch pages; None: as the source says


@dataclasses.dataclass(frozen=True, slots=True)
class Edges:
    """What fetches, and what reads and cleans in processes that can be killed."""

    fetcher: fetch.Fetcher
    workers: workers.Workers
    pages: pages.Pages
    limits: limits.Limits


def task(what: str, feeds: pathlib.Path, data: pathlib.Path | None, base: str, entries: int, full_text: bool | None) -> Task:  # noqa: FBT001
    """What the command line asks for; a file, or `-` for stdin, is read at once. `base` is the address that a file came from.

    A feeds.yaml need not be there, unless it is named. Raises ConfigError, FetchError for a file that cannot be read.
    """
    loaded = None if feeds == FEEDS and not feeds.exists() else config_file.read(feeds, data)
    read = loaded.config if loaded else config.Config()
    folder = data or (loaded.at(read.settings.data) if loaded else None)
    web = is_address(what)
    given = None if web else _file(what, base, read.settings.limits.body)
    place = urls.redact(what) if web else ("stdin" if what == STDIN else what)
    return Task(place, _source(read, what if web else base), read, folder, given, entries, full_text)


def is_address(what: str) -> bool:
    """Whether this names something on the web, and not a file."""
    return what.lower().startswith(("http://", "https://"))


def _source(read: config.Config, url: str) -> config.Source:
    """The source that has this address; one without any settings if none has."""
    gated = urls.gate(url)
    same = (source for source in read.sources if url and gated == urls.gate(source.url))
    return next((source for source in read.sources if source.url == url), None) or next(same, config.Source(url=url))


def _file(name: str, base: str, most: int) -> model.Response:
    try:
        with contextlib.ExitStack() as stack:
            file = sys.stdin.buffer if name == STDIN else stack.enter_context(open(name, "rb"))
            body = file.read(most + 1)
    except FileNotFoundError:
        raise errors.FetchError(f"{name}: no such file; an address begins with http:// or https://") from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise errors.FetchError(f"{name}: cannot be read: {said}") from None
    if len(body) > most:
        raise errors.TooLarge(f"{name}: larger than {most} bytes; raise settings.limits.body if it may be")
    return model.Response(urls.gate(base) or "", 200, body)


async def preview(asked: Task) -> report.Report:
    """What becomes of the document.

    Raises FetchError when it cannot be had, ParseError when it is neither feed nor page, WorkerKilled when it costs too much.
    """
    async with edges(asked.configuration) as at_hand:
        with _at(asked.place):
            response = asked.given or await at_hand.fetcher.fetch(asked.source.url, headers=asked.source.headers)
            document = await at_hand.workers.run(proof.reading, response, at_hand.limits.entries, at_hand.limits.entry)
            if document.kind == "page" and not asked.given and not await at_hand.pages.allows(response.url):
                message = "its robots.txt keeps programs from this page; save it in a browser and preview that file with --url"
                raise errors.FetchError(f"{asked.place}: {message}", kind="robots")
            known, new, trouble = await asyncio.to_thread(_known, asked, document.feed)
            drafts = await _drafts(asked, at_hand, document, new)
            policy = roster.Roster.of(asked.configuration).policy(asked.source)
            proofs = await at_hand.workers.run(proof.proofing, drafts, policy, known)
    failed = bool(trouble) or any(draft.page == "failed" for draft in drafts) or (document.kind == "page" and not drafts)
    return report.Report(
        url=asked.place,
        kind=document.kind,
        title=document.feed.title,
        proofs=proofs.shown,
        total=len(drafts),
        source=asked.source.name or urls.redact(asked.source.url) if asked.source in asked.configuration.sources else None,
        feeds=document.feeds,
        repeats=proofs.repeats,
        problems=(*trouble, *_problems(asked, response, document, drafts)),
        failed=failed,
    )


@contextlib.asynccontextmanager
async def edges(read: config.Config) -> AsyncIterator[Edges]:
    """What looks at the web as a configuration says."""
    settings, bounds = read.settings, read.settings.limits
    agent = engine.user_agent(settings.contact)
    fetcher = fetch.Fetcher(limits=bounds, allow=settings.allow_addresses, user_agent=agent, proxy=settings.proxy)
    pool = workers.Workers(count=1, seconds=bounds.job_seconds, memory=bounds.job_memory)
    try:
        yield Edges(fetcher, pool, pages.Pages(fetcher, pool, agent, functools.partial(config.allowed, read)), bounds)
    finally:
        await pool.aclose()
        await fetcher.aclose()


@contextlib.contextmanager
def _at(place: str) -> Iterator[None]:
    """Errors of workers and of reading, which know no place, with theirs."""
    try:
        yield
    except (errors.ParseError, errors.WorkerKilled) as error:
        raise type(error)(f"{place}: {error}") from None


def _known(asked: Task, feed: model.Feed) -> tuple[cleaning.Known, tuple[bool, ...], tuple[str, ...]]:
    """What the store knows of the source, which entries are new to it, and the trouble with that. It is only read."""
    nothing = (cleaning.Known("", _names(asked, feed)), (True,) * len(feed.entries))
    if asked.data is None or not asked.source.url or not store.exists(asked.data, asked.configuration.settings.store):
        return *nothing, ()
    try:
        with contextlib.closing(store.open_store(asked.data, asked.configuration.settings.store, read_only=True)) as kept:
            state = next((state for state in kept.sources() if urls.gate(state.url) == urls.gate(asked.source.url)), None)
            if state is None:
                return *nothing, ()
            hashes = [dedupe.hash_of(entry) for entry in feed.entries]
            seen = kept.seen(state.row, hashes)
            known = cleaning.Known(kept.memory(state.row), _names(asked, feed))
            return known, tuple(value not in seen for value in hashes), ()
    except errors.StoreError as error:
        return *nothing, (f"what was learned of this source could not be read: {error}",)


def _names(asked: Task, feed: model.Feed) -> tuple[str, ...]:
    return cleaning.names(asked.source.name, feed.title, feed.link or asked.source.url)


async def _drafts(asked: Task, edges: Edges, document: proof.Document, new: Sequence[bool]) -> tuple[proof.Draft, ...]:
    """All entries; the newest are to be shown, with the text of their pages if that is wanted."""
    entries = document.feed.entries
    shown = _newest(entries, asked.entries)
    source = _filling(asked, document.kind)
    found = dict(zip(shown, await edges.pages.fill(source, [entries[place] for place in shown]), strict=True))
    return tuple(
        _draft(source, entry, found[place], new=new[place], teaser=document.kind == "feed" and extract.is_teaser(entry))
        if place in found
        else proof.Draft(entry, entry, new[place], shown=False)
        for place, entry in enumerate(entries)
    )


def _filling(asked: Task, kind: proof.Kind) -> config.Source:
    """The source, with what is to be done about pages: that of a page is there already."""
    if kind == "page" or asked.full_text is False:
        return dataclasses.replace(asked.source, full_text="never")
    return dataclasses.replace(asked.source, full_text="always") if asked.full_text else asked.source


def _draft(source: config.Source, entry: model.Entry, page: pages.Page, *, new: bool, teaser: bool) -> proof.Draft:
    wanted = bool(entry.link) and (source.full_text == "always" or (source.full_text == "auto" and teaser))
    fetched: proof.Fetched = "filled" if page.entry else "failed" if page.later else "no better" if wanted else ""
    return proof.Draft(entry, page.entry or entry, new, teaser=teaser, page=fetched)


def _newest(entries: Sequence[model.Entry], most: int) -> list[int]:
    """The places of at most so many entries, in their order: the newest ones, and of those without a date the first."""
    dates = [entry.published or entry.updated for entry in entries]
    ranked = sorted(range(len(entries)), key=lambda place: -moment.timestamp() if (moment := dates[place]) else 0.0)
    return sorted(ranked[:most])


def _problems(asked: Task, response: model.Response, document: proof.Document, drafts: Sequence[proof.Draft]) -> Iterator[str]:
    if response.moved_to:
        yield f"it has moved for good to {urls.redact(response.moved_to)}; write that address into feeds.yaml"
    if asked.source.paused:
        yield "it is paused in feeds.yaml; the daemon does not poll it"
    if not drafts:
        yield "it has no entries" if document.kind == "feed" else "no article was found on this page, or a wall stands before it"
    if document.kind == "page":
        return
    for what, missing in (("date", "published"), ("link", "link"), ("title", "title")):
        without = sum(not (getattr(draft.came, missing) or (what == "date" and draft.came.updated)) for draft in drafts)
        if without:
            yield f"entries without a {what}: {without} of {len(drafts)}"
    failed = sum(draft.page == "failed" for draft in drafts)
    if failed:
        yield f"pages that did not come: {failed}"
