"""What is asked for and what comes back, against a server that does as it is told."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import hashlib
import ipaddress
import logging
from collections.abc import Callable

import loopback
import pytest

from aggregator.core import errors, limits, model
from aggregator.edges import fetch

pytestmark = pytest.mark.anyio

Make = Callable[..., fetch.Fetcher]


async def test_a_plain_fetch(make: Make) -> None:
    """The request is honest about who asks and what is understood; the answer arrives decoded, with all that is worth knowing."""
    body = gzip.compress(b"<rss/>")
    sent = (
        ("Content-Type", "application/rss+xml"),
        ("Content-Encoding", "gzip"),
        ("ETag", '"1"'),
        ("Content-Location", "/feed.xml"),
    )
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(body, headers=(*sent, ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")))
        response = await make(user_agent="aggregator/1 (+https://example.org/)").fetch(server.url("/feed?a=b#c"))
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("GET", "/feed?a=b")
    assert asked.headers["user-agent"] == "aggregator/1 (+https://example.org/)"
    assert asked.headers["accept-encoding"] == "gzip"
    assert "application/atom+xml" in asked.headers["accept"]
    assert not {"cookie", "if-none-match", "if-modified-since", "authorization"} & set(asked.headers)
    assert response == model.Response(
        url=server.url("/feed?a=b"),
        status=200,
        body=b"<rss/>",
        content_type="application/rss+xml",
        content_location=server.url("/feed.xml"),
        validators=model.Validators('"1"', "Thu, 01 Jan 2026 00:00:00 GMT"),
        received=len(body),
        packed=hashlib.blake2b(body, digest_size=16).hexdigest(),
    )


async def test_a_compressed_body_that_is_known(make: Make) -> None:
    """What came before byte for byte is not decoded again; another body, or the same one packed otherwise, is."""
    body = gzip.compress(b"<rss/>", mtime=1)
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(body, headers=(("ETag", '"1"'),))
        first = await make().fetch(server.url("/feed"))
        again = await make().fetch(server.url("/feed"), known=[first.packed, "body"])
        server.answers["/feed"] = loopback.Answer(gzip.compress(b"<rss/>", mtime=2))
        other = await make().fetch(server.url("/feed"), known=[first.packed])
    assert (first.repeated, first.body) == (False, b"<rss/>")
    assert (again.repeated, again.body, again.packed, again.validators.etag) == (True, b"", first.packed, '"1"')
    assert (other.repeated, other.body) == (False, b"<rss/>")


async def test_a_plain_body_has_no_hash_of_its_own(make: Make) -> None:
    """What came as it is is never taken for something known here: whoever asked hashes it."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>")
        response = await make().fetch(server.url("/feed"), known=[""])
    assert (response.packed, response.repeated, response.body) == ("", False, b"<rss/>")


@pytest.mark.parametrize(
    "etag", ['"plain"', 'W/"weak"', "unquoted", '"inner "quotes" , and comma"', '"\xe9\x80\xff"', '"a\tb"', "\x1b[31m"]
)
async def test_validators_come_back_byte_for_byte(make: Make, etag: str) -> None:
    """What a server sent is what it gets, quotes, odd bytes and all; and 304 says that nothing changed."""

    def answer(asked: loopback.Asked) -> loopback.Answer:
        known = asked.headers.get("if-none-match") == etag and asked.headers.get("if-modified-since") == "some day"
        return loopback.Answer(status=304 if known else 200, headers=(("ETag", etag), ("Last-Modified", "some day")))

    async with loopback.Loopback() as server:
        server.answers["/feed"] = answer
        fetcher = make()
        first = await fetcher.fetch(server.url("/feed"))
        second = await fetcher.fetch(server.url("/feed"), first.validators)
    assert first.validators == model.Validators(etag, "some day")
    assert (second.not_modified, second.body, second.validators) == (True, b"", first.validators)


async def test_304_may_leave_out_and_renew_validators(make: Make) -> None:
    """What a 304 says anew counts, what it does not mention stays (RFC 9111 4.3.4)."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(status=304, headers=(("ETag", '"2"'), ("Cache-Control", "max-age=60")))
        response = await make().fetch(server.url("/feed"), model.Validators('"1"', "some day"))
    assert response.validators == model.Validators('"2"', "some day")
    assert response.max_age == 60


async def test_304_to_validators_that_could_not_be_sent_is_an_error(make: Make) -> None:
    """Nothing was asked that could be answered with "not modified"."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(status=304)
        with pytest.raises(errors.StatusError, match="answered 304") as caught:
            await make().fetch(server.url("/feed"), model.Validators("two\r\nlines"))
    assert caught.value.status == 304


