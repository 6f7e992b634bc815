"""The commands that do one thing and report: once, check, status."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import functools
import json
import os
import pathlib
import resource
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from aggregator import access, engine, hooks, housekeeping, lists, pings, readers, retractions, roster, turns
from aggregator.cluster import mirror
from aggregator.core import clean, config, delays, errors, health, limits, model, parse, polls, schedule, urls
from aggregator.edges import config_file, fetch, store, threads, workers
from aggregator.pipeline import absorb, cleaning, refresh

LATELY = datetime.timedelta(days=30)  # of which the delays are told
GATHER = 0.2  # seconds in which more may come to be stored in the same transaction
MINE = datetime.timedelta(minutes=10)  # for which one pass has the sources that it polls
LOOK = 0.5  # seconds between looks whether to stop
Watch = Callable[[int], contextlib.AbstractContextManager[Callable[[], None]]]
"""Given how many things will be done, a context that yields what to call after each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What one pass did: figures for programs, failures and troubles in words."""

    figures: dict[str, Any]
    failures: tuple[tuple[str, str], ...]  # source, why
    troubles: tuple[str, ...]
    output: pathlib.Path
    unread: tuple[str, ...] = ()  # lists of feeds, and why


async def once(path: pathlib.Path, data: pathlib.Path | None, output: pathlib.Path | None, *, every: bool, watch: Watch) -> Report:
    """One pass: poll what is due (or every source), store, publish.

    Raises ConfigError, StoreError.
    """
    begun = time.monotonic()
    loaded, unread = await lists.up_to_date(path, data)
    async with engine.Engine(loaded, engine.Overrides(data, output)) as at_work:
        await housekeeping.housekeep(at_work)
        asked = at_work.all_but_waiting(engine.now()) if every else at_work.due(engine.now())
        asked = await claimed(at_work, asked)
        stopping = _stopping()
        with watch(len(asked)) as done:
            tally = await _poll(at_work, asked, done, stopping)
        at_work.patience_ends()
        if not stopping.is_set():
            await at_work.amend()
            await retractions.look(at_work)
        await published(at_work)
        await hooks.Hooks(at_work).deliver()
        await pings.Pings(at_work).tick()
        figures = {name: value for name, value in dataclasses.asdict(tally).items() if name not in ("entries_changed", "rollovers")}
        figures |= {"requests": at_work.requests, "bytes": at_work.received}
        rows = {state.row for state in asked}
        failures = tuple((state.called, state.error) for row, state in at_work.states.items() if row in rows and state.failures)
        failures += _passed_over(at_work, asked)
        folder, troubles = at_work.output, at_work.troubles
        if stopping.is_set() and tally.sources < len(asked):
            troubles += (f"stopped before {len(asked) - tally.sources} of {len(asked)} sources were polled",)
    figures |= {"seconds": round(time.monotonic() - begun, 3), "peak_memory": peak_memory()}
    return Report(figures, failures, troubles, folder, unread)


async def claimed(at_work: engine.Engine, asked: list[model.SourceState]) -> list[model.SourceState]:
    """Those of these sources that no other program polls; none polls them for a while from now on. Raises StoreError."""
    if not at_work.shared:
        return asked
    shared, until = at_work.store.shared, at_work.clock.now() + MINE
    claims = await threads.run(shared.hand_out, [state.row for state in asked], at_work.clock.now(), until)
    return await threads.run(shared.begin, list(claims.values()), until)


async def published(at_work: engine.Engine) -> None:
    """Publish, unless a program that is at work on the same store does. Raises StoreError."""
    if not at_work.shared:
        await at_work.publish()
    elif await threads.run(at_work.store.shared.lead):
        await at_work.publish()
        await threads.run(mirror.Mirror(at_work.output).give, at_work.store.shared)


def _passed_over(at_work: engine.Engine, asked: list[model.SourceState]) -> tuple[tuple[str, str], ...]:
    """Sources that were not asked, for their host had refused others; they are due as soon as it may be asked again."""
    left = [state for state in asked if at_work.states.get(state.row) is state]
    until = [(state, at_work.waits_until(state)) for state in left]
    return tuple((state.called, f"not asked: its host refuses us, until {moment:%H:%M} UTC") for state, moment in until if moment)


def _stopping() -> asyncio.Event:
    """Set by SIGTERM and SIGINT: what has been polled is stored and published all the same."""
    asked = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, asked.set)
    return asked


async def _poll(
    at_work: engine.Engine, asked: list[model.SourceState], done: Callable[[], None], stopping: asyncio.Event
) -> absorb.Tally:
    """Poll these sources until all are done or it is to stop, and store what they bring as it comes."""
    total = absorb.Tally()
    tasks = at_work.start(asked, done)
    polled = asyncio.create_task(asyncio.wait(tasks)) if tasks else None
    while polled and not polled.done() and not stopping.is_set():
        brought = asyncio.create_task(at_work.wait_brought())
        await asyncio.wait((polled, brought), timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
        brought.cancel()
        await asyncio.wait((polled,), timeout=GATHER)
        total += await at_work.store_brought()
    await at_work.settle(0)
    return total + await at_work.store_brought()


def peak_memory() -> int:
    """Bytes: the most that this process held, and the most that one of its ended workers held."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) * 1024


