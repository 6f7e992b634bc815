"""What hubs may ask and deliver: bounded, and answered alike whether it is believed or not."""

from __future__ import annotations

import asyncio
import dataclasses
import pathlib
from collections.abc import AsyncIterator, Mapping

import pytest
from edges.serve.conftest import Shop
from hub import request
from hypothesis import given
from hypothesis import strategies as st
from starlette import requests
from waiting import until

from aggregator.edges import serve
from aggregator.edges.serve import callbacks

pytestmark = pytest.mark.anyio
CALLBACK = "/websub/token"


@dataclasses.dataclass
class Desk:
    """Callbacks with values in place of subscriptions."""

    largest: int = 1_000
    patience: float = 5.0
    busy: bool = False
    words: str | None = "c"
    turned_away: int = 0
    asked: list[Mapping[str, str]] = dataclasses.field(default_factory=list)
    taken: list[serve.Delivery] = dataclasses.field(default_factory=list)
    gate: asyncio.Event | None = None

    def known(self, token: str) -> bool:
        """One is."""
        return token == "token"

    async def confirm(self, token: str, asked: Mapping[str, str]) -> str | None:
        """As set."""
        self.asked.append(asked)
        return self.words

    def full(self, token: str) -> bool:
        """As set."""
        return self.busy

    async def take(self, token: str, delivery: serve.Delivery) -> None:
        """Kept to be looked at, once the gate is open."""
        if self.gate is not None:
            await self.gate.wait()
        self.taken.append(delivery)

    def refused(self) -> None:
        """Counted."""
        self.turned_away += 1


@pytest.fixture
def desk() -> Desk:
    """What a test looks at."""
    return Desk()


@pytest.fixture
async def base(anyio_backend: str, tmp_path: pathlib.Path, desk: Desk) -> AsyncIterator[str]:
    """The address of a server that hubs may call."""
    server = serve.Server(serve.application(tmp_path, Shop({}), desk), "127.0.0.1", 0)
    await server.start()
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def deliver(url: str, body: bytes = b"<rss/>", **headers: str) -> tuple[int, bytes]:
    """POST a document; `content_type` and the like are headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await request("POST", url, {"content-type": "application/rss+xml"} | named, body)


async def test_a_challenge_goes_back(base: str, desk: Desk) -> None:
    """Byte for byte, and nobody guesses what it might be."""
    desk.words = "<script>ü"
    status, body = await request("GET", f"{base}{CALLBACK}?hub.mode=subscribe&hub.challenge=a%26b+c&hub.topic=t", {}, b"")
    assert (status, body) == (200, "<script>ü".encode())
    assert desk.asked == [{"hub.mode": "subscribe", "hub.challenge": "a&b c", "hub.topic": "t"}]


async def test_what_was_not_asked_is_not_there(base: str, desk: Desk) -> None:
    """A wrong question, a monstrous challenge and an unknown token are answered alike."""
    desk.words = None
    answers = [
        await request("GET", f"{base}{path}", {}, b"")
        for path in (
            CALLBACK,
            f"{CALLBACK}?hub.challenge={'x' * 5_000}",
            "/websub/other",
            "/websub/",
            "/websub/a/b",
            "/websub/token/",
        )
    ]
    assert set(answers) == {(404, b"not found\n")}
    assert len(desk.asked) == 1


async def test_a_delivery_is_taken(base: str, desk: Desk) -> None:
    """With its type and all its signatures, answered at once and without a word on what will become of it."""
    assert await deliver(f"{base}{CALLBACK}", X_Hub_Signature="sha256=0") == (202, b"accepted\n")
    assert desk.taken == [serve.Delivery("application/rss+xml", ("sha256=0",), b"<rss/>")]
    assert await deliver(f"{base}/websub/other") == (404, b"not found\n")
    assert desk.turned_away == 0


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/atom+xml; charset=utf-8", 202),
        ("application/feed+json", 202),
        ("text/xml", 202),
        ("text/plain", 202),
        ("APPLICATION/XML", 202),
        ("text/html", 415),
        ("image/png; x=xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
async def test_types(base: str, desk: Desk, kind: str, status: int) -> None:
    """What no feed is called is not read."""
    assert (await deliver(f"{base}{CALLBACK}", content_type=kind))[0] == status
    assert (len(desk.taken), desk.turned_away) == ((1, 0) if status == 202 else (0, 1))


async def test_codings(base: str, desk: Desk) -> None:
    """Nothing is unpacked here."""
    assert (await deliver(f"{base}{CALLBACK}", content_encoding="gzip"))[0] == 415


async def test_a_body_that_is_too_large(base: str, desk: Desk) -> None:
    """Whether its length is declared or not, no more is read than may be."""
    assert (await deliver(f"{base}{CALLBACK}", bytes(1_000)))[0] == 202
    assert (await deliver(f"{base}{CALLBACK}", bytes(1_001)))[0] == 413
    chunk = b"190\r\n" + bytes(400) + b"\r\n"
    head = b"POST /websub/token HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
    writer.write(head + 3 * chunk)
    assert b" 413 " in await reader.readline()
    writer.close()
    assert len(desk.taken) == 1


async def test_a_body_that_does_not_come(base: str, desk: Desk) -> None:
    """It is waited for only so long; who leaves in the middle leaves nothing."""
    desk.patience = 0.1
    port = int(base.rpartition(":")[2])
    for ending in (False, True):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /websub/token HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: 9\r\n\r\n<")
        if not ending:
            assert b" 408 " in await reader.readline()
        writer.close()
    await until(lambda: desk.turned_away == 2)
    assert desk.taken == []


async def test_too_much_at_once(base: str, desk: Desk) -> None:
    """When enough waits, or enough is coming in, the hub is to come again."""
    desk.busy = True
    assert (await deliver(f"{base}{CALLBACK}"))[0] == 503
    desk.busy, desk.gate = False, asyncio.Event()
    coming = [asyncio.create_task(deliver(f"{base}{CALLBACK}")) for _ in range(6)]
    await until(lambda: sum(task.done() for task in coming) == 2)
    desk.gate.set()
    assert sorted(status for status, _ in await asyncio.gather(*coming)) == [202] * 4 + [503] * 2


async def test_other_methods(base: str) -> None:
    """Nothing else is done there; and nothing can be posted elsewhere."""
    assert (await request("PUT", f"{base}{CALLBACK}", {}, b""))[0] == 405
    assert (await request("HEAD", f"{base}{CALLBACK}", {}, b""))[0] == 404
    assert (await request("POST", f"{base}/world.rss.xml", {}, b""))[0] == 405


@given(st.sampled_from(["GET", "POST", "HEAD"]), st.binary(max_size=300), st.binary(max_size=60), st.binary(max_size=60))
async def test_anything_may_be_sent(method: str, query: bytes, kind: bytes, signature: bytes) -> None:
    """Every question and every delivery has an answer."""
    headers = [(b"content-type", kind), (b"x-hub-signature", signature), (b"content-length", signature)]
    scope = {"type": "http", "method": method, "path": CALLBACK, "query_string": query, "headers": headers}
    scope |= {"path_params": {"token": "token"}}

    async def receive() -> Mapping[str, object]:
        return {"type": "http.request", "body": query, "more_body": False}

    answer = await callbacks.Site(Desk()).answer(requests.Request(scope, receive))
    assert answer.status_code in (200, 202, 404, 413, 415)