@pytest.mark.parametrize(
    ("status", "fine"), [(200, True), (203, True), (201, False), (202, False), (226, False), (300, False), (305, False)]
)
async def test_which_statuses_are_success(make: Make, status: int, fine: bool) -> None:
    """Only a whole document is one."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>", status, (("Location", "/other"),))
        if fine:
            assert (await make().fetch(server.url("/feed"))).status == status
        else:
            with pytest.raises(errors.StatusError, match=f"answered {status}"):
                await make().fetch(server.url("/feed"))


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301], 1),
        ([308, 301, 301], 3),
        ([302], None),
        ([303, 301], None),
        ([301, 307, 301], 1),
        ([301, 308, 302, 308], 2),
    ],
)
async def test_moved_to_is_the_end_of_the_permanent_redirects(make: Make, statuses: list[int], moved: int | None) -> None:
    """Only what is permanent from the first step on may change a stored address (RFC 9110 15.4)."""
    async with loopback.Loopback() as server:
        for step, status in enumerate(statuses):
            server.answers[f"/{step}"] = loopback.Answer(status=status, headers=(("Location", f"/{step + 1}"),))
        server.answers[f"/{len(statuses)}"] = loopback.Answer(b"<rss/>")
        response = await make().fetch(server.url("/0"))
    assert response.url == server.url(f"/{len(statuses)}")
    assert response.moved_to == (None if moved is None else server.url(f"/{moved}"))


async def test_a_detour_back_to_the_start_is_no_move(make: Make) -> None:
    """Some servers redirect once to set a cookie and back."""
    turns = iter([loopback.Answer(status=301, headers=(("Location", "/b"),)), loopback.Answer(b"<rss/>")])
    async with loopback.Loopback() as server:
        server.answers["/a"] = lambda _: next(turns)
        server.answers["/b"] = loopback.Answer(status=301, headers=(("Location", "/a"),))
        assert (await make().fetch(server.url("/a"))).moved_to is None


async def test_a_hop_waits(make: Make) -> None:
    """Before a redirect is followed the turn of its host is waited for, in time that the fetch is not short of."""
    hops: list[tuple[str, str]] = []
    async with loopback.Loopback() as server:

        async def hop(before: str, url: str) -> None:
            hops.append((before, url))
            assert len(server.asked) == len(hops)
            await asyncio.sleep(0.3)

        server.answers["/old"] = loopback.Answer(status=302, headers=(("Location", "/new"),))
        server.answers["/new"] = loopback.Answer(status=301, headers=(("Location", "/feed"),))
        server.answers["/feed"] = loopback.Answer(b"<rss/>")
        fetcher = make(hop=hop, limits=limits.Limits(seconds=0.5, body=100_000))
        assert (await fetcher.fetch(server.url("/old"))).body == b"<rss/>"
        assert hops == [(server.url("/old"), server.url("/new")), (server.url("/new"), server.url("/feed"))]


async def test_validators_go_along_with_redirects(make: Make) -> None:
    """A feed that redirects for ever can still answer 304."""
    async with loopback.Loopback() as server, loopback.Loopback() as other:
        server.answers["/feed"] = loopback.Answer(status=302, headers=(("Location", other.url("/feed")),))
        other.answers["/feed"] = loopback.Answer(status=304)
        assert (await make().fetch(server.url("/feed"), model.Validators('"1"'))).not_modified


async def test_secrets_stay_at_their_origin(make: Make) -> None:
    """Headers and password are sent to the configured scheme, host and port, and to nobody whom a redirect names."""
    async with loopback.Loopback() as server, loopback.Loopback() as other:
        server.answers["/a"] = loopback.Answer(status=302, headers=(("Location", "/b"),))
        server.answers["/b"] = loopback.Answer(status=302, headers=(("Location", other.url("/feed")),))
        other.answers["/feed"] = loopback.Answer(b"<rss/>")
        url = server.url("/a").replace("//", "//jo:pass@")
        response = await make().fetch(url, headers={"X-Key": "secret"})
    basic = "Basic " + base64.b64encode(b"jo:pass").decode()
    assert [(asked.headers.get("x-key"), asked.headers.get("authorization")) for asked in server.asked] == [("secret", basic)] * 2
    assert not {"x-key", "authorization"} & set(other.asked[0].headers)
    assert "pass" not in response.url


async def test_errors_and_logs_hold_no_secrets(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Neither password, nor keys in the address, nor header values are told to anybody, at any level of logging."""
    caplog.set_level(logging.DEBUG)
    async with loopback.Loopback() as server:
        url = server.url("/feed?token=sesame").replace("//", "//jo:pass@")
        with pytest.raises(errors.StatusError) as caught:
            await make().fetch(url, headers={"X-Key": "secret"})
    told = str(caught.value) + caplog.text
    assert "/feed?token=…: answered 404 (Not Found)" in told
    assert not [word for word in ("sesame", "pass", "secret") if word in told]


