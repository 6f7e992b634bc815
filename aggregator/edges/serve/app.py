"""The addresses: outputs, the page for people, health and metrics; and those for hubs."""

from __future__ import annotations

import asyncio
import pathlib
import secrets
from collections.abc import Mapping
from typing import Any

from starlette import applications, exceptions, requests, responses, routing

from aggregator.edges.serve import answers, callbacks, live, shelf, together, version
from aggregator.edges.serve import view as views

_HERE = ("127.0.0.1", "::1")
_ALLOW = "GET, HEAD, OPTIONS"


def application(
    folder: pathlib.Path, view: views.View, hubs: views.Callbacks | None = None, *, max_age: int = 60
) -> applications.Starlette:
    """The web application over the files of `folder` that `view` names; `max_age` (seconds): how long an output stays fresh.

    `hubs` is what hubs reach, if any may.

    Contract of each address: RFC 9110 (conditions, codings, methods), WebSub 4 (Link), RFC 9111 (Cache-Control).
    """
    site = _Site(folder, view, max_age)
    ours = [] if hubs is None else [routing.Route(callbacks.PATH, callbacks.Site(hubs).answer, methods=["GET", "POST"])]
    everything = routing.Route("/{path:path}", site.answer, methods=_ALLOW.split(", "))
    handlers: Mapping[Any, Any] = {exceptions.HTTPException: _refused, Exception: _failed}
    app = applications.Starlette(routes=[*ours, everything], exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


class _Site:
    """The addresses, each matched whole, with what they remember: the versions of the files and of the page."""

    def __init__(self, folder: pathlib.Path, view: views.View, max_age: int) -> None:
        self._view = view
        self._max_age = max_age
        self._shelf = shelf.Shelf(folder)
        self._made: version.Version | None = None
        self._making: together.Together[version.Version] = together.Together()
        self._watching = live.Watching(view)
        self._live = {
            "/": self._page,
            "/live": self._watching.answer,
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/metrics": self._metrics,
        }

    async def answer(self, request: requests.Request) -> responses.Response:
        """The answer to any request with a method that we know."""
        if request.method == "OPTIONS":
            return answers.preflight(_ALLOW)
        path = request.scope["path"]
        ours = self._live.get(path)
        return await ours(request) if ours is not None else await self._output(request, path.removeprefix("/"))

    async def _output(self, request: requests.Request, name: str) -> responses.Response:
        """A file of the folder. Only names from the view's table and ours are looked up; what a request says is never a path."""
        served = self._view.outputs.get(name) or views.ALWAYS.get(name) or self._private(name)
        if served is None:
            self._shelf.forget(name)
            gone = name in self._view.gone
            words = "gone: this output is no longer published" if gone else "not found"
            return answers.text(410 if gone else 404, words, answers.SHARED)
        current = await self._shelf.current(name)
        if current is None:
            return answers.text(503, "not published yet", {**answers.SHARED, "retry-after": "30"})
        if served.output and request.method == "GET":
            self._view.read(served.output, _client(request), request.headers.get("user-agent", ""))
        return await answers.conditional(request, current, served.media_type, self._headers(served))

    def _private(self, name: str) -> views.Served | None:
        """What lies under a token; how long it takes to find that there is nothing does not tell how near a guess was."""
        token, _, file = name.partition("/")
        given = token.encode("utf-8", "replace")
        found = [files for known, files in self._view.private.items() if secrets.compare_digest(known.encode("ascii"), given)]
        return found[0].get(file) if found else None

    def _headers(self, served: views.Served) -> dict[str, str]:
        policy = self._view.page_policy if served is views.INDEX else served.policy or answers.STRICT
        headers = {
            **answers.safe(policy, index=served.index),
            **answers.SHARED,
            "cache-control": f"{'private' if served.private else 'public'}, max-age={self._max_age}",
        }
        if served.hub:
            headers["link"] = f'<{served.self_url}>; rel="self", <{served.hub}>; rel="hub"'
        return headers

    async def _page(self, request: requests.Request) -> responses.Response:
        current = await self._making.make("page", self._fresh_page)
        headers = {**answers.safe(self._view.page_policy), "cache-control": "no-cache"}
        return await answers.conditional(request, current, "text/html; charset=utf-8", headers)

    async def _fresh_page(self) -> version.Version:
        body = await self._view.page()
        if self._made is None or self._made.body != body:
            self._made = version.Version(body)
        return self._made

    async def _healthz(self, _: requests.Request) -> responses.Response:
        healthy, words = self._view.healthy()
        return answers.text(200 if healthy else 503, words)

    async def _readyz(self, _: requests.Request) -> responses.Response:
        ready, words = self._view.ready()
        return answers.text(200 if ready else 503, words)

    async def _metrics(self, _: requests.Request) -> responses.Response:
        headers = {**answers.safe(), "cache-control": "no-store", "content-type": "text/plain; version=0.0.4; charset=utf-8"}
        return responses.Response(await asyncio.to_thread(self._view.metrics), 200, headers)


def _client(request: requests.Request) -> str:
    """From where somebody asks: of a web server on this machine, that it says; for nothing but to count."""
    host = request.client.host if request.client else ""
    said = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return said[:64] if said and host in _HERE else host


async def _refused(_: requests.Request, error: Exception) -> responses.Response:
    assert isinstance(error, exceptions.HTTPException)
    return answers.text(error.status_code, error.detail.lower(), {**answers.SHARED, "allow": _ALLOW})


async def _failed(_: requests.Request, _error: Exception) -> responses.Response:
    return answers.text(500, "something went wrong here")
