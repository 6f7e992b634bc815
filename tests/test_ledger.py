"""What an engine counts, and who hears of it."""

from __future__ import annotations

import asyncio
import datetime

import pytest
from stories import NOW, cleaned, entry

from aggregator import ledger
from aggregator.core import model, polls
from aggregator.pipeline import absorb

pytestmark = pytest.mark.anyio
SOURCE = model.SourceState(row=1, first_url="https://e.example/", url="https://e.example/", name="Paper")
FAILED = polls.Failed("timeout", "took too long")


def updated(*rules: str) -> polls.Updated:
    """A document with one entry that lost a block to each of these rules."""
    removed = [model.Removal("text", rule, "kind") for rule in rules]
    return polls.Updated(
        response=model.Response("https://e.example/", 200),
        body_hash="",
        feed=model.Feed(),
        fresh=(polls.Fresh(entry("heron"), cleaned(entry("heron"), *removed)),),
        unchanged=frozenset(),
        dates=(),
        seen=1,
        empty=0,
        stamps=(),
        lesson=None,
    )


def store(into: ledger.Ledger, *outcomes: polls.Outcome, at: datetime.datetime = NOW, new: int = 0) -> None:
    """Have polls with these outcomes stored."""
    batch = [absorb.Poll(SOURCE, SOURCE, outcome, absorb.Terms()) for outcome in outcomes]
    carried = {1: absorb.Carried(frozenset(), {str(number): None for number in range(new)})}
    tally = absorb.Tally(sources=len(batch), failed=sum(isinstance(one, polls.Failed) for one in outcomes))
    into.stored(batch, absorb.Absorbed(tally, (), carried, (30.0,)), at)


async def test_counts() -> None:
    """Of polls by outcome, errors by kind, blocks by rule, delays; and the polls one by one."""
    book = ledger.Ledger()
    store(book, FAILED, updated("signup", "tags"), new=2)
    store(book, polls.NotModified(model.Response("https://e.example/", 304)))
    assert (book.counts["sources"], book.counts["failed"]) == (3, 1)
    assert book.failures == {"timeout": 1}
    assert book.removals == {"signup": 1, "tags": 1}
    assert sum(book.seen.counts) == 2
    assert [(note.number, note.outcome, note.source) for note in book.notes] == [
        (1, "failed", "Paper"),
        (2, "updated", "Paper"),
        (3, "not_modified", "Paper"),
    ]
    book.published([5.0, 1e9])
    assert (sum(book.served.counts), book.latest) == (1, 4)
    book.published([])
    assert book.latest == 4


async def test_timeline() -> None:
    """Polls in steps, the present one last; what is older than all steps is forgotten."""
    book = ledger.Ledger()
    for hours in (48, 2, 0):
        store(book, FAILED, at=NOW - datetime.timedelta(hours=hours))
    line = book.timeline(NOW)
    assert len(line) == ledger.STEPS
    assert [(place, step) for place, step in enumerate(line) if step] == [
        (ledger.STEPS - 13, {"failed": 1}),
        (ledger.STEPS - 1, {"failed": 1}),
    ]
    for minutes in range(0, 2000, 10):
        store(book, FAILED, at=NOW + datetime.timedelta(minutes=minutes))
    assert len(book._steps) == ledger.STEPS


async def test_news() -> None:
    """Who waits is woken by the next poll, or by entries that are shown; who is behind waits for nothing."""
    book = ledger.Ledger()
    waiting = asyncio.create_task(book.news(0, 10))
    await asyncio.sleep(0)
    store(book, FAILED)
    assert [note.number for note in await waiting] == [1]
    assert [note.number for note in await book.news(0, 10)] == [1]
    assert await book.news(1, 0.01) == []
    waiting = asyncio.create_task(book.news(1, 10))
    await asyncio.sleep(0)
    book.published([1.0])
    assert await waiting == []
    assert book.latest == 2
