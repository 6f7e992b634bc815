"""Pushed sources: a real hub, a real server and a real store on loopback, and a clock that the tests move."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import json
import pathlib
import socket
import time
from collections.abc import AsyncIterator, Mapping

import pytest
from hub import Hub, request
from loopback import Answer, Loopback
from waiting import until

from aggregator import clock, daemon, engine, passes, push
from aggregator.core import model, websub
from aggregator.edges import config_file, serve, store
from aggregator.edges.serve.view import View

pytestmark = pytest.mark.anyio
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR


class Ticking(clock.Clock):
    """A clock that tests move; it begins now."""

    def __init__(self) -> None:
        self.ahead = datetime.timedelta(0)

    def now(self) -> datetime.datetime:
        """The present, moved ahead."""
        return super().now() + self.ahead


def rss(*names: str, published: datetime.datetime | None = None) -> bytes:
    """A feed of these entries."""
    date = f"<pubDate>{published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if published else ""
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid><title>{n}</title>{date}<description>On {n}.</description></item>"
        for n in names
    )
    return f"<rss version='2.0'><channel><title>The Paper</title>{items}</channel></rss>".encode()


class Rig:
    """A source, a hub, and an aggregator that both can reach."""

    def __init__(self, folder: pathlib.Path, hub: Hub, feeds: Loopback) -> None:
        self.folder, self.hub, self.feeds, self.clock = folder, hub, feeds, Ticking()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.topic = feeds.url("/feed")
        self.publish("one", "two")
        self.configure()

    def publish(
        self, *names: str, hubs: tuple[str, ...] | None = None, own: str = "/feed", published: datetime.datetime | None = None
    ) -> None:
        """Have the source's document carry these entries."""
        links = [*(f'<{hub}>; rel="hub"' for hub in (hubs if hubs is not None else (self.hub.url,))), f'<{own}>; rel="self"']
        self.feeds.answers["/feed"] = Answer(rss(*names, published=published), headers=(("Link", ", ".join(links)),))

    def configure(self, *sources: str, url: str | None = None, settings: str = "") -> config_file.Loaded:
        """Save a feeds.yaml."""
        named = sources or (f"{{url: '{self.topic}', name: Paper}}",)
        said = f"allow_addresses: [127.0.0.0/8], listen: '127.0.0.1:{self.port}', url: '{url or f'http://127.0.0.1:{self.port}/'}'"
        text = f"settings: {{{said}{settings and ', '}{settings}}}\nsources:\n" + "".join(f"  - {source}\n" for source in named)
        (self.folder / "feeds.yaml").write_text(text, "utf-8")
        return config_file.read(self.folder / "feeds.yaml")

    @contextlib.asynccontextmanager
    async def running(self, *, listening: bool = True) -> AsyncIterator[Rig]:
        """An engine that hubs can reach."""
        async with engine.Engine(config_file.read(self.folder / "feeds.yaml"), ticking=self.clock) as self.engine:
            self.push = push.Push(self.engine)
            server = serve.Server(serve.application(self.engine.output, Nothing(), self.push), "127.0.0.1", self.port)
            await server.start()
            self.push.open(listening=listening)
            try:
                yield self
            finally:
                await self.push.aclose()
                await self.engine.settle(5)
                await server.stop()

    @property
    def state(self) -> model.SourceState:
        """The source."""
        return next(iter(self.engine.states.values()))

    @property
    def subscription(self) -> websub.Subscription:
        """Its subscription."""
        one = self.push.subscriptions.of(self.state.row)
        assert one is not None
        return one

    @property
    def titles(self) -> set[str]:
        """The titles of what is stored."""
        return {stored.entry.title for stored in self.engine.store.newest([self.state.row], 0, 100)}

    @property
    def told(self) -> list[str]:
        """The kinds of what the operator was told, the oldest first."""
        return [event.kind for event in reversed(self.engine.store.events(20))]

    async def poll(self) -> None:
        """Poll everything, due or not."""
        await asyncio.gather(*self.engine.start(list(self.engine.states.values())))
        await self.engine.store_brought()

    async def renew(self) -> None:
        """Ask hubs for what is due, and wait until that is done."""
        await self.push.renew()
        await self.push.subscriptions.settle()

    async def subscribed(self) -> websub.Subscription:
        """Poll, and have the hub verify."""
        await self.poll()
        await self.renew()
        await until(lambda: self.subscription.live)
        return self.subscription

    async def deliver(self, body: bytes, headers: Mapping[str, str] | None = None, **how: str) -> int:
        """Have the hub deliver, and store what that brings; the status of our answer."""
        status = await self.hub.deliver(self.topic, body, headers, **how)
        await self.push.tick()
        await self.engine.settle(5)
        await self.engine.store_brought()
        return status

    async def trusted(self) -> websub.Subscription:
        """A subscription that has proven itself."""
        await self.subscribed()
        await self.deliver(rss("three"))
        self.publish("one", "two", "three")
        await self.poll()
        assert self.subscription.trusted
        return self.subscription


