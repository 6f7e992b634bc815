"""The server as a guest in our loop: load, bad clients, start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import logging
import pathlib
import random
import signal
import socket
import threading
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from aggregator.core import errors
from aggregator.edges import publish, serve

if TYPE_CHECKING:
    from conftest import Shop, Stand

    Serving = Callable[..., contextlib.AbstractAsyncContextManager[Stand]]

pytestmark = pytest.mark.anyio

_HEAD = b"GET /world.rss.xml HTTP/1.1\r\nHost: stand\r\n"
_BIG = b"".join(hashlib.sha256(b"%d" % number).hexdigest().encode() for number in range(60_000))  # 3.8 MB that hardly shrink


async def test_many_readers_get_equal_bytes(stand: Stand) -> None:
    """Two hundred readers at once, of every coding, get what the file holds."""
    url = f"http://127.0.0.1:{stand.server.port}/world.atom.xml"
    expected = (stand.folder / "world.atom.xml").read_bytes()
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as client:
        codings = ["gzip", "br", "zstd", "identity"] * 50
        answers = await asyncio.gather(*(client.get(url, headers={"Accept-Encoding": coding}) for coding in codings))
    assert {answer.content for answer in answers} == {expected}
    assert len({answer.headers["etag"] for answer in answers}) == 4


async def test_a_thousand_readers_at_once(stand: Stand) -> None:
    """All of them are connected before the first one asks, and every one gets the whole file."""
    expected = (stand.folder / "world.rss.xml").read_bytes()
    async with contextlib.AsyncExitStack() as stack:
        readers = []
        for _ in range(1_000):
            came, out = await asyncio.open_connection("127.0.0.1", stand.server.port)
            stack.callback(out.close)
            readers.append((came, out))
        for _, out in readers:
            out.write(_HEAD + b"Connection: close\r\n\r\n")
        answers = await asyncio.gather(*(came.read() for came, _ in readers))
    assert {answer.partition(b"\r\n\r\n")[2] for answer in answers} == {expected}


async def test_body_and_tag_are_of_one_version(stand: Stand) -> None:
    """While versions follow fast, every answer is one version whole, under that version's own tag."""
    bodies = [b"<rss>" + str(number).encode() * 40_000 + b"</rss>" for number in range(40)]
    tags = {f'"{hashlib.sha256(body).hexdigest()[:32]}-gzip"': body for body in bodies}
    path = stand.folder / "world.rss.xml"
    publish.publish(path, bodies[0])
    enough = threading.Event()
    writing = asyncio.ensure_future(asyncio.to_thread(_rewrite, path, bodies, enough))
    seen = set()
    while len(seen) < 10 and not writing.done():
        for answer in await asyncio.gather(*(stand.ask(headers={"Accept-Encoding": "gzip"}) for _ in range(8))):
            assert zlib.decompress(answer.body, 31) == tags[answer.headers["etag"]]
            seen.add(answer.headers["etag"])
    enough.set()
    await writing


async def test_visitors_at_once_share_one_page(serving: Serving, shop: Shop) -> None:
    """The page is not made anew for each of many who ask at the same time."""
    async with serving() as stand:
        answers = await asyncio.gather(*(stand.ask("/") for _ in range(30)))
    assert {answer.body for answer in answers} == {shop.make_page()}
    assert shop.pages_made < 30


async def test_a_slow_client_holds_up_nobody(serving: Serving, folder: pathlib.Path) -> None:
    """While one client takes nothing of a large answer and another never ends its head, others are served."""
    (folder / "world.rss.xml").write_bytes(_BIG)
    async with serving() as stand:
        slow = await _half_open(stand.server.port, _HEAD + b"\r\n")
        endless = await _half_open(stand.server.port, _HEAD + b"X-Slow: ")
        answers = await asyncio.gather(*(stand.ask("/world.json") for _ in range(20)))
        assert {answer.status for answer in answers} == {200}
        slow.close()
        endless.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET /world",
        _HEAD + b"X-Slow: ",
        _HEAD + b"\r\n",
        b"POST /world.rss.xml HTTP/1.1\r\nHost: stand\r\nContent-Length: 1000000\r\n\r\nfirst",
    ],
    ids=["silent", "half a line", "half a head", "takes nothing", "half a body"],
)
async def test_who_finishes_nothing_is_dropped(serving: Serving, folder: pathlib.Path, raw: bytes) -> None:
    """A client that gets nowhere loses its place to others, whatever it is that it does not finish."""
    (folder / "world.rss.xml").write_bytes(_BIG)
    async with serving(patience=0.2, longest=0.2, connections=1) as stand:
        client = await _half_open(stand.server.port, raw)
        await _until_served(stand)
        client.close()


