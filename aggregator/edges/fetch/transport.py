"""httpx on connections that only reach vetted addresses and only bring so many bytes."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore
import httpx

from aggregator.core import errors, limits, text
from aggregator.edges.fetch import addresses, decode

Resolve = Callable[[str], Awaitable[Sequence[str]]]

_PART = 16_384                            # bytes read at once: between two reads the others get their turn
_TRIED = 4                                # addresses of one host
_POOLS = 16                               # httpcore looks at every connection of a pool at every request


class Stream(httpcore.AsyncNetworkStream):
    """A connection with a budget of bytes that may come in: first for headers, and when they are read for the body."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, bounds: limits.Limits) -> None:
        self._inner = inner
        self._bounds = bounds
        self._left = bounds.headers
        self._refusal: errors.FetchError = headers_too_large(bounds.headers)
        self._ending: errors.FetchError | None = errors.FetchError("closed the connection without an answer")
        self.last = b""

    def expect_body(self, *, until_closed: bool) -> None:
        """The headers are read. Chunks of one byte each may sextuple a small body, not a big one."""
        self._left = 2 * self._bounds.body + self._bounds.headers
        self._refusal = decode.too_large(self._bounds.body)
        self._ending = None if until_closed else broken_off()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes; FetchError when they end too early, TooLarge when there are too many."""
        if self._left <= 0:
            raise self._refusal
        data = await self._inner.read(min(max_bytes, _PART), timeout)
        if not data and self._ending is not None:
            raise self._ending
        self._left -= len(data)
        self.last = data or self.last
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same connection under TLS; FetchError (tls) when the other side cannot or is not who it should be."""
        try:
            inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except (httpcore.ConnectError, ssl.SSLError, OSError) as error:
            raise errors.FetchError(_explain_tls(error), kind="tls") from None
        return Stream(inner, self._bounds)

    def get_extra_info(self, info: str) -> Any:
        """What is below, for httpcore."""
        return self._inner.get_extra_info(info)


def headers_too_large(limit: int) -> errors.TooLarge:
    """The error of headers above the limit, in bytes."""
    return errors.TooLarge(f"headers larger than {limit:,} bytes; raise the limit `headers` if they may be")


def broken_off() -> errors.FetchError:
    """The error of a body that is not all there."""
    return errors.FetchError("the connection ended in the middle of the body", kind="incomplete")


def _explain_tls(error: Exception) -> str:
    cause = error.__cause__ if isinstance(error, httpcore.ConnectError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {text.shorten(text.one_line(cause.verify_message), 120)}"
    reason = cause.reason if isinstance(cause, ssl.SSLError) and cause.reason else "connection closed"
    return f"TLS failed: {text.shorten(text.one_line(reason.replace('_', ' ').lower()), 80)}"


class Backend(httpcore.AsyncNetworkBackend):
    """Connects to addresses, never to names: resolved once, all vetted, tried in turn; so no second answer of DNS counts."""

    def __init__(self, bounds: limits.Limits, resolve: Resolve, allow: Sequence[addresses.Network] | None) -> None:
        self._bounds = bounds
        self._resolve = resolve
        self._allow = allow                # None: whatever it is (the proxy, which the operator named)
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
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
                    return Stream(await self._sockets.connect_tcp(address, port, socket_options=socket_options), self._bounds)
            except TimeoutError:
                refusal = errors.FetchError(f"{host} did not take a connection on port {port}", kind="timeout")
            except (httpcore.ConnectError, OSError):
                refusal = errors.FetchError(f"{host} refuses connections on port {port}, or cannot be reached", kind="connect")
        raise refusal

    async def _vetted(self, host: str) -> list[str]:
        spelled = addresses.literal(host)
        found = [spelled] if spelled else [addresses.parse(one) for one in await self._resolve(host)]
        if not found:
            raise errors.FetchError(f"{host} has no address", kind="dns")
        if self._allow is not None:
            addresses.vet(host, found, self._allow)
        return [str(one) for one in found]


class Transport(httpx.AsyncBaseTransport):
    """Sends requests without body, each on a connection of its own: reuse would save little and let stale ones fail."""

    def __init__(
        self, bounds: limits.Limits, resolve: Resolve, allow: Sequence[addresses.Network], proxy: httpcore.Proxy | None
    ) -> None:
        self._allow = allow
        self._proxied = proxy is not None
        backend = Backend(bounds, resolve, None if self._proxied else allow)
        trust = httpx.create_ssl_context()
        self._pools = tuple(
            httpcore.AsyncConnectionPool(
                ssl_context=trust, proxy=proxy, max_connections=None, max_keepalive_connections=0, network_backend=backend
            )
            for _ in range(_POOLS)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not read yet; FetchError and its kinds, or httpcore's exceptions."""
        url = request.url
        if self._proxied:
            self._vet_literal(url.raw_host.decode("ascii"))
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        pool = self._pools[zlib.crc32(url.raw_host) % _POOLS]
        answer = await pool.handle_async_request(httpcore.Request(request.method, target, headers=request.headers.raw))
        kept = [pair for pair in answer.headers if pair[0].lower() != b"set-cookie"]
        response = httpx.Response(answer.status, headers=kept, stream=_Answer(answer), extensions=answer.extensions)
        response.headers.encoding = "latin-1"  # so that each byte is kept
        return response

    def _vet_literal(self, host: str) -> None:
        spelled = addresses.literal(host)
        if spelled is not None:
            addresses.vet(host, [spelled], self._allow)

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools:
            await pool.aclose()


class _Answer(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._answer.aiter_stream():
                yield part
        except httpcore.ReadError:
            raise broken_off() from None

    async def aclose(self) -> None:
        await self._answer.aclose()