async def test_cookies_are_not_kept(make: Make) -> None:
    """Sources cannot recognise us, nor each other's visitors."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>", headers=(("Set-Cookie", "a=b; Path=/"),))
        fetcher = make()
        await fetcher.fetch(server.url("/feed"))
        await fetcher.fetch(server.url("/feed"))
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, None]


async def test_a_name_is_resolved_once_and_connected_to_as_vetted(make: Make) -> None:
    """A name server that changes its mind between check and use (DNS rebinding) finds only one use."""
    answers = iter([["127.0.0.1"], ["127.0.0.9"], ["127.0.0.9"]])

    async def resolve(host: str) -> list[str]:
        assert host == "feeds.test"
        return next(answers)

    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>")
        fetcher = make(resolve=resolve, allow=(ipaddress.ip_network("127.0.0.1"),))
        response = await fetcher.fetch(f"http://feeds.test:{server.port}/feed")
        with pytest.raises(errors.AddressRefused, match=r"feeds\.test is 127\.0\.0\.9"):
            await fetcher.fetch(f"http://feeds.test:{server.port}/feed")
    assert response.body == b"<rss/>"
    assert server.asked[0].headers["host"] == f"feeds.test:{server.port}"
    assert next(answers) == ["127.0.0.9"]


async def test_one_address_that_is_not_allowed_refuses_the_name(make: Make) -> None:
    """Not even the good addresses of such a host are asked."""

    async def resolve(_: str) -> list[str]:
        return ["127.0.0.1", "::1"]

    async with loopback.Loopback() as server:
        with pytest.raises(errors.AddressRefused):
            await make(resolve=resolve).fetch(f"http://feeds.test:{server.port}/feed")
    assert server.asked == []


async def test_addresses_are_tried_in_turn(make: Make) -> None:
    """A host is reached as long as one of its addresses answers."""

    async def resolve(_: str) -> list[str]:
        return ["127.0.0.9", "127.0.0.8", "127.0.0.1"]

    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>")
        assert (await make(resolve=resolve).fetch(f"http://feeds.test:{server.port}/feed")).status == 200


async def test_nothing_is_asked_of_private_addresses_by_default(make: Make) -> None:
    """Without `allow`, this machine is out of reach."""
    async with loopback.Loopback() as server:
        with pytest.raises(errors.AddressRefused, match="is not public; list it in allow_addresses"):
            await make(allow=()).fetch(server.url("/feed"))
    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "feeds.test", "", "http://999.1.1.1/", "http://[::"]
)
async def test_what_is_no_http_address_is_refused(make: Make, url: str) -> None:
    """Only http and https are spoken."""
    with pytest.raises(errors.AddressRefused):
        await make().fetch(url)


async def test_the_deadline_holds_for_name_servers_too(make: Make) -> None:
    """A resolver that never answers costs a fetch its time and no more."""

    async def resolve(_: str) -> list[str]:
        return await asyncio.get_running_loop().create_future()

    with pytest.raises(errors.FetchError, match=r"http://feeds\.test/: took longer than 0\.1 s") as caught:
        await make(resolve=resolve, limits=limits.Limits(seconds=0.1)).fetch("http://feeds.test/")
    assert caught.value.kind == "timeout"


async def test_headers_are_bounded(make: Make) -> None:
    """The limit counts all headers together."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>", headers=tuple((f"X-{n}", "v" * 90) for n in range(12)))
        with pytest.raises(errors.TooLarge, match="headers larger than 1,000 bytes"):
            await make(limits=limits.Limits(headers=1_000)).fetch(server.url("/feed"))


async def test_a_fetch_cancelled_at_any_moment_leaves_nothing_open(make: Make) -> None:
    """However far it came, resolved, connected or half read, its connection is closed."""
    opened, ended = 0, 0
    change = asyncio.Condition()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened, ended
        opened += 1
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>")
            await reader.read()
        writer.close()
        async with change:
            ended += 1
            change.notify()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server, asyncio.timeout(20):
        fetcher = make()
        for turns in range(40):
            task = asyncio.create_task(fetcher.fetch(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
        async with change:
            await change.wait_for(lambda: 0 < opened == ended)


async def test_strangers_addresses_stay_public(make: Make) -> None:
    """With `allow` off, what the operator allows is refused: addresses, names that lead there, forms."""

    async def resolve(_: str) -> list[str]:
        return ["127.0.0.1"]

    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<rss/>")
        fetcher = make(resolve=resolve)
        assert (await fetcher.fetch(server.url("/feed"))).body == b"<rss/>"
        for url in (server.url("/feed"), f"http://feeds.test:{server.port}/feed"):
            with pytest.raises(errors.AddressRefused, match="is not public"):
                await fetcher.fetch(url, allow=False)
            with pytest.raises(errors.AddressRefused, match="is not public"):
                await fetcher.post(url, {"hub.mode": "subscribe"}, allow=False)
        assert len(server.asked) == 1