class Nothing(View):
    """A view of no outputs."""

    outputs: Mapping[str, serve.Served] = {}
    gone = frozenset[str]()
    page_policy = ""


@pytest.fixture
async def rig(anyio_backend: str, tmp_path: pathlib.Path) -> AsyncIterator[Rig]:
    """A source whose hub works."""
    async with Hub() as hub, Loopback() as feeds:
        yield Rig(tmp_path, hub, feeds)


async def test_the_whole_way(rig: Rig) -> None:
    """A poll discovers the hub, the hub verifies, what it delivers is stored, a poll confirms it, and polls rest."""
    async with rig.running():
        await rig.poll()
        assert rig.subscription.state == "wanted"
        await rig.renew()
        await until(lambda: rig.subscription.live)
        (form,) = rig.hub.forms
        assert (form["hub.topic"], form["hub.mode"], len(bytes.fromhex(form["hub.secret"]))) == (rig.topic, "subscribe", 32)
        assert form["hub.callback"].startswith(f"http://127.0.0.1:{rig.port}/websub/")
        assert len(form["hub.callback"].rpartition("/")[2]) >= 43
        before = rig.state
        assert await rig.deliver(rss("three")) == 202
        assert rig.titles == {"one", "two", "three"}
        assert (rig.state.validators, rig.state.body_hash, rig.state.window) == (before.validators, before.body_hash, before.window)
        assert (rig.engine.ledger.counts["updated"], rig.engine.ledger.counts["entries_new"]) == (1, 3)
        rig.publish("one", "two", "three")
        await rig.poll()
        assert rig.subscription.state == "trusted"
        await rig.poll()
        assert rig.state.due_at is not None
        assert 12 * HOUR <= rig.state.due_at - rig.clock.now() + HOUR / 60 <= 24 * HOUR + HOUR / 60
        assert rig.push.counts == {"new": 1}
    assert passes.status(rig.folder / "feeds.yaml", None)["sources"][0]["hub"] == "trusted"


async def test_signatures(rig: Rig) -> None:
    """What is not signed, or wrongly, is answered as if it were taken, and is not."""
    async with rig.running():
        await rig.subscribed()
        assert await rig.deliver(rss("forged"), secret="guessed") == 202
        assert await rig.deliver(rss("forged"), {"X-Hub-Signature": ""}) == 202
        assert await rig.deliver(rss("forged"), {"X-Hub-Signature": "md5=d41d8cd98f00b204e9800998ecf8427e"}) == 202
        assert rig.titles == {"one", "two"}
        for method in ("sha1", "sha256", "sha384", "sha512"):
            assert await rig.deliver(rss(method), method=method) == 202
        assert rig.titles == {"one", "two", "sha1", "sha256", "sha384", "sha512"}
        assert rig.push.counts == {"unsigned": 3, "new": 4}


async def test_odd_deliveries(rig: Rig) -> None:
    """The same again, no feed, a page, too large a body: nothing is stored, nothing is told of the source."""
    rig.configure(settings="limits: {body: 50000}")
    async with rig.running():
        await rig.subscribed()
        assert await rig.deliver(rss("one", "two")) == 202
        assert await rig.deliver(b"no feed") == 202
        assert await rig.deliver(rss("page"), {"Content-Type": "text/html"}) == 415
        assert await rig.deliver(rss("large" * 20_000)) == 413
        assert rig.push.counts == {"known": 1, "unreadable": 1, "refused": 2}
        assert (rig.titles, rig.state.failures, rig.told) == ({"one", "two"}, 0, [])


@pytest.mark.parametrize("changes", [{"hub.topic": "http://127.0.0.1/other"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}])
async def test_questions_that_we_did_not_ask_for(rig: Rig, changes: dict[str, str]) -> None:
    """A hub that asks about another topic or an end gets 404, and the subscription waits until it is given up."""
    async with rig.running():
        rig.hub.changes = changes
        await rig.poll()
        await rig.renew()
        await until(lambda: rig.hub.verdicts)
        assert (rig.hub.verdicts, rig.subscription.state) == ([404], "asked")
        rig.clock.ahead += HOUR
        await rig.renew()
        assert (rig.subscription.state, len(rig.hub.forms)) == ("failing", 1)


