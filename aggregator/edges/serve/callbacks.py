"""What hubs ask and deliver under `/websub/TOKEN` (WebSub 5.3 and 7): bounded, and answered before anything is read of it."""

from __future__ import annotations

import asyncio

from starlette import requests, responses

from aggregator.edges.serve import answers
from aggregator.edges.serve import view as views

PATH = "/websub/{token}"
_AT_ONCE = 4  # deliveries that come in at the same time
_RETRY = "60"  # seconds
_TYPES = ("xml", "json", "text/plain", "application/octet-stream")
"""Parts of the media types that feeds are delivered under; what it is its bytes decide, as with polls."""
_LONGEST_CHALLENGE = 4_096  # characters; a longer one is no hub's
_LONGEST_TYPE = 200


class Site:
    """The addresses for hubs."""

    def __init__(self, callbacks: views.Callbacks) -> None:
        self._callbacks = callbacks
        self._coming = asyncio.Semaphore(_AT_ONCE)

    async def answer(self, request: requests.Request) -> responses.Response:
        """The answer to a hub, or to whoever found the address."""
        token = request.path_params["token"]
        if not self._callbacks.known(token):
            return answers.text(404, "not found")
        if request.method == "POST":
            return await self._delivered(request, token)
        return await self._asked(request, token)

    async def _asked(self, request: requests.Request, token: str) -> responses.Response:
        """The challenge goes back byte for byte when we asked for this; else 404, as for what we know nothing of."""
        asked = dict(request.query_params)
        if request.method != "GET" or len(asked.get("hub.challenge", "")) > _LONGEST_CHALLENGE:
            return answers.text(404, "not found")
        words = await self._callbacks.confirm(token, asked)
        if words is None:
            return answers.text(404, "not found")
        return responses.PlainTextResponse(words, 200, {**answers.safe(), "cache-control": "no-store"})

    async def _delivered(self, request: requests.Request, token: str) -> responses.Response:
        if self._callbacks.full(token) or self._coming.locked():
            self._callbacks.refused()
            return answers.text(503, "too much at once", {"retry-after": _RETRY})
        async with self._coming:
            refusal = _refusal(request) or await self._taken(request, token)
        if refusal is None:
            return answers.text(202, "accepted")
        self._callbacks.refused()
        return answers.text(*refusal, {"connection": "close"})

    async def _taken(self, request: requests.Request, token: str) -> tuple[int, str] | None:
        try:
            async with asyncio.timeout(self._callbacks.patience):
                body = await _body(request, self._callbacks.largest)
        except TimeoutError:
            return 408, "it took too long to come"
        except requests.ClientDisconnect:
            return 400, "it ended before its end"
        if body is None:
            return 413, "too large"
        kind = request.headers.get("content-type", "")[:_LONGEST_TYPE]
        await self._callbacks.take(token, views.Delivery(kind, tuple(request.headers.getlist("x-hub-signature")), body))
        return None


def _refusal(request: requests.Request) -> tuple[int, str] | None:
    """Why a delivery is not read, by its head alone."""
    kind = request.headers.get("content-type", "").partition(";")[0].lower()
    if not any(part in kind for part in _TYPES):
        return 415, "no feed is of this type"
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        return 415, "not in this coding"
    return None


async def _body(request: requests.Request, largest: int) -> bytes | None:
    """The body; None when it is too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > largest:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
    return b"".join(parts)
