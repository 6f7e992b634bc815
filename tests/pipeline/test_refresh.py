"""Refreshing: what a source may answer, and what outcome that is; with a real server, fetcher and worker."""

from __future__ import annotations

import asyncio
import datetime
import gzip

import pytest
from loopback import Answer, Asked, Loopback
from pipeline.reader import AGENT, LIMITS, Reader, item, rss

from aggregator.core import model, polls

pytestmark = pytest.mark.anyio


async def test_updated(reader: Reader, server: Loopback) -> None:
    """A good document is an update: its header, its entries as they came and cleaned, its dates, its validators."""
    dated = item("heron", "&lt;p onclick='x()'&gt;Said.&lt;/p&gt;") + "<pubDate>Sat, 14 Mar 2026 10:00:00 GMT</pubDate>"
    document = rss(dated, item("ferry"))
    server.answers["/feed"] = Answer(document, headers=(("ETag", '"1"'), ("Last-Modified", "yesterday")))
    outcome = await reader.updated()
    assert (outcome.feed.title, outcome.feed.entries) == ("The Paper", ())
    assert [(came.entry.title, "onclick" in came.entry.content + came.entry.summary) for came in outcome.fresh] == [
        ("The heron", True),
        ("The ferry", False),
    ]
    assert "onclick" not in outcome.fresh[0].cleaned.entry.content
    assert (outcome.seen, outcome.unchanged) == (2, frozenset())
    assert outcome.dates == (datetime.datetime(2026, 3, 14, 10, tzinfo=datetime.UTC),)
    assert reader.state.validators == model.Validators('"1"', "yesterday")
    assert reader.state.title == "The Paper"


async def test_not_modified(reader: Reader, server: Loopback) -> None:
    """Validators are sent back byte for byte, and a 304 is no change."""
    headers = (("ETag", 'W/"a b\xe9"'), ("Last-Modified", "Sat, 14 Mar 2026 10:00:00 GMT"))
    server.answers["/feed"] = Answer(rss(item("heron")), headers=headers)
    await reader.updated()
    server.answers["/feed"] = Answer(status=304)
    assert isinstance(await reader.poll(), polls.NotModified)
    asked = reader.asked()[-1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"a b\xe9"', "Sat, 14 Mar 2026 10:00:00 GMT")
    assert "if-none-match" not in reader.asked()[0]
    assert reader.state.validators.etag


async def test_same_bytes(reader: Reader, server: Loopback) -> None:
    """The same document sent again in full is no change; its new validators are kept."""
    server.answers["/feed"] = Answer(rss(item("heron")), headers=(("ETag", '"1"'),))
    await reader.updated()
    server.answers["/feed"] = Answer(rss(item("heron")), headers=(("ETag", '"2"'),))
    assert isinstance(await reader.poll(), polls.NotModified)
    assert reader.state.validators == model.Validators('"2"')


async def test_same_bytes_compressed(reader: Reader, server: Loopback) -> None:
    """The same compressed bytes are no change, nor are the same bytes compressed otherwise; another document is one."""
    for number, (said, moment, kind) in enumerate(
        (("heron", 1, polls.Updated), ("heron", 1, polls.NotModified), ("heron", 2, polls.NotModified), ("ferry", 2, polls.Updated))
    ):
        server.answers["/feed"] = Answer(gzip.compress(rss(item(said)), mtime=moment), headers=(("ETag", f'"{number}"'),))
        assert isinstance(await reader.poll(), kind)
        assert reader.state.validators == model.Validators(f'"{number}"')


async def test_another_build_date(reader: Reader, server: Loopback) -> None:
    """A document made anew of the same entries is no change, and known when the very same bytes come again."""
    made = "<lastBuildDate>Sat, 14 Mar 2026 1{}:00:00 GMT</lastBuildDate>"
    for number, (hour, kind) in enumerate(((1, polls.Updated), (2, polls.NotModified), (2, polls.NotModified))):
        body = rss(item("heron")).replace(b"<item>", made.format(hour).encode() + b"<item>", 1)
        server.answers["/feed"] = Answer(gzip.compress(body, mtime=1), headers=(("ETag", f'"{number}"'),))
        outcome = await reader.poll()
        assert isinstance(outcome, kind)
        assert reader.state.validators == model.Validators(f'"{number}"')
    assert outcome.response.repeated


async def test_only_what_is_unknown_is_read(reader: Reader, server: Loopback) -> None:
    """Of a document with another date no entry is read, and yet all are seen, with their dates."""
    dated = "<pubDate>Sat, 14 Mar 2026 1{}:00:00 GMT</pubDate>"
    items = [item(f"n{number}") + dated.format(number) for number in range(3)]
    server.answers["/feed"] = Answer(rss(*items))
    first = await reader.updated()
    server.answers["/feed"] = Answer(rss(*items, title="The New Paper"))
    stamps = reader.edges.store.stamped(reader.state.row)
    again = await reader.updated()
    assert [one.stamp for one in stamps.values()] == sorted(first.stamps, key=lambda one: one.stamp)
    assert (again.fresh, again.unchanged) == ((), frozenset(reader.desk.ids().values()))
    assert (sorted(again.dates), again.seen, again.feed.title) == (sorted(first.dates), 3, "The New Paper")
    assert set(again.stamps) == set(first.stamps)
    assert reader.state.gap == 3600


async def test_only_what_is_new_is_worked_on(reader: Reader, server: Loopback) -> None:
    """Of a changed document only new and changed entries are fresh; the others are named as unchanged."""
    server.answers["/feed"] = Answer(rss(item("heron"), item("ferry")))
    await reader.updated()
    server.answers["/feed"] = Answer(rss(item("kettle"), item("heron"), item("ferry", "Else.")))
    outcome = await reader.updated()
    assert [came.entry.title for came in outcome.fresh] == ["The kettle", "The ferry"]
    assert outcome.unchanged == {reader.desk.ids()["The heron"]}
    assert outcome.seen == 3


async def test_empty_feed(reader: Reader, server: Loopback) -> None:
    """A feed without entries is a good document."""
    server.answers["/feed"] = Answer(rss())
    outcome = await reader.updated()
    assert (outcome.fresh, outcome.seen) == ((), 0)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00garbage" * 50, b"<!doctype html><title>Welcome</title><p>No feed here.", b'{"version": "none"}']
)
async def test_no_feed(reader: Reader, server: Loopback, body: bytes) -> None:
    """What is no feed is a failure with a reason, and leaves the validators of the last good document."""
    server.answers["/feed"] = Answer(rss(item("heron")), headers=(("ETag", '"good"'),))
    await reader.updated()
    server.answers["/feed"] = Answer(body, headers=(("ETag", '"bad"'),))
    failed = await reader.failed()
    assert (failed.kind, failed.retry_after) == ("parse", None)
    assert failed.said
    assert reader.state.validators == model.Validators('"good"')
    assert list(reader.desk.ids()) == ["The heron"]


