"""Certificates are checked against the name that was asked for, wherever it was connected to."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import ssl
from collections.abc import AsyncIterator, Callable

import pytest
import trustme

from aggregator.core import errors
from aggregator.edges import fetch

pytestmark = pytest.mark.anyio

Make = Callable[..., fetch.Fetcher]


async def _resolve(_: str) -> list[str]:
    return ["127.0.0.1"]


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>")
    await writer.drain()
    writer.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority of our own, made for this run."""
    return trustme.CA()


@pytest.fixture
async def port(authority: trustme.CA, anyio_backend: str) -> AsyncIterator[int]:
    """The port of an https server that is feeds.test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("feeds.test").configure_cert(context)
    server = await asyncio.start_server(_talk, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test authority is trusted, in the way that operators trust theirs."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.mark.usefixtures("trusted")
async def test_a_trusted_name(make: Make, port: int) -> None:
    """The certificate is for the name, not for the address that was connected to."""
    response = await make(resolve=_resolve).fetch(f"https://feeds.test:{port}/")
    assert response.body == b"<rss/>"


@pytest.mark.usefixtures("trusted")
async def test_another_name_is_refused(make: Make, port: int) -> None:
    """A certificate for somebody else is none."""
    with pytest.raises(errors.FetchError, match="its certificate is not valid: Hostname mismatch") as caught:
        await make(resolve=_resolve).fetch(f"https://other.test:{port}/")
    assert caught.value.kind == "tls"


async def test_an_unknown_authority_is_refused(make: Make, port: int) -> None:
    """Nobody can vouch for himself."""
    with pytest.raises(errors.FetchError, match="its certificate is not valid") as caught:
        await make(resolve=_resolve).fetch(f"https://feeds.test:{port}/")
    assert caught.value.kind == "tls"


async def test_a_server_without_tls(make: Make) -> None:
    """What answers in clear text where TLS is asked for is an error, not read."""

    async def clear(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(clear, "127.0.0.1", 0) as server:
        with pytest.raises(errors.FetchError, match="TLS failed: wrong version number") as caught:
            await make().fetch(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert caught.value.kind == "tls"


@pytest.mark.usefixtures("trusted")
async def test_through_a_proxy(make: Make, port: int) -> None:
    """A proxy is asked for a tunnel to the name, with its own password, and sees nothing else."""
    heads: list[bytes] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))

    async with await asyncio.start_server(tunnel, "127.0.0.1", 0) as server:
        proxy = f"http://jo:pass@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        response = await make(proxy=proxy, allow=()).fetch("https://feeds.test/", headers={"X-Key": "secret"})
    assert response.body == b"<rss/>"
    assert heads[0].startswith(b"CONNECT feeds.test:443 HTTP/1.1\r\n")
    assert b"proxy-authorization: basic am86cgfzcw==" in heads[0].lower()
    assert b"secret" not in heads[0]