async def test_a_hub_that_verifies_before_it_answers(rig: Rig) -> None:
    """The request is known before it is sent; even a refusal after that changes nothing."""
    rig.hub.early, rig.hub.status = True, 500
    async with rig.running():
        await rig.poll()
        await rig.renew()
        assert rig.subscription.live
        assert rig.subscription.failures == 0


async def test_a_hub_that_refuses(rig: Rig) -> None:
    """It is told once; hubs are asked again at growing distances, and polls go on as ever."""
    rig.hub.status = 403
    async with rig.running():
        await rig.poll()
        for _ in range(24 * 6):
            await rig.renew()
            rig.clock.ahead += HOUR / 6
        assert 2 <= len(rig.hub.forms) <= 3
        assert rig.told == ["hub"]
        assert "answered 403" in rig.engine.store.events(1)[0].text
        rig.hub.status = 202
        rig.clock.ahead += 7 * DAY
        await rig.renew()
        await until(lambda: rig.subscription.live)


async def test_the_first_hub_that_works(rig: Rig) -> None:
    """A hub that does not is passed over."""
    async with Hub() as other:
        rig.hub.status = 500
        rig.publish("one", hubs=(rig.hub.url, other.url))
        async with rig.running():
            await rig.poll()
            await rig.renew()
            assert (rig.subscription.live, rig.subscription.hub) == (False, 1)
            rig.clock.ahead += HOUR / 30
            await rig.renew()
            await until(lambda: rig.subscription.live)
            assert (len(rig.hub.forms), len(other.forms), rig.told) == (1, 1, [])


async def test_a_slow_hub(rig: Rig) -> None:
    """It is not waited for longer than a source."""
    rig.configure(settings="limits: {seconds: 0.3}")
    rig.hub.open.clear()
    async with rig.running():
        await rig.poll()
        await rig.renew()
        assert "took longer than" in rig.subscription.error


async def test_a_hub_that_denies(rig: Rig) -> None:
    """What is denied is live no more, though it was; the operator hears why, and polls are as before."""
    async with rig.running():
        await rig.trusted()
        assert await rig.hub.deny(rig.hub.forms[0], "too expensive") == 200
        assert (rig.subscription.state, rig.told) == ("failing", ["hub"])
        assert "too expensive" in rig.engine.store.events(1)[0].text
        await rig.push.tick()
        assert rig.engine.due(rig.clock.now())
        assert await rig.hub.ask(rig.hub.forms[0]["hub.callback"], {"hub.mode": "denied", "hub.topic": "other"}) == (
            404,
            b"not found\n",
        )


async def test_leases_are_renewed(rig: Rig) -> None:
    """At four fifths, under the same callback; until the hub is there no more, which is told."""
    async with rig.running():
        await rig.trusted()
        rig.clock.ahead += 7 * DAY
        await rig.renew()
        assert len(rig.hub.forms) == 1
        rig.clock.ahead += DAY + HOUR
        await rig.renew()
        await until(lambda: len(rig.hub.verdicts) == 2)
        assert rig.hub.forms[0] == rig.hub.forms[1]
        assert rig.subscription.trusted
        rig.hub.status = 500
        for _ in range(12):
            rig.clock.ahead += DAY
            await rig.renew()
        assert (rig.subscription.state, rig.told) == ("failing", ["lease"])
        await rig.push.tick()
        assert rig.engine.due(rig.clock.now())


async def test_a_restart_keeps_them(rig: Rig) -> None:
    """Hubs deliver on, nobody is asked anew; what a hub brought in between is looked for soon."""
    async with rig.running():
        before = await rig.trusted()
    async with rig.running():
        assert rig.subscription == before
        assert await rig.deliver(rss("four")) == 202
        assert "four" in rig.titles
        await rig.renew()
        assert len(rig.hub.forms) == 1
        rig.clock.ahead += HOUR / 6
        assert rig.engine.due(rig.clock.now())
        rig.publish("one", "two", "three", "four", "lost", published=rig.clock.now() - HOUR)
        await rig.poll()
        assert rig.subscription.trusted