@pytest.mark.parametrize(
    ("status", "headers", "kind", "retry_after"),
    [
        (410, (), "gone", None),
        (401, (), "blocked", None),
        (403, (), "blocked", None),
        (404, (), "status", None),
        (500, (), "status", None),
        (204, (), "status", None),
        (429, (("Retry-After", "120"),), "limited", 120),
        (503, (("Retry-After", "60"),), "status", 60),
        (429, (("Retry-After", "soon"),), "limited", None),
        (304, (), "status", None),
    ],
)
async def test_status(
    reader: Reader, server: Loopback, status: int, headers: tuple[tuple[str, str], ...], kind: str, retry_after: float | None
) -> None:
    """Statuses that are no success are failures of a kind, with the wait that the server asks for."""
    server.answers["/feed"] = Answer(status=status, headers=headers)
    failed = await reader.failed()
    assert (failed.kind, failed.retry_after) == (kind, retry_after)
    assert str(status) in failed.said
    assert "127.0.0.1" in failed.said


async def test_silence(reader: Reader, server: Loopback) -> None:
    """A server that says nothing is given up after the limit of seconds."""

    async def mute(reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        await reading.read()
        writing.close()

    silent = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with silent:
        reader.configure(url=f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/feed")
        failed = await reader.failed()
    assert failed.kind == "timeout"
    assert f"took longer than {LIMITS.seconds:g} s" in failed.said


async def test_nobody_there(reader: Reader) -> None:
    """A port where nobody listens is a failure of the network."""
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    reader.configure(url=f"http://127.0.0.1:{port}/feed")
    assert (await reader.failed()).kind == "connect"


@pytest.mark.parametrize("target", ["http://[::1]:1/feed", "file:///etc/passwd", "http://localhost.invalid/"])
async def test_redirect_to_where_it_must_not_go(reader: Reader, server: Loopback, target: str) -> None:
    """A redirect to an address that is not allowed, to a file or into nothing is a failure, and the address is not asked."""
    server.answers["/feed"] = Answer(status=302, headers=(("Location", target),))
    assert (await reader.failed()).kind in ("address", "redirect", "dns")


async def test_redirect_loop(reader: Reader, server: Loopback) -> None:
    """Redirects end after a few."""
    server.answers["/feed"] = Answer(status=301, headers=(("Location", "/feed?again"),))
    assert (await reader.failed()).kind == "redirect"
    assert len(server.asked) == LIMITS.redirects + 1


async def test_too_large(reader: Reader, server: Loopback) -> None:
    """A document beyond the limit is a failure."""
    server.answers["/feed"] = Answer(rss(item("heron", "x" * 300_000)))
    assert (await reader.failed()).kind == "size"


async def test_headers_go_to_the_configured_host(reader: Reader, server: Loopback) -> None:
    """The user's headers and the honest name go to the source; when it redirects elsewhere the headers stay behind."""
    async with Loopback() as other:
        reader.configure(headers={"Authorization": "Bearer s3cret", "X-Key": "k"})
        server.answers["/feed"] = Answer(rss(item("heron")))
        await reader.updated()
        assert (reader.asked()[0]["authorization"], reader.asked()[0]["x-key"]) == ("Bearer s3cret", "k")
        assert reader.asked()[0]["user-agent"] == AGENT
        server.answers["/feed"] = Answer(status=302, headers=(("Location", other.url("/feed")),))
        other.answers["/feed"] = Answer(rss(item("ferry")))
        await reader.updated()
        assert not {"authorization", "x-key"} & set(other.asked[0].headers)
        assert reader.state.moved_to is None


async def test_move_is_believed_after_a_while(reader: Reader, server: Loopback) -> None:
    """A permanent redirect that three polls met is believed: the new address is asked directly, without the user's headers."""
    async with Loopback() as other:
        reader.configure(headers={"X-Key": "k"})
        server.answers["/feed"] = Answer(status=301, headers=(("Location", other.url("/new")),))
        for number in range(4):
            other.answers["/new"] = Answer(rss(item(f"n{number}")))
            await reader.updated()
        assert len(reader.asked()) == 3
        assert not any("x-key" in asked.headers for asked in other.asked)
        assert reader.state.moved_to == other.url("/new")


async def test_move_within_the_host_keeps_the_headers(reader: Reader, server: Loopback) -> None:
    """At another path of the configured host the user's headers are sent as before."""
    reader.configure(headers={"X-Key": "k"})
    server.answers["/feed"] = Answer(status=308, headers=(("Location", "/new"),))
    for number in range(4):
        server.answers["/new"] = Answer(rss(item(f"n{number}")))
        await reader.updated()
    assert len(reader.asked()) == 3
    assert [asked["x-key"] for asked in reader.asked("/new")] == ["k"] * 4


async def test_move_that_is_taken_back(reader: Reader, server: Loopback) -> None:
    """A redirect that some polls do not meet is not believed."""
    server.answers["/new"] = Answer(rss(item("heron")))
    moved = Answer(status=301, headers=(("Location", "/new"),))
    for answer in (moved, moved, Answer(rss(item("ferry"))), moved, moved):
        server.answers["/feed"] = answer
        await reader.poll()
    assert reader.state.moved_count == 2
    assert len(reader.asked()) == 5


async def test_document_that_takes_for_ever(reader: Reader, server: Loopback) -> None:
    """A document that parsing cannot end with costs one failure, and the next poll works again."""
    nested = b"<a>" * 60_000
    server.answers["/feed"] = Answer(b"<rss version='2.0'><channel><item>" + nested)
    assert (await reader.failed()).kind in ("parse", "limit")
    server.answers["/feed"] = Answer(rss(item("heron")))
    await reader.updated()


async def test_secrets_are_not_told(reader: Reader, server: Loopback) -> None:
    """The reason of a failure names the address without its password and key."""
    reader.configure(url=server.url("/feed?api_key=hush").replace("http://", "http://me:sesame@"))
    server.answers["/feed"] = Answer(status=500)
    said = (await reader.failed()).said
    assert "hush" not in said
    assert "sesame" not in said
    assert "/feed?api_key=…" in said


async def test_asked_is_what_is_configured(reader: Reader, server: Loopback) -> None:
    """The query goes out as it was written; validators stay with the address."""
    reader.configure(url=server.url("/feed?b=2&a=%20x"))
    seen: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        seen.append(asked)
        return Answer(rss(item("heron")), headers=(("ETag", '"1"'),))

    server.answers["/feed"] = answer
    await reader.updated()
    reader.configure(url=server.url("/feed?other"))
    await reader.poll()
    assert [asked.path for asked in seen] == ["/feed?b=2&a=%20x", "/feed?other"]
    assert "if-none-match" not in seen[1].headers
