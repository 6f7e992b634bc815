"""uvicorn as a guest in the program's own event loop: no signal handlers, no log set-up, bounds on what clients may do."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import socket
from typing import cast

import uvicorn
from starlette import types

from aggregator.core import errors
from aggregator.edges.serve import answers, connection

_HEAD = 16_384  # bytes of a request's line and headers
_CONNECTIONS = 2_048
_OTHERS = 512  # files that the rest of the program may hold open
_GRACE = 1.0  # seconds for answers under way when stopping
_LOOKS = 100
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
        patience: float = 30.0,
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
        _make_room(self._most + _OTHERS)
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
        for listener in self._uvicorn.servers:
            listener.close()
        for client in tuple(self._connections()):
            client.shutdown()
        if not await self._emptied():
            for client in tuple(self._connections()):
                client.transport.abort()
            if not await self._emptied():
                for task in tuple(self._uvicorn.server_state.tasks):
                    task.cancel()
        self._uvicorn = None

    async def _emptied(self) -> bool:
        """Whether all clients have left and all their requests have ended before the time of grace is over."""
        assert self._uvicorn is not None
        state = self._uvicorn.server_state
        for _ in range(_LOOKS):
            if not state.connections and not state.tasks:
                return True
            await asyncio.sleep(_GRACE / _LOOKS)
        return False

    def _settings(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._admit,
            http=connection.Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",  # what strangers send wrong is no news
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=5,
            h11_max_incomplete_event_size=_HEAD,
        )

    async def _admit(self, scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
        """Turn away before the application is asked: heads that came whole but too large, and more clients than we serve."""
        head = sum(len(name) + len(value) for name, value in scope["headers"])
        if head + len(scope["raw_path"]) + len(scope["query_string"]) > _HEAD:
            refusal = answers.text(431, "request headers too large", {"connection": "close"})
            await refusal(scope, receive, send)
        elif len(self._connections()) > self._most:
            refusal = answers.text(503, "too many connections", {"connection": "close", "retry-after": "30"})
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _connections(self) -> set[connection.Connection]:
        assert self._uvicorn is not None
        return cast(set[connection.Connection], self._uvicorn.server_state.connections)

    async def _watch(self) -> None:
        """Drop the clients that hold a connection without finishing anything."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._patience / 4)
            for client in tuple(self._connections()):
                if client.overdue(loop.time(), self._patience, self._longest):
                    client.transport.abort()

    async def _listen(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self._host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
            dual = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
            listening = socket.create_server(address, family=family, dualstack_ipv6=dual)
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for all it accepts: else bodies wait 40 ms for an ACK
            return listening
        except socket.gaierror as error:
            raise self._refused(f'no address is known for "{self._host}"') from error
        except OSError as error:
            raise self._refused(_REASONS.get(error.errno or 0, error.strerror or str(error))) from error

    def _refused(self, reason: str) -> errors.ListenError:
        host = f"[{self._host}]" if ":" in self._host else self._host
        advice = "choose another with `listen` in feeds.yaml or --listen, or serve nothing with off"
        return errors.ListenError(f"cannot listen on {host}:{self.port}: {reason}; {advice}")


def _make_room(files: int) -> None:
    """Have the system let this process open so many files, as far as it may be asked: its usual bound is lower."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
