"""Gets bytes from strangers: conditional GET with limits of size, time, redirects and addresses."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import functools
import types
import urllib.parse
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import cast

import httpx

from aggregator.core import errors, limits, model, text, urls
from aggregator.edges.fetch import addresses, challenges, decode, faults, fields, links, names, transport
from aggregator.edges.fetch import answer as replies

_SUCCESS = (200, 203)  # 203 is a 200 that a proxy edited (RFC 9110 15.3.4); other 2xx are not the whole document
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_KEEPING = (307, 308)  # redirects that keep the method (RFC 9110 15.4.8)
_LONGEST_TYPE = 200  # characters
_LOOK = 2.0  # seconds for a look into the page of an error
_NO_VALIDATORS = model.Validators()
_NO_HEADERS: Mapping[str, str] = types.MappingProxyType({})


Hop = Callable[[str, str], Awaitable[None]]
"""Given the address that redirects and the one it names, waits until that may be asked."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """What a fetch was asked for: the gated url, what all on the way may see, and what only its origin may."""

    url: str
    validators: model.Validators
    open: fields.Pairs
    secret: fields.Pairs
    conditional: bool
    delta: bool  # a document of what is new will do
    known: Collection[str]
    allow: bool = True  # networks of the operator's own may be asked


class Fetcher:
    """Fetches urls, and keeps nothing between two fetches, neither cookies nor connections, but two counts.

    `requests`: how many were made, redirects included. `received`: bytes of bodies, as they came over the wire.

    `allow`: networks that may be asked although not public. `proxy`: an http(s) address that all fetches go through; it is
    asked whatever its own address, and resolves the names. `resolve`: a host's addresses, by the system unless given. `hop` is
    waited for before a redirect is followed; that takes nothing of the time that a fetch may take.
    """

    def __init__(
        self,
        *,
        limits: limits.Limits,
        user_agent: str,
        allow: Sequence[addresses.Network] = (),
        proxy: str | None = None,
        resolve: transport.Resolve | None = None,
        hop: Hop | None = None,
    ) -> None:
        self.requests = 0
        self._hop = hop
        self.received = 0
        self._limits = limits
        self._user_agent = user_agent
        self._names = names.Names()
        # without httpx.AsyncClient around it, which keeps cookies, follows redirects in thought and logs whole addresses
        self._transport = transport.Transport(limits, resolve or self._names.resolve, allow, proxy)

    async def fetch(
        self,
        url: str,
        validators: model.Validators = _NO_VALIDATORS,
        headers: Mapping[str, str] = _NO_HEADERS,
        *,
        known: Collection[str] = (),
        allow: bool = True,
    ) -> model.Response:
        """What a url answers, redirects followed, decoded; or that nothing changed since it gave these `validators`.

        `headers`, and the user name and password of the url, go to the url's own scheme, host and port only; validators go
        along with redirects, for they came from wherever the last answer came from. A compressed body whose hash is `known` is
        not decoded again. With `allow` off, networks that are not public are not asked, whatever the operator allows.
        Raises FetchError and its kinds.
        """
        try:
            async with asyncio.timeout(self._limits.seconds) as patience:
                with faults.at(functools.partial(fields.shown, url)):
                    asked = dataclasses.replace(self._ask(url, validators, headers, known), allow=allow)
                return await self._follow(asked, functools.partial(_patiently, patience, self._hop))
        except TimeoutError:
            raise errors.FetchError(f"{fields.shown(url)}: took longer than {self._limits.seconds:g} s", kind="timeout") from None

    async def post(self, url: str, form: Mapping[str, str | Sequence[str]], *, allow: bool = True) -> None:
        """Send a form to an address, which must take it with a 2xx; redirects that keep the method are followed, never off https.

        With `allow` off, only public addresses are asked. Raises FetchError and its kinds.
        """
        pairs = fields.posting(self._user_agent, fields.FORM, _NO_HEADERS)
        await self._post(url, urllib.parse.urlencode(form, doseq=True).encode("ascii"), pairs, [], allow=allow)

    async def send(self, url: str, body: str, headers: Mapping[str, str]) -> None:
        """Send JSON to an address that the operator names, as `post` does a form; these headers go along, redirected or not.

        User name and password of the url go to its own scheme, host and port only. Raises FetchError and its kinds.
        """
        pairs = fields.posting(self._user_agent, fields.JSON, headers)
        await self._post(url, body.encode(), pairs, fields.secret(url, _NO_HEADERS), allow=True)

    async def _post(self, url: str, body: bytes, pairs: fields.Pairs, secret: fields.Pairs, *, allow: bool) -> None:
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._posted(url, body, pairs, secret, allow=allow)
        except TimeoutError:
            raise errors.FetchError(f"{fields.shown(url)}: took longer than {self._limits.seconds:g} s", kind="timeout") from None

    async def _posted(self, url: str, body: bytes, pairs: fields.Pairs, secret: fields.Pairs, *, allow: bool) -> None:
        asked = url
        for _ in range(self._limits.redirects + 1):
            with faults.at(functools.partial(_place, asked, url)):
                own = fields.merged(pairs, secret) if origin(url) == origin(asked) else pairs
                request = httpx.Request("POST", url, headers=own, content=body, extensions={"allow": allow})
                async with self._sent(request) as answer:
                    if answer.status_code not in _KEEPING:
                        return _taken(answer, url)
                    target = fields.location(_first(answer, "location"), url)
                    if url.startswith("https:") and not target.startswith("https:"):
                        raise errors.AddressRefused(f"redirects to {fields.shown(target)}, where anybody could read what is sent")
                    url = target
        raise errors.FetchError(f"{fields.shown(asked)}: more than {self._limits.redirects} redirects", kind="redirect")

    async def aclose(self) -> None:
        """Let go of the threads that resolve names; connections end with their fetches."""
        self._names.close()

    def _ask(self, url: str, validators: model.Validators, headers: Mapping[str, str], known: Collection[str]) -> _Asked:
        gated = urls.gate(url)
        if gated is None:
            raise errors.AddressRefused("is no http(s) address")
        conditional = fields.conditional(validators)
        delta = fields.delta(conditional)
        return _Asked(
            url=urllib.parse.urldefrag(gated).url,
            validators=validators,
            open=[*fields.common(self._user_agent), *conditional, *delta],
            secret=fields.secret(url, headers),
            conditional=bool(conditional),
            delta=bool(delta),
            known=known,
        )

    async def _follow(self, asked: _Asked, hop: Hop) -> model.Response:
        url, moved, permanent = asked.url, None, True
        for _ in range(self._limits.redirects + 1):
            with faults.at(functools.partial(_place, asked.url, url)):
                async with self._answer(asked, url) as answer:
                    if answer.status_code not in _REDIRECTS:
                        response = await self._read(asked, url, answer)
                        return dataclasses.replace(response, moved_to=moved if moved != asked.url else None)
                    before, url = url, fields.location(_first(answer, "location"), url)
                    permanent = permanent and answer.status_code in _PERMANENT
                    moved = url if permanent else moved
            await hop(before, url)
        raise errors.FetchError(f"{fields.shown(asked.url)}: more than {self._limits.redirects} redirects", kind="redirect")

    def _answer(self, asked: _Asked, url: str) -> contextlib.AbstractAsyncContextManager[httpx.Response]:
        pairs = fields.merged(asked.open, asked.secret) if origin(url) == origin(asked.url) else asked.open
        return self._sent(httpx.Request("GET", url, headers=pairs, extensions={"allow": asked.allow}))

    @contextlib.asynccontextmanager
    async def _sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        self.requests += 1
        answer = await self._transport.handle_async_request(request)
        try:
            if sum(len(name) + len(value) + 4 for name, value in answer.headers.raw) > self._limits.headers:
                raise replies.headers_too_large(self._limits.headers)
            yield answer
        finally:
            await answer.aclose()

    async def _read(self, asked: _Asked, url: str, answer: httpx.Response) -> model.Response:
        now = datetime.datetime.now(datetime.UTC)
        sent = fields.validators(_first(answer, "etag"), _first(answer, "last-modified"))
        fresh = fields.max_age(answer.headers, now)
        if answer.status_code == 304 and asked.conditional:
            kept = model.Validators(sent.etag or asked.validators.etag, sent.last_modified or asked.validators.last_modified)
            return model.Response(url, 304, validators=kept, not_modified=True, max_age=fresh)
        delta = asked.delta and fields.is_delta(answer.status_code, _first(answer, "im"))
        if answer.status_code not in _SUCCESS and not (answer.status_code == 226 and delta):
            waits = fields.retry_after(_first(answer, "retry-after"), fields.moment(_first(answer, "date")) or now)
            raise await self._refusal(answer, waits, url)
        body = await self._body(answer)
        packed = body.packed
        repeated = bool(packed) and packed in asked.known
        whole = b"" if repeated else body.finish()
        if whose := challenges.is_page(answer.headers) and challenges.recognised(answer.headers, whole, success=True):
            raise faults.challenged(answer.status_code, whose, None, url)
        return model.Response(
            url=url,
            status=answer.status_code,
            body=whole,
            content_type=text.shorten(text.one_line(_first(answer, "content-type")), _LONGEST_TYPE),
            content_location=urls.gate(_first(answer, "content-location") or "data:", url) or "",
            validators=sent,
            received=body.received,
            delta=delta,
            packed=packed,
            repeated=repeated,
            max_age=fresh,
            hubs=links.related(answer.headers.get_list("link"), "hub", url),
            topic=next(iter(links.related(answer.headers.get_list("link"), "self", url)), None),
        )

    async def _refusal(self, answer: httpx.Response, retry_after: float | None, url: str) -> errors.StatusError:
        """The error of an answer that is no success: a bot check, if its headers or the start of its page say so."""
        start = await self._start(answer) if challenges.is_page(answer.headers) else b""
        whose = challenges.recognised(answer.headers, start, success=False)
        if whose:
            return faults.challenged(answer.status_code, whose, retry_after, url)
        return faults.status(answer.status_code, retry_after, url)

    async def _start(self, answer: httpx.Response) -> bytes:
        """The first bytes of a page, as far as they come in time and can be read; only looked at."""
        body = decode.Body("", self._limits.body)  # gzip is told by its first bytes
        with contextlib.suppress(errors.FetchError, TimeoutError, *faults.FOREIGN):
            parts = cast(AsyncGenerator[bytes, None], answer.aiter_raw())
            async with asyncio.timeout(_LOOK), contextlib.aclosing(parts):
                async for part in parts:
                    self.received += len(part)
                    body.feed(part)
                    if body.received >= challenges.START:
                        break
        return body.begun(challenges.START)

    async def _body(self, answer: httpx.Response) -> decode.Body:
        body = decode.Body(answer.headers.get("content-encoding", ""), self._limits.body)
        length = _first(answer, "content-length")
        if length and int(length) > self._limits.body:
            raise decode.too_large(self._limits.body)
        async for part in answer.aiter_raw():
            self.received += len(part)
            body.feed(part)
        return body


async def _patiently(patience: asyncio.Timeout, hop: Hop | None, before: str, url: str) -> None:
    """Wait for a hop, and give back the time that took."""
    until = patience.when()
    if hop is None or until is None:
        return
    clock = asyncio.get_running_loop().time
    begun = clock()
    patience.reschedule(None)
    await hop(before, url)
    patience.reschedule(until + clock() - begun)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a gated url (RFC 6454): where its secrets may go."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def _first(answer: httpx.Response, name: str) -> str:
    found = answer.headers.get_list(name)
    return found[0] if found else ""


def _taken(answer: httpx.Response, url: str) -> None:
    if answer.status_code // 100 != 2:
        waits = fields.retry_after(_first(answer, "retry-after"), datetime.datetime.now(datetime.UTC))
        raise faults.status(answer.status_code, waits, url)


def _place(asked: str, url: str) -> str:
    return fields.shown(asked) if url == asked else f"{fields.shown(asked)} → {fields.shown(url)}"
