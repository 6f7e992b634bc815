"""httpx's way of sending a request, on connections that only reach vetted addresses and only bring so many bytes.

httpcore, which httpx brings along, spends four times as much on a fetch, most of it on pools of connections and on a parser in
Python; here a request has a connection of its own, and llhttp reads the answer.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import functools
import ipaddress
import os
import ssl
import urllib.parse
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx

from aggregator.core import errors, limits, text
from aggregator.edges.fetch import addresses, answer, wire

Resolve = Callable[[str], Awaitable[Sequence[str]]]

_TRIED = 4  # addresses of one host
_PORTS = {"http": 80, "https": 443}
_LINE_ENDS = frozenset(b"\r\n\0")


@dataclasses.dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: where it is, and the header by which it knows us."""

    scheme: str
    host: str
    port: int
    authorization: tuple[tuple[bytes, bytes], ...] = ()


class Backend:
    """Connects to addresses, never to names: resolved once, all vetted, tried in turn; so no second answer of DNS counts."""

    def __init__(self, bounds: limits.Limits, resolve: Resolve, allow: Sequence[addresses.Network] | None) -> None:
        self._bounds = bounds
        self._resolve = resolve
        self._allow = allow  # None: whatever it is (the proxy, which the operator named)

    async def connect(self, host: str, port: int) -> wire.Wire:
        """A connection to a host; AddressRefused, or FetchError (dns, connect, timeout)."""
        found = (await self._vetted(host))[:_TRIED]
        patience = self._bounds.seconds / 2 / len(found)
        refusal = errors.FetchError("")
        for address in found:
            try:
                async with asyncio.timeout(patience):
                    return await wire.connect(address, port)
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
    """Sends requests, each on a connection of its own: most hosts have one feed, and stale connections fail.

    What a request carries is small, held in memory and sent with its head.
    """

    def __init__(self, bounds: limits.Limits, resolve: Resolve, allow: Sequence[addresses.Network], proxy: str | None) -> None:
        self._bounds = bounds
        self._allow = allow
        self._proxy = None if proxy is None else _proxy(proxy)
        self._backend = Backend(bounds, resolve, allow if proxy is None else None)
        self._strict = Backend(bounds, resolve, ()) if proxy is None else self._backend

    @functools.cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom to believe. Reading all the certificates takes as long as a hundred fetches, so it waits for an https address."""
        return httpx.create_ssl_context()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body not read yet; the extension `allow`, when it is off, keeps it to public addresses.

        Raises FetchError and its kinds.
        """
        url = request.url
        host, port = url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]
        connection = await self._connected(url.scheme, host, port, allow=request.extensions.get("allow", True))
        try:
            connection.write(self._said(request))
            read = answer.Answer(connection, self._bounds)
            await read.head()
        except BaseException:
            connection.close()
            raise
        kept = [pair for pair in read.headers if pair[0].lower() != b"set-cookie"]
        response = httpx.Response(read.status, headers=kept, stream=_Body(read, connection))
        response.headers.encoding = "latin-1"  # so that each byte is kept
        return response

    async def _connected(self, scheme: str, host: str, port: int, *, allow: bool) -> wire.Wire:
        """A connection by which the host is reached, through the proxy if there is one; under TLS for https."""
        if self._proxy is None:
            connection = await (self._backend if allow else self._strict).connect(host, port)
        else:
            self._vet_known(host, self._allow if allow else ())
            connection = await self._backend.connect(self._proxy.host, self._proxy.port)
        try:
            if self._proxy is not None and self._proxy.scheme == "https":
                await self._under_tls(connection, self._proxy.host)
            if scheme == "https":
                if self._proxy is not None:
                    await self._tunnelled(connection, self._proxy, host, port)
                await self._under_tls(connection, host)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _under_tls(self, connection: wire.Wire, host: str) -> None:
        """Go on under TLS; FetchError (tls) when the other side cannot or is not who it should be."""
        try:
            await connection.start_tls(self._trust, host.strip("[]"))
        except OSError as error:
            raise errors.FetchError(_explain_tls(error), kind="tls") from None

    async def _tunnelled(self, connection: wire.Wire, proxy: Proxy, host: str, port: int) -> None:
        """Have the proxy connect to a host (RFC 9110 9.3.6); FetchError (connect) when it does not."""
        place = f"{host}:{port}".encode("ascii")
        connection.write(_request(b"CONNECT", place, [(b"Host", place), *proxy.authorization]))
        read = answer.Answer(connection, self._bounds)
        await read.head()
        if read.status // 100 != 2:
            raise errors.FetchError("the proxy refuses to connect; check settings.proxy", kind="connect")

    def _said(self, request: httpx.Request) -> bytes:
        """A request as it goes over the wire; to a proxy the whole address is said (RFC 9112 3.2.2)."""
        url, method = request.url, request.method.encode("ascii")
        if self._proxy is None or url.scheme == "https":
            return _request(method, url.raw_path, request.headers.raw) + request.content
        whole = b"%b://%b%b" % (url.raw_scheme, url.netloc, url.raw_path)
        return _request(method, whole, [*request.headers.raw, *self._proxy.authorization]) + request.content

    def _vet_known(self, host: str, allow: Sequence[addresses.Network]) -> None:
        address = addresses.known(host)
        if address is not None:
            addresses.vet(host, [address], allow)


def _request(method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The head of a request (RFC 9112 3); FetchError (protocol) for what would be more than that."""
    lines = [b"%b %b HTTP/1.1" % (method, target), *(b"%b: %b" % pair for pair in headers)]
    if any(_LINE_ENDS.intersection(line) for line in lines):
        raise errors.FetchError("a header of the request holds a line break", kind="protocol")
    return b"\r\n".join([*lines, b"", b""])


def _explain_tls(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {text.shorten(text.one_line(error.verify_message), 120)}"
    if isinstance(error, ssl.SSLError) and error.reason:
        return f"TLS failed: {text.shorten(text.one_line(error.reason.replace('_', ' ').lower()), 80)}"
    return "TLS failed: the connection was closed"


def _proxy(url: str) -> Proxy:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a proxy is http://host:port or https://host:port")
    name, password = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
    basic = base64.b64encode(f"{name}:{password}".encode())
    authorization = ((b"Proxy-Authorization", b"Basic " + basic),) if name else ()
    return Proxy(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], authorization)


class _Body(httpx.AsyncByteStream):
    def __init__(self, read: answer.Answer, connection: wire.Wire) -> None:
        self._read = read
        self._connection = connection

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._read.body()

    async def aclose(self) -> None:
        """Close the connection."""
        self._connection.close()