async def test_a_client_that_drips_is_dropped(serving: Serving) -> None:
    """A byte now and then does not keep a place for ever."""
    async with serving(patience=0.2, longest=0.2, connections=1) as stand:
        client = await _half_open(stand.server.port, b"")
        dripping = asyncio.ensure_future(_drip(client))
        await _until_served(stand)
        with pytest.raises(ConnectionError):
            await dripping
        client.close()


async def test_a_patient_client_is_served_again_on_one_connection(serving: Serving) -> None:
    """A client that finishes its requests keeps its connection for the next."""
    async with serving() as stand, httpx.AsyncClient(trust_env=False) as client:
        ports = set()
        for _ in range(5):
            answer = await client.get(f"http://127.0.0.1:{stand.server.port}/world.json")
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


async def test_too_many_clients_are_asked_to_return(serving: Serving) -> None:
    """Beyond the bound of connections the answer is 503; once others leave it is served again."""
    async with serving(connections=3) as stand:
        held = [await _half_open(stand.server.port, b"GET") for _ in range(3)]
        refused = await stand.ask()
        assert (refused.status, refused.body) == (503, b"too many connections\n")
        assert refused.headers["x-content-type-options"] == "nosniff"
        for client in held:
            client.close()
        await _until_served(stand)


@pytest.mark.parametrize("size", [20_000, 100_000, 1_000_000])
async def test_huge_heads_are_refused(stand: Stand, size: int) -> None:
    """Headers beyond the bound are refused however they arrive."""
    said = await stand.say(_HEAD + b"X-Large: " + b"a" * size + b"\r\n\r\n")
    assert said[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"")
    assert b"harbour" not in said
    assert (await stand.ask()).status == 200


