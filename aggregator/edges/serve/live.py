"""What happens, told to open pages as it happens: server-sent events (the HTML standard, 9.2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette import requests, responses

from aggregator.edges.serve import answers
from aggregator.edges.serve import view as views

WATCHERS = 100  # pages at a time; further ones are asked to come back later
LONGEST = 90.0  # seconds of one answer, which is less than any answer may take; browsers then ask again by themselves
QUIET = 20.0  # seconds after which a line that says nothing keeps connections open
_PAUSE = 1.0  # seconds in which what happens is gathered


class Watching:
    """The address of the events; it counts who watches."""

    def __init__(self, view: views.View) -> None:
        self._view = view
        self._watchers = 0

    async def answer(self, request: requests.Request) -> responses.Response:
        """The events from now on; after a break from where it was, as the browser says."""
        if self._watchers >= WATCHERS:
            return answers.text(503, "too many pages are open", {"retry-after": "60"})
        headers = {**answers.safe(), "cache-control": "no-store", "x-accel-buffering": "no"}
        if request.method == "HEAD":
            return responses.Response(None, 200, headers, "text/event-stream")
        since = request.headers.get("last-event-id", "")
        after = int(since) if since.isascii() and since.isdecimal() and len(since) < 16 else None
        return responses.StreamingResponse(self._events(after), 200, headers, "text/event-stream")

    async def _events(self, after: int | None) -> AsyncIterator[str]:
        """Polls one by one, then that there is something new; nothing of what was before the page was opened."""
        self._watchers += 1
        try:
            clock = asyncio.get_running_loop().time
            end = clock() + LONGEST
            yield "retry: 5000\n\n"
            last = after if after is not None else (await self._view.news(0, 0))[0]
            while (left := end - clock()) > 0:
                before = last
                last, told = await self._view.news(before, min(QUIET, left))
                for one in told:
                    yield f"event: poll\nid: {last}\ndata: {json.dumps(one, ensure_ascii=True)}\n\n"
                yield f"event: news\nid: {last}\ndata: {{}}\n\n" if last != before else ": nothing yet\n\n"
                await asyncio.sleep(min(_PAUSE, max(0.0, left)))
        finally:
            self._watchers -= 1