async def test_a_hub_that_misses_entries(rig: Rig) -> None:
    """A poll shows what it did not deliver: it is told, the source is polled as before, until it has proven itself again."""
    async with rig.running():
        await rig.trusted()
        rig.clock.ahead += 13 * HOUR
        rig.publish("one", "two", "three", "missed", published=rig.clock.now() - HOUR)
        await rig.poll()
        await rig.renew()
        assert (rig.subscription.state, rig.told) == ("live", ["distrusted"])
        await rig.engine.publish()
        assert "Paper has a hub that misses entries" in (rig.engine.output / "operations.atom.xml").read_text("utf-8")
        await rig.push.tick()
        assert rig.engine.due(rig.clock.now())
        for number in range(3):
            assert not rig.subscription.trusted
            await rig.deliver(rss(f"more {number}"))
            rig.publish("one", f"more {number}")
            await rig.poll()
        assert rig.subscription.trusted


async def test_explicit_intervals_are_obeyed(rig: Rig) -> None:
    """A source with an interval of its own is polled by it, whatever its hub does."""
    rig.configure(f"{{url: '{rig.topic}', interval: 10m}}")
    async with rig.running():
        await rig.trusted()
        await rig.poll()
        assert rig.state.due_at is not None
        assert rig.state.due_at <= rig.clock.now() + HOUR / 6


async def test_a_removed_source(rig: Rig) -> None:
    """Its hub is told, and when that has verified nothing is left; a paused one too."""
    async with rig.running():
        await rig.subscribed()
        await rig.engine.adopt(rig.configure(f"{{url: '{rig.topic}', paused: true}}"))
        await rig.renew()
        await until(lambda: len(rig.hub.verdicts) == 2)
        assert [form["hub.mode"] for form in rig.hub.forms] == ["subscribe", "unsubscribe"]
        assert rig.hub.forms[0]["hub.callback"] == rig.hub.forms[1]["hub.callback"]
        await until(lambda: rig.engine.store.subscriptions() == [])
        assert (await request("POST", rig.hub.forms[0]["hub.callback"], {}, b""))[0] == 404


async def test_deliveries_after_the_end(rig: Rig) -> None:
    """What a hub delivers while it does not answer our unsubscription is not read."""
    async with rig.running():
        await rig.subscribed()
        rig.hub.verifying = False
        await rig.engine.adopt(rig.configure(settings="websub: off"))
        await rig.renew()
        assert await rig.deliver(rss("late")) == 202
        assert rig.titles == {"one", "two"}
        for _ in range(4):
            rig.clock.ahead += 2 * HOUR
            await rig.renew()
        assert (len(rig.hub.forms), rig.engine.store.subscriptions()) == (3, [])


async def test_another_address_of_ours(rig: Rig) -> None:
    """The old callback is given up; the source's next document is subscribed to under the new one."""
    async with rig.running():
        await rig.subscribed()
        await rig.engine.adopt(rig.configure(url=f"http://127.0.0.1:{rig.port}/feeds/"))
        await rig.renew()
        rig.publish("one", "two", "three")
        await rig.poll()
        await rig.renew()
        assert rig.hub.forms[-1]["hub.callback"].startswith(f"http://127.0.0.1:{rig.port}/feeds/websub/")
        assert rig.hub.forms[-2]["hub.mode"] == "unsubscribe"


async def test_a_source_that_moves(rig: Rig) -> None:
    """Another topic is another subscription, with a secret of its own; one that names no hub any more has none."""
    async with rig.running():
        first = await rig.subscribed()
        rig.publish("one", own="/moved")
        await rig.poll()
        await rig.renew()
        await until(lambda: rig.feeds.url("/moved") in rig.hub.subscribed)
        assert {form["hub.mode"] for form in rig.hub.forms if form["hub.topic"] == rig.topic} == {"subscribe", "unsubscribe"}
        assert rig.subscription.secret != first.secret
        rig.publish("two", hubs=())
        await rig.poll()
        await rig.renew()
        await until(lambda: rig.hub.subscribed == {})


async def test_topics_of_others(rig: Rig) -> None:
    """A document cannot subscribe us to another one in its own name."""
    async with Loopback() as rival:
        rig.publish("one", own=rival.url("/feed"))
        async with rig.running():
            await rig.poll()
            assert rig.push.subscriptions.of(rig.state.row) is None