async def check(path: pathlib.Path, *, online: bool, watch: Watch) -> dict[str, Any]:
    """What is wrong with a configuration, and with its sources if they are to be tried; `exit` is the exit code."""
    try:
        loaded = config_file.read(path)
    except errors.ConfigError as error:
        return {"ok": False, "file": str(path), "problems": _listed(error.name, error.problems), "exit": 2}
    report: dict[str, Any] = {
        "ok": True,
        "file": str(path),
        "sources": len(loaded.config.sources),
        "outputs": [output.name for output in loaded.config.outputs],
        "warnings": _listed(path.name, loaded.warnings),
        "exit": 0,
    }
    if online:
        report["tried"] = await _try_all(loaded.config, watch)
        failed = any(tried["error"] for tried in report["tried"])
        report |= {"ok": not failed, "exit": int(failed)}
    return report


def _listed(name: str, problems: tuple[errors.Problem, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(problem) | {"file": problem.file or name, "text": problem.at(name)} for problem in problems]


async def _try_all(read: config.Config, watch: Watch) -> list[dict[str, Any]]:
    settings, bounds = read.settings, read.settings.limits
    agent = engine.user_agent(settings.contact)
    waiting = turns.Turns(read)
    fetcher = fetch.Fetcher(limits=bounds, allow=settings.allow_addresses, user_agent=agent, proxy=settings.proxy, hop=waiting.hop)
    pool = workers.Workers(count=os.cpu_count() or 1, seconds=bounds.job_seconds, memory=bounds.job_memory)
    with watch(len(read.sources)) as done:

        async def tried(source: config.Source) -> dict[str, Any]:
            async with waiting.at(source.url):
                result = await _try(fetcher, pool, source, bounds)
            done()
            return {"source": source.name or urls.redact(source.url)} | result

        try:
            return list(await asyncio.gather(*(tried(source) for source in read.sources)))
        finally:
            await pool.aclose()
            await fetcher.aclose()


async def _try(fetcher: fetch.Fetcher, pool: workers.Workers, source: config.Source, bounds: limits.Limits) -> dict[str, Any]:
    try:
        response = await fetcher.fetch(source.url, headers=source.headers)
        feed = await pool.run(functools.partial(parse.parse, entries=bounds.entries, longest=bounds.entry), response)
    except (errors.FetchError, errors.ParseError, errors.WorkerKilled) as error:
        return {"title": None, "entries": 0, "error": str(error)}
    return {"title": feed.title, "entries": len(feed.entries), "moved_to": response.moved_to, "error": None}


def status(path: pathlib.Path, data: pathlib.Path | None) -> dict[str, Any]:
    """How the sources and outputs are, by the store alone: no network, and a daemon may be running.

    Raises ConfigError, StoreError.
    """
    loaded = config_file.read(path, data)
    kept = store.open_store(*access.place(loaded, data), read_only=True)
    try:
        states = {state.url: state for state in kept.sources(counted=True)}
        waiting = turns.Turns(loaded.config, known=kept.hosts())
        outputs = kept.outputs()
        late = kept.figures.delays(engine.now() - LATELY, delays.LONGEST)
        read = json.loads(kept.noted(readers.NOTE) or "{}")
        hubs = {one.source: one.state for one in kept.subscriptions() if not one.leaving}
        listed = [(source, states.get(source.url)) for source in loaded.config.sources]
        return {
            "sources": [
                _source_status(source, state, waiting, late) | {"hub": hubs.get(state.row) if state else None}
                for source, state in listed
            ],
            "outputs": [
                {
                    "name": output.name,
                    "refused": outputs[output.name].refused or None if output.name in outputs else None,
                    "subscribers": read.get(output.name),
                }
                for output in loaded.config.outputs
            ],
            "events": [dataclasses.asdict(event) for event in kept.events(5)],
        }
    finally:
        kept.close()


def _source_status(
    source: config.Source, state: model.SourceState | None, waiting: turns.Turns, late: Mapping[int, float]
) -> dict[str, Any]:
    if state is None:
        return {
            "source": source.name or urls.redact(source.url),
            "state": "new",
            "said": "the daemon has not taken it up yet",
            "entries": 0,
        }
    moment = engine.now()
    found = health.health(state, moment, paused=source.paused)
    until = waiting.until(refresh.address(source, state)[0])
    return {
        "source": state.called,
        "url": urls.redact(source.url),
        "state": found.state,
        "said": found.said,
        "entries": state.entries,
        "success_at": state.success_at,
        "due_at": None if source.paused else schedule.later(state.due_at, until),
        "delay_seconds": None if source.paused or (delay := polls.foretold(state)) is None else round(delay),
        "actual_delay_seconds": round(late[state.row]) if state.row in late else None,
        "waits_until": until,
        "suggestion": health.suggestion(state) or None,
        "rollovers": state.rollovers,
        "haste": round(state.haste, 1),
        "failures": state.failures,
        "newest": state.newest,
        "gap_seconds": state.gap,
        "stale_gaps": round((moment - state.newest).total_seconds() / state.gap, 1) if state.newest and state.gap else None,
    }


def learned(path: pathlib.Path, data: pathlib.Path | None, wanted: str | None) -> dict[str, Any]:
    """The blocks that sources were learned to repeat; of one source, if it is named by name, title or address.

    Raises ConfigError, StoreError, UnknownSource.
    """
    loaded = config_file.read(path, data)
    kept = store.open_store(*access.place(loaded, data), read_only=True)
    try:
        listed = roster.Roster.of(loaded.config)
        states = [state for state in kept.sources() if state.url in listed.by_url]
        chosen = [state for state in states if wanted in (None, state.name, state.title, state.url)]
        if wanted is not None and not chosen:
            raise errors.UnknownSource(f'no source is called "{wanted}"; there are: {", ".join(state.called for state in states)}')
        return {"sources": [_learned(kept, state, listed) for state in chosen]}
    finally:
        kept.close()


def _learned(kept: store.Store, state: model.SourceState, listed: roster.Roster) -> dict[str, Any]:
    memory = cleaning.remembered(kept.memory(state.row))
    policy = listed.policy(listed.by_url[state.url])
    return {
        "source": state.called,
        "url": urls.redact(state.url),
        "articles": memory.articles,
        "blocks": [dataclasses.asdict(repeat) | {"decided": _decided(repeat, policy)} for repeat in clean.repeats(memory)],
    }


def _decided(repeat: clean.Repeat, policy: clean.Policy) -> str | None:
    """What feeds.yaml says of a block, if anything."""
    if repeat.fingerprint in policy.kept:
        return "keep"
    return "drop" if repeat.fingerprint in policy.dropped else None
