"""Host names to addresses, in threads that neither stall the others nor hold up the end of the program."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import queue
import socket
import threading
from collections.abc import Sequence

from aggregator.core import errors

_MOST = 32


@dataclasses.dataclass(frozen=True, slots=True)
class _Lookup:
    host: str
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[tuple[str, ...]]


class Names:
    """The system's resolver. A lookup cannot be cancelled: its thread, a daemon, ends with it or with the program."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[_Lookup | None] = queue.SimpleQueue()
        self._threads = 0
        self._under_way = 0

    async def resolve(self, host: str) -> tuple[str, ...]:
        """The addresses of a name, families taking turns; FetchError (dns) when there are none."""
        loop = asyncio.get_running_loop()
        lookup = _Lookup(host, loop, loop.create_future())
        self._under_way += 1
        if self._under_way > self._threads and self._threads < _MOST:
            self._threads += 1
            threading.Thread(target=self._serve, name="names", daemon=True).start()
        self._asked.put(lookup)
        try:
            return await lookup.answer
        except socket.gaierror as error:
            raise errors.FetchError(_explain(host, error), kind="dns") from None

    def close(self) -> None:
        """Let the threads end."""
        for _ in range(self._threads):
            self._asked.put(None)
        self._threads = 0

    def _serve(self) -> None:
        while (lookup := self._asked.get()) is not None:
            outcome = () if lookup.answer.cancelled() else _ask(lookup.host)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                lookup.loop.call_soon_threadsafe(self._settle, lookup, outcome)

    def _settle(self, lookup: _Lookup, outcome: tuple[str, ...] | socket.gaierror) -> None:
        self._under_way -= 1
        if lookup.answer.done():
            return
        if isinstance(outcome, socket.gaierror):
            lookup.answer.set_exception(outcome)
        else:
            lookup.answer.set_result(outcome)


def _ask(host: str) -> tuple[str, ...] | socket.gaierror:
    try:
        # as bytes: gated names are ASCII already, and Python's own IDNA refuses some that resolvers know
        found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return error
    except OSError as error:
        return socket.gaierror(socket.EAI_FAIL, str(error))
    return in_turn([(family, str(socket_address[0])) for family, _, _, _, socket_address in found])


def in_turn(found: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Addresses, given with their families, so that the families take turns (RFC 8305 4): where one is dead, the other is near."""
    families = [[address for family, address in found if family == one] for one in dict.fromkeys(family for family, _ in found)]
    return tuple(address for turn in itertools.zip_longest(*families) for address in turn if address)


def _explain(host: str, error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return f"no name server answered for {host}; is this machine online?"
    return f"{host} has no address; check the spelling, or whether the site is gone"