@pytest.mark.parametrize("more", ["headers: {Authorization: Bearer x}", ""])
async def test_private_sources(rig: Rig, more: str) -> None:
    """What it takes a password, a header or a key to read is nobody else's business."""
    url = rig.topic if more else rig.topic + "?api_key=x"
    rig.configure(f"{{url: '{url}'{more and ', '}{more}}}")
    async with rig.running():
        await rig.poll()
        assert rig.push.subscriptions.of(rig.state.row) is None


@pytest.mark.parametrize(
    ("settings", "url", "listening"),
    [("websub: off", None, True), ("", "http://feeds.paper.test/", True), ("", "https://localhost/", True), ("", None, False)],
)
async def test_where_no_hub_can_reach_us(rig: Rig, settings: str, url: str | None, listening: bool) -> None:
    """Switched off, without a public https address, or with nobody listening, no hub is asked."""
    rig.configure(settings=settings, url=url)
    async with rig.running(listening=listening):
        await rig.poll()
        await rig.renew()
    assert rig.hub.forms == []


async def test_once_never_subscribes(rig: Rig) -> None:
    """One pass ends before anything could be delivered."""
    await passes.once(rig.folder / "feeds.yaml", None, None, every=True, watch=lambda _: contextlib.nullcontext(lambda: None))
    kept = store.open_store(rig.folder / "data", read_only=True)
    assert kept.subscriptions() == []
    kept.close()
    assert rig.hub.forms == []


async def test_a_queue_that_is_full(rig: Rig) -> None:
    """While the store refuses, deliveries wait; of too many from one hub it is asked to come again. Then all are read."""
    async with rig.running():
        one = await rig.subscribed()
        rig.engine._wait_until = time.monotonic() + 60
        statuses = [await rig.hub.deliver(rig.topic, rss(f"n{number}")) for number in range(push.OF_ONE + 2)]
        assert statuses == [202] * push.OF_ONE + [503] * 2
        rig.engine.patience_ends()
        for _ in range(push.OF_ONE):
            await rig.push.tick()
            await rig.engine.settle(5)
            await rig.engine.store_brought()
        assert (rig.push.counts["new"], rig.push.counts["refused"]) == (push.OF_ONE, 2)
        assert not rig.push.full(one.token)


async def test_large_deliveries_that_wait(rig: Rig) -> None:
    """They are bounded by their size, too."""
    rig.configure(settings="limits: {body: 1000}")
    async with rig.running():
        await rig.subscribed()
        rig.engine._wait_until = time.monotonic() + 60
        body = rss("large").ljust(1_000)
        assert [await rig.hub.deliver(rig.topic, body) for _ in range(7)] == [202] * 5 + [503] * 2


async def test_a_delivery_during_a_poll(rig: Rig) -> None:
    """A source is read by one hand at a time."""
    async with rig.running():
        await rig.subscribed()
        polling = rig.engine.start([rig.state])
        assert await rig.hub.deliver(rig.topic, rss("three")) == 202
        await asyncio.gather(*polling)
        assert "three" not in rig.titles
        await rig.engine.store_brought()
        await rig.push.tick()
        await rig.engine.settle(5)
        await rig.engine.store_brought()
        assert "three" in rig.titles


async def test_a_hub_is_hurried_after_a_lapse_only_if_it_may_be_polled(rig: Rig) -> None:
    """A source that is gone stays unpolled."""
    async with rig.running():
        await rig.trusted()
        rig.engine.states[rig.state.row] = dataclasses.replace(rig.state, due_at=None)
        await rig.hub.deny(rig.hub.forms[0])
        await rig.push.tick()
        assert rig.state.due_at is None


async def test_the_daemon(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It subscribes by itself, publishes what a hub delivers, shows it, and is told nothing of secrets."""
    monkeypatch.setattr(daemon, "RENEWING", 0.1)
    running = daemon.Daemon(daemon.Options(rig.folder / "feeds.yaml"))
    work = asyncio.create_task(running.run())
    try:
        await until(lambda: rig.topic in rig.hub.subscribed)
        assert await rig.hub.deliver(rig.topic, rss("three")) == 202
        path = rig.folder / "output" / "all.json"
        await until(lambda: path.exists() and len(json.loads(path.read_text())["items"]) == 3)
        shown = (await request("GET", f"http://127.0.0.1:{rig.port}/metrics", {}, b""))[1].decode()
        assert 'aggregator_subscriptions{state="live"} 1.0' in shown
        assert 'aggregator_deliveries_total{outcome="new"} 1.0' in shown
    finally:
        running.stop()
        await asyncio.wait_for(work, 20)
