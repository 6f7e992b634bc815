"""Answers: what every one carries, short texts, and versions with codings and conditions."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping

from starlette import requests, responses, types

from aggregator.edges.serve import negotiate, version

STRICT = "default-src 'none'; sandbox"
_PIECE = 65_536  # bytes handed over at a time: a slow client holds no copy of the whole
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
SHARED = {"access-control-allow-origin": "*", "access-control-expose-headers": "ETag, Link"}
"""For what any page on the web may read: outputs, and errors in their place."""


class _Body(responses.Response):
    """Bytes sent piece by piece, each once the client has taken the one before."""

    async def __call__(self, scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        whole = memoryview(b"" if scope["method"] == "HEAD" else self.body)
        for start in range(0, len(whole) or 1, _PIECE):
            more = start + _PIECE < len(whole)
            await send({"type": "http.response.body", "body": whole[start : start + _PIECE], "more_body": more})


def safe(policy: str = STRICT, *, index: bool = False) -> dict[str, str]:
    """The headers that every answer carries: foreign text must not run, be guessed at, or be listed unless it may."""
    headers = {**_ALWAYS, "content-security-policy": policy}
    return headers if index else {**headers, "x-robots-tag": "noindex"}


def text(status: int, words: str, headers: Mapping[str, str] | None = None) -> responses.Response:
    """A line of text that nobody keeps."""
    return responses.PlainTextResponse(words + "\n", status, {**safe(), "cache-control": "no-store", **(headers or {})})


def preflight(allow: str) -> responses.Response:
    """What a browser wants to hear before it lets a page send a conditional request elsewhere (the Fetch standard, CORS)."""
    permitted = {"access-control-allow-methods": allow, "access-control-allow-headers": "*", "access-control-max-age": "86400"}
    return responses.Response(None, 204, {**safe(), **SHARED, **permitted, "allow": allow})


async def conditional(
    request: requests.Request, current: version.Version, media_type: str, headers: Mapping[str, str]
) -> responses.Response:
    """A version in the coding that the client likes best: 200, or 304 when it has it already; HEAD without the body.

    A client that holds another coding of the same version has it too; the 304 repeats the tag that it named.
    """
    now = time.time()
    common = {**headers, "vary": "Accept-Encoding"}
    if current.modified is not None:
        common["last-modified"] = email.utils.formatdate(min(current.modified, now), usegmt=True)
    coding = negotiate.coding(_field(request, "accept-encoding"))
    held = _held(request, current, coding, now)
    if held is not None:
        return responses.Response(None, 304, {**common, "etag": held})
    if coding != negotiate.IDENTITY:
        common["content-encoding"] = coding
    body = await current.coded(coding)
    return _Body(body, 200, {**common, "etag": current.tag(coding), "content-type": media_type})


def _held(request: requests.Request, current: version.Version, coding: str, now: float) -> str | None:
    """The tag of what the client holds, if that is still good; If-None-Match goes before If-Modified-Since (RFC 9110 13.2.2)."""
    named = _field(request, "if-none-match")
    if named is not None:
        return negotiate.matching(named, current.tags(coding))
    since = request.headers.get("if-modified-since")
    if since is None or current.modified is None:
        return None
    return current.tag(coding) if negotiate.unmodified(since, current.modified, now) else None


def _field(request: requests.Request, name: str) -> str | None:
    """A list field, its lines joined (RFC 9110 5.3)."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None
