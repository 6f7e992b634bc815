"""Whose turn it is: pauses between requests, hosts that want none, and that the user's own addresses are spared both."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from aggregator import clock, turns
from aggregator.core import config, model, polls

pytestmark = pytest.mark.anyio
NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
A, B, OTHER, OWN = "http://a.paper.example/1", "http://b.paper.example/2", "http://rival.example/", "http://127.0.0.1:1200/x"


class Still(clock.Clock):
    """A clock that goes on when somebody waits, and says for how long."""

    def __init__(self) -> None:
        self.moment = NOW
        self.waits: list[float] = []

    def now(self) -> datetime.datetime:
        """The moment that it is set to."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Go on."""
        self.waits.append(seconds)
        self.moment += seconds * SECOND
        await asyncio.sleep(0)


def made(*known: model.HostState, settings: str = "") -> tuple[turns.Turns, Still]:
    """Turns by a feeds.yaml whose user owns 127.0.0.0/8, and their clock."""
    text = f"settings: {{allow_addresses: [127.0.0.0/8]{settings and ', '}{settings}}}\nsources: [{A}]"
    time = Still()
    return turns.Turns(config.load(text), time, known), time


def failed(url: str, retry_after: float | None = None) -> polls.Failed:
    """An answer that says to come later."""
    return polls.Failed("limited", "answered 429", retry_after, url)


def good(url: str) -> polls.NotModified:
    """An answer that is fine."""
    return polls.NotModified(model.Response(url, 304, not_modified=True))


async def test_pauses() -> None:
    """Two requests to the hosts of one domain lie two seconds apart, counted from the end of the first; others wait for nobody."""
    taken, time = made()
    for url, wait in ((A, 0), (OTHER, 0), (B, 2), (OWN, None), (OWN, None)):
        time.waits.clear()
        async with taken.at(url) as free:
            assert free
            assert time.waits == ([] if wait is None else [wait])
    async with taken.at(A):
        time.moment += 30 * SECOND
    time.waits.clear()
    await taken.pause(B)
    assert time.waits == [2]


async def test_hops() -> None:
    """Redirects to the hosts of one domain are followed two seconds apart, those within a domain and to own addresses at once."""
    taken, time = made()
    moments = []
    for before, url in ((OTHER, A), (OWN, B), (OTHER, A)):
        await taken.hop(before, url)
        moments.append((time.moment - NOW) / SECOND)
    assert moments == [0, 2, 4]
    time.waits.clear()
    await taken.hop(A, B)
    await taken.hop(A, OWN)
    assert time.waits == []


async def test_a_clock_that_jumps() -> None:
    """Nobody waits for days because the clock was put back."""
    taken, time = made()
    await taken.pause(A)
    time.moment -= 400 * 86_400 * SECOND
    await taken.pause(A)
    assert time.waits[-1] <= 200


async def test_a_refusal_while_others_wait_for_their_turn() -> None:
    """They give way, without asking, and the others do not."""
    taken, _ = made()
    free: dict[str, bool] = {}

    async def ask(url: str) -> None:
        async with taken.at(url) as may:
            free[url] = may
            if may:
                await asyncio.sleep(0)
                taken.heard(url, failed(url))

    await asyncio.gather(*(ask(url) for url in (A, B, OTHER)))
    assert free == {A: True, B: False, OTHER: True}
    assert taken.waits(B)
    assert taken.waiting == 2


async def test_what_is_known_holds() -> None:
    """What the store remembers of hosts is obeyed, and a new configuration forgets nothing of it."""
    taken, time = made(model.HostState("paper.example", 2, NOW + 60 * SECOND))
    taken.adopt(config.load(f"sources: [{A}]"))
    assert (taken.until(A), taken.until(OTHER), taken.waits(B), taken.asks_to_wait(B)) == (NOW + 60 * SECOND, None, True, False)
    time.moment += 60 * SECOND
    assert (taken.until(A), taken.waits(B)) == (None, False)


async def test_own_addresses() -> None:
    """One program that says 503 says nothing of the others on its machine."""
    taken, _ = made()
    taken.heard(OWN, failed(OWN, 3_600))
    assert not taken.waits(OWN)
    assert taken.changed == {}


async def test_what_is_to_be_stored() -> None:
    """Each change, until it is; an answer to what was sent before a refusal does not undo it, a later one does."""
    taken, time = made()
    taken.heard(A, failed(A, 60))
    taken.heard(B, good(B))
    first = taken.changed
    assert first["paper.example"].retry_at == NOW + 60 * SECOND
    taken.saved(first)
    assert taken.changed == {}
    time.moment += 60 * SECOND
    taken.heard(OTHER, good(B))
    assert taken.changed == {"paper.example": model.HostState("paper.example")}
    taken.saved(first)
    assert taken.changed != {}


async def test_a_good_answer_of_nobody() -> None:
    """Nothing is written of hosts that never refused."""
    taken, _ = made()
    taken.heard(A, good(A))
    taken.heard(A, polls.Failed("status", "answered 404"))
    assert taken.changed == {}
