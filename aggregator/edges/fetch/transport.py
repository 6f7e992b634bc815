"""httpx on connections that only reach vetted addresses and only bring so many bytes."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import os
import ssl
import urllib.parse
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, Literal

import httpcore
import httpx

from aggregator.core import errors, limits, text
from aggregator.edges.fetch import addresses, decode, wire

Resolve = Callable[[str], Awaitable[Sequence[str]]]

_PART = 16_384  # bytes read at once: between two reads the others get their turn
_TRIED = 4  # addresses of one host


class Stream(httpcore.AsyncNetworkStream):
    """A connection with a budget of bytes that may come in: first for headers, and when they are read for the body."""

    def __init__(self, connection: wire.Wire, bounds: limits.Limits) -> None:
        self._wire = connection
        self._bounds = bounds
        self._left = bounds.headers
        self._phase: Literal["headers", "body", "body until closed"] = "headers"
        self.last = b""

    def expect_body(self, *, until_closed: bool) -> None:
        """The headers are read. The budget is twice the body's limit: chunked, small bodies grow on the wire, big ones hardly."""
        self._left = 2 * self._bounds.body + self._bounds.headers
        self._phase = "body until closed" if until_closed else "body"

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's)
        """The next bytes; FetchError when they end too early, TooLarge when there are too many."""
        if self._left <= 0:
            raise headers_too_large(self._bounds.headers) if self._phase == "headers" else decode.too_large(self._bounds.body)
        try:
            data = await self._wire.read(min(max_bytes, _PART))
        except OSError:
            raise self._cut() from None
        if not data and self._phase != "body until closed":
            raise self._cut()
        self._left -= len(data)
        self.last = data or self.last
        return data

    def _cut(self) -> errors.FetchError:
        if self._phase == "headers":
            return errors.FetchError("closed the connection without a proper answer")
        return errors.FetchError("the connection ended in the middle of the body", kind="incomplete")

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 (httpcore's)
        """Send."""
        self._wire.write(buffer)

    async def aclose(self) -> None:
        """Close the connection."""
        self._wire.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's)
    ) -> httpcore.AsyncNetworkStream:
        """The same connection under TLS; FetchError (tls) when the other side cannot or is not who it should be."""
        try:
            await self._wire.start_tls(ssl_context, server_hostname or "")
        except OSError as error:
            raise errors.FetchError(_explain_tls(error), kind="tls") from None
        return Stream(self._wire, self._bounds)

    def get_extra_info(self, info: str) -> Any:
        """Nothing that httpcore needs when it neither keeps connections nor speaks HTTP/2."""
        return None


def headers_too_large(limit: int) -> errors.TooLarge:
    """The error of headers above the limit, in bytes."""
    return errors.TooLarge(f"headers larger than {limit:,} bytes; raise settings.limits.headers if they may be")


def _explain_tls(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {text.shorten(text.one_line(error.verify_message), 120)}"
    if isinstance(error, ssl.SSLError) and error.reason:
        return f"TLS failed: {text.shorten(text.one_line(error.reason.replace('_', ' ').lower()), 80)}"
    return "TLS failed: the connection was closed"


class Backend(httpcore.AsyncNetworkBackend):
    """Connects to addresses, never to names: resolved once, all vetted, tried in turn; so no second answer of DNS counts."""

    def __init__(self, bounds: limits.Limits, resolve: Resolve, allow: Sequence[addresses.Network] | None) -> None:
        self._bounds = bounds
        self._resolve = resolve
        self._allow = allow  # None: whatever it is (the proxy, which the operator named)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to a host; AddressRefused, or FetchError (dns, connect, timeout)."""
        found = (await self._vetted(host))[:_TRIED]
        patience = self._bounds.seconds / 2 / len(found)
        refusal = errors.FetchError("")
        for address in found:
            try:
                async with asyncio.timeout(patience):
                    return Stream(await wire.connect(address, port), self._bounds)
            except TimeoutError:
                refusal = errors.FetchError(f"port {port} of {host} took no connection within {patience:g} s", kind="timeout")
            except OSError as error:
                reason = os.strerror(error.errno) if error.errno else "no connection"
                refusal = errors.FetchError(f"cannot reach port {port} of {host}: {reason}", kind="connect")
        raise refusal

    async def _vetted(self, host: str) -> list[str]:
        spelled = addresses.literal(host)
        found = [spelled] if spelled else [ipaddress.ip_address(one.partition("%")[0]) for one in await self._resolve(host)]
        if not found:
            raise errors.FetchError(f"{host} has no address", kind="dns")
        if self._allow is not None:
            addresses.vet(host, found, self._allow)
        return [str(one) for one in found]


class Transport(httpx.AsyncBaseTransport):
    """Sends requests without body, each on a connection of its own: most hosts have one feed, and stale connections fail.

    Each has its own pool too, which closes whatever came of it: a shared one is slow, for it looks at all of its connections
    at every request, and it keeps those for ever whose request was cancelled between connecting and sending.
    """

    def __init__(self, bounds: limits.Limits, resolve: Resolve, allow: Sequence[addresses.Network], proxy: str | None) -> None:
        self._allow = allow
        self._proxy = None if proxy is None else _proxy(proxy, self._trust)
        self._backend = Backend(bounds, resolve, allow if proxy is None else None)

    @functools.cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom to believe. Reading all the certificates takes as long as a hundred fetches, so it waits for an https address."""
        return httpx.create_ssl_context()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not read yet; FetchError and its kinds, or httpcore's exceptions."""
        url = request.url
        if self._proxy is not None:
            self._vet_known(url.raw_host.decode("ascii"))
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        trust = self._trust if url.raw_scheme == b"https" else None
        pool = httpcore.AsyncConnectionPool(ssl_context=trust, proxy=self._proxy, network_backend=self._backend)
        try:
            answer = await pool.handle_async_request(httpcore.Request(request.method, target, headers=request.headers.raw))
        except BaseException:
            await pool.aclose()
            raise
        kept = [pair for pair in answer.headers if pair[0].lower() != b"set-cookie"]
        response = httpx.Response(answer.status, headers=kept, stream=_Answer(answer, pool), extensions=answer.extensions)
        response.headers.encoding = "latin-1"  # so that each byte is kept
        return response

    def _vet_known(self, host: str) -> None:
        address = addresses.known(host)
        if address is not None:
            addresses.vet(host, [address], self._allow)


async def body(answer: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body of an answer as it comes; FetchError (incomplete) when its length is not what was declared."""
    connection = answer.extensions["network_stream"]
    framed = "content-length" in answer.headers
    connection.expect_body(until_closed=not framed and "transfer-encoding" not in answer.headers)
    part = b""
    async for part in answer.aiter_raw():
        yield part
    if framed and not connection.last.endswith(part):
        raise errors.FetchError("sent more than the Content-Length it declared; its server is broken", kind="incomplete")


def _proxy(url: str, trust: ssl.SSLContext) -> httpcore.Proxy:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a proxy is http://host:port or https://host:port")
    name, password = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
    bare = urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", ""))
    return httpcore.Proxy(bare, auth=(name, password) if name else None, ssl_context=trust if parts.scheme == "https" else None)


class _Answer(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response, pool: httpcore.AsyncConnectionPool) -> None:
        self._answer = answer
        self._pool = pool

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        """Close the connection."""
        try:
            await self._answer.aclose()
        finally:
            await self._pool.aclose()
