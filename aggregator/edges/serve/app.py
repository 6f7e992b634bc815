"""The addresses: outputs, the page for people, health and metrics."""

from __future__ import annotations

import pathlib

from starlette import applications, exceptions, requests, responses, routing

from aggregator.edges.serve import answers, shelf, together, version
from aggregator.edges.serve import view as views

_ALLOW = "GET, HEAD, OPTIONS"


def application(folder: pathlib.Path, view: views.View, *, max_age: int = 60) -> applications.Starlette:
    """The web application over the files of `folder` that `view` names; `max_age` (seconds): how long an output stays fresh.

    Contract of each address: RFC 9110 (conditions, codings, methods), WebSub 4 (Link), RFC 9111 (Cache-Control).
    """
    site = _Site(folder, view, max_age)
    routes = [
        routing.Route("/", site.page),
        routing.Route("/healthz", site.healthz),
        routing.Route("/readyz", site.readyz),
        routing.Route("/metrics", site.metrics),
        routing.Route("/{name:path}", site.output, methods=_ALLOW.split(", ")),
    ]
    app = applications.Starlette(routes=routes, exception_handlers={exceptions.HTTPException: _refused, Exception: _failed})
    app.router.redirect_slashes = False
    return app


class _Site:
    """The endpoints, with what they remember: the versions of the files and of the page."""

    def __init__(self, folder: pathlib.Path, view: views.View, max_age: int) -> None:
        self._view = view
        self._max_age = max_age
        self._shelf = shelf.Shelf(folder)
        self._page: version.Version | None = None
        self._pages: together.Together[version.Version] = together.Together()

    async def output(self, request: requests.Request) -> responses.Response:
        """A file of the folder. Only names from the view's table and ours are looked up; what a request says is never a path."""
        if request.method == "OPTIONS":
            return answers.preflight(_ALLOW)
        name = request.path_params["name"]
        served = self._view.outputs.get(name)
        if served is None and name in self._view.gone:
            self._shelf.forget(name)
            return answers.text(410, "gone: this output is no longer published", answers.SHARED)
        served = served or views.ALWAYS.get(name)
        if served is None:
            self._shelf.forget(name)
            return answers.text(404, "not found", answers.SHARED)
        current = await self._shelf.current(name)
        if current is None:
            return answers.text(503, "not published yet", {**answers.SHARED, "retry-after": "30"})
        return await answers.conditional(request, current, served.media_type, self._headers(served))

    def _headers(self, served: views.Served) -> dict[str, str]:
        people = served.media_type.startswith("text/html")
        policy = self._view.page_policy if people else answers.STRICT
        headers = {
            **answers.safe(policy, index=served.index),
            **answers.SHARED,
            "cache-control": f"public, max-age={self._max_age}",
        }
        if served.hub:
            headers["link"] = f'<{served.self_url}>; rel="self", <{served.hub}>; rel="hub"'
        return headers

    async def page(self, request: requests.Request) -> responses.Response:
        """The live page for people."""
        current = await self._pages.make("page", self._fresh_page)
        headers = {**answers.safe(self._view.page_policy), "cache-control": "no-cache"}
        return await answers.conditional(request, current, "text/html; charset=utf-8", headers)

    async def _fresh_page(self) -> version.Version:
        body = await self._view.page()
        if self._page is None or self._page.body != body:
            self._page = version.Version(body)
        return self._page

    async def healthz(self, _: requests.Request) -> responses.Response:
        """Does the program work."""
        healthy, words = self._view.healthy()
        return answers.text(200 if healthy else 503, words)

    async def readyz(self, _: requests.Request) -> responses.Response:
        """Has it something to serve."""
        ready, words = self._view.ready()
        return answers.text(200 if ready else 503, words)

    async def metrics(self, _: requests.Request) -> responses.Response:
        """Figures for Prometheus."""
        headers = {**answers.safe(), "cache-control": "no-store", "content-type": "text/plain; version=0.0.4; charset=utf-8"}
        return responses.Response(self._view.metrics(), 200, headers)


async def _refused(_: requests.Request, error: Exception) -> responses.Response:
    assert isinstance(error, exceptions.HTTPException)
    allow = (error.headers or {}).get("Allow", "")
    headers = {"allow": ", ".join(sorted(allow.split(", ")))} if allow else {}
    return answers.text(error.status_code, error.detail.lower(), {**answers.SHARED, **headers})


async def _failed(_: requests.Request, _error: Exception) -> responses.Response:
    return answers.text(500, "something went wrong here")
