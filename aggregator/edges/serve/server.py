"""uvicorn as a guest in the program's own event loop: no signal handlers, no log set-up, bounds on what clients may do."""

from __future__ import annotations

import asyncio
import errno
import functools
import socket
from typing import cast

import uvicorn
from starlette import types

from aggregator.core import errors
from aggregator.edges.serve import answers, connection

_HEAD = 16_384  # bytes of a request's line and headers
_CONNECTIONS = 512
_GRACE = 1.0  # seconds for answers under way when stopping
_REASONS = {
    errno.EADDRINUSE: "port in use (is another aggregator running?)",
    errno.EACCES: "no permission (ports below 1024 need it)",
    errno.EADDRNOTAVAIL: "not an address of this machine",
}


class Server:
    """Serves an application on one address from `start` to `stop`.

    `patience`: seconds in which a client has to send a request's head, or to take the end of an answer; `longest`: seconds for
    one whole answer; `connections`: how many at a time, further requests are answered 503.
    """

    def __init__(
        self,
        app: types.ASGIApp,
        host: str,
        port: int,
        *,
        patience: float = 20.0,
        longest: float = 120.0,
        connections: int = _CONNECTIONS,
    ) -> None:
        self._app = app
        self._host = host
        self.port = port
        self._patience = patience
        self._longest = longest
        self._most = connections
        self._uvicorn: uvicorn.Server | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def start(self) -> None:
        """Listen; from then on `port` is the real one, also when 0 was asked. Raises ListenError."""
        listening = await self._listen()
        self.port = listening.getsockname()[1]
        self._uvicorn = guest = uvicorn.Server(self._settings())
        guest.config.load()
        guest.lifespan = guest.config.lifespan_class(guest.config)
        await guest.startup(sockets=[listening])
        self._tasks = (asyncio.create_task(guest.main_loop()), asyncio.create_task(self._watch()))

    async def stop(self) -> None:
        """Stop listening, let answers under way finish for a second, then drop what is left."""
        if self._uvicorn is None:
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        ending = asyncio.ensure_future(self._uvicorn.shutdown())
        done, _ = await asyncio.wait({ending}, timeout=_GRACE)
        if not done:
            for client in self._connections():
                client.transport.abort()
        await ending
        self._uvicorn = None

    def _settings(self) -> uvicorn.Config:
        refusal = answers.text(400, "this is no HTTP request")
        return uvicorn.Config(
            self._admit,
            http=type("Connection", (connection.Connection,), {"refusal": refusal}),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",  # what strangers send wrong is no news
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=_HEAD,
        )