@pytest.mark.parametrize("path", ["/" + "a" * 20_000, "/world.rss.xml?" + "a" * 20_000])
async def test_huge_targets_are_refused(stand: Stand, path: str) -> None:
    """An address beyond the bound is refused as a head too large."""
    assert (await stand.ask(path)).status in (400, 431)


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        random.Random(7).randbytes(2000) + b"\r\n\r\n",
        b"\x00" * 100_000,
    ],
)
async def test_what_is_no_http_is_refused(stand: Stand, raw: bytes) -> None:
    """Bytes that are no request get a 400 that is as safe as every answer, and upset nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.server.port)
    writer.write(raw)
    writer.write_eof()
    said = await reader.read()
    writer.close()
    assert said == b"" or said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert not said or b"x-content-type-options: nosniff" in said.lower()
    assert (await stand.ask()).status == 200


async def test_nonsense_after_a_request_upsets_nothing(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    """A body that breaks while, or after, its request is answered ends that connection and nothing else; nothing is logged."""
    for head in (b"POST /world.json HTTP/1.1\r\nHost: stand\r\n", b"GET /world.json HTTP/1.1\r\nHost: stand\r\n"):
        said = await stand.say(head + b"Transfer-Encoding: chunked\r\n\r\nthis is no chunk\r\n")
        assert said[:12] in (b"", b"HTTP/1.1 405", b"HTTP/1.1 200", b"HTTP/1.1 400")
        reader, writer = await asyncio.open_connection("127.0.0.1", stand.server.port)
        writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n"))[:12] in (b"HTTP/1.1 405", b"HTTP/1.1 200")
        writer.write(b"this is no chunk\r\n")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()
    assert (await stand.ask()).status == 200
    assert caplog.records == []


async def test_pipelined_requests_are_answered_in_order(stand: Stand) -> None:
    """Several requests sent at once get their answers one after the other."""
    raw = b"".join(b"GET /%s HTTP/1.1\r\nHost: stand\r\n\r\n" % name for name in (b"healthz", b"readyz", b"nowhere"))
    said = await stand.say(raw + b"GET /metrics HTTP/1.1\r\nHost: stand\r\nConnection: close\r\n\r\n")
    places = [said.index(words) for words in (b"well\n", b"published\n", b"not found\n", b"aggregator_sources")]
    assert places == sorted(places)


async def test_a_port_in_use_is_said_in_one_line(stand: Stand, folder: pathlib.Path, shop: Shop) -> None:
    """The message names the address, the likely cause and the way out; the first server goes on."""
    second = serve.Server(serve.application(folder, shop), "127.0.0.1", stand.server.port)
    with pytest.raises(errors.ListenError) as caught:
        await second.start()
    begin = f"cannot listen on 127.0.0.1:{stand.server.port}: port in use (is another aggregator running?); "
    assert str(caught.value).startswith(begin)
    assert "\n" not in str(caught.value)
    await second.stop()
    assert (await stand.ask()).status == 200


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("no-such-host.invalid", 'no-such-host.invalid:8080: no address is known for "no-such-host.invalid"'),
        ("192.0.2.1", "192.0.2.1:8080: not an address of this machine"),
        ("2001:db8::1", "[2001:db8::1]:8080: "),
    ],
)
async def test_an_address_that_cannot_be_had(folder: pathlib.Path, shop: Shop, host: str, words: str) -> None:
    """A host without address, or with one of another machine, is named with the reason."""
    with pytest.raises(errors.ListenError) as caught:
        await serve.Server(serve.application(folder, shop), host, 8080).start()
    assert str(caught.value).startswith("cannot listen on " + words)


async def test_loopback_by_name(folder: pathlib.Path, shop: Shop) -> None:
    """A host name is looked up."""
    server = serve.Server(serve.application(folder, shop), "localhost", 0)
    await server.start()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://localhost:{server.port}/healthz")).status_code == 200
    await server.stop()


async def test_stopping_frees_the_port(serving: Serving, folder: pathlib.Path, shop: Shop) -> None:
    """After stop nobody is connected any more and the same port can be had at once; stopping twice is fine."""
    async with serving() as stand:
        idle = await _half_open(stand.server.port, b"")
        await stand.server.stop()
        assert await asyncio.get_running_loop().sock_recv(idle, 1) == b""
        idle.close()
        with pytest.raises(ConnectionError):
            await stand.ask()
        again = serve.Server(serve.application(folder, shop), "127.0.0.1", stand.server.port)
        await again.start()
        assert (await stand.ask()).status == 200
        await again.stop()
        await again.stop()


async def test_stopping_lets_answers_finish(serving: Serving, folder: pathlib.Path) -> None:
    """A client that is taking its answer gets all of it although the server stops."""
    (folder / "world.rss.xml").write_bytes(_BIG)
    async with serving() as stand:
        reader, writer = await asyncio.open_connection("127.0.0.1", stand.server.port)
        writer.write(_HEAD + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
        stopping = asyncio.ensure_future(stand.server.stop())
        taken = await reader.read()
        await stopping
        writer.close()
    assert taken == _BIG


async def test_stopping_does_not_wait_for_who_takes_nothing(serving: Serving, folder: pathlib.Path) -> None:
    """Clients that never finish are dropped in the end."""
    (folder / "world.rss.xml").write_bytes(_BIG)
    async with serving() as stand:
        clients = [await _half_open(stand.server.port, raw) for raw in (_HEAD + b"\r\n", _HEAD, b"")]
        await stand.ask("/healthz")
        async with asyncio.timeout(30):
            await stand.server.stop()
        for client in clients:
            client.close()


async def test_stopping_does_not_wait_for_a_page_that_hangs(serving: Serving, shop: Shop) -> None:
    """A view that never answers does not keep the program from ending."""
    asked = asyncio.Event()

    async def _hangs() -> bytes:
        asked.set()
        await asyncio.Event().wait()
        return b""

    shop.page = _hangs  # type: ignore[method-assign]
    async with serving() as stand:
        client = await _half_open(stand.server.port, b"GET / HTTP/1.1\r\nHost: stand\r\n\r\n")
        await asked.wait()
        async with asyncio.timeout(30):
            await stand.server.stop()
        client.close()


async def test_the_guest_leaves_signals_and_logs_alone(serving: Serving) -> None:
    """Signals and the set-up of the log are the program's own."""

    def _theirs() -> list[object]:
        return [signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), *logging.getLogger().handlers]

    before = _theirs()
    async with serving() as stand:
        await stand.ask()
        assert _theirs() == before


async def test_requests_are_not_logged(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    """Neither who reads nor what strangers send wrong is written down."""
    caplog.set_level(logging.DEBUG)
    await stand.ask()
    await stand.ask("/nowhere")
    await stand.say(b"hello\r\n\r\n")
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


def _rewrite(path: pathlib.Path, bodies: list[bytes], enough: threading.Event) -> None:
    """Publish one body after the other, over and over."""
    for body in itertools.cycle(bodies):
        if enough.is_set():
            return
        publish.publish(path, body)


async def _half_open(port: int, raw: bytes) -> socket.socket:
    """A client that sends some bytes and then does nothing, least of all read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", port))
    await loop.sock_sendall(client, raw)
    return client


async def _drip(client: socket.socket) -> None:
    """Send a byte now and then."""
    while True:
        await asyncio.get_running_loop().sock_sendall(client, b"G")
        await asyncio.sleep(0.01)


async def _until_served(stand: Stand) -> None:
    """Ask until there is room."""
    async with asyncio.timeout(30):
        while (await stand.ask("/world.json")).status != 200:
            pass
