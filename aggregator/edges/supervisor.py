"""Tells systemd how we are (sd_notify(3)): ready, reloading, stopping, alive."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import socket
import threading
import time
from types import TracebackType


def notify(*lines: str) -> None:
    """Send states such as `READY=1`; nothing happens where no supervisor listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    target = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.sendto("\n".join(lines).encode(), target)


class Watchdog:
    """Ends the process when nobody feeds it for so many seconds: what hangs is no use to anybody, and is started anew.

    Where everything hangs nothing can be tidied up; what is `said` and what all threads were at is printed to stderr.
    """

    def __init__(self, seconds: float, said: str) -> None:
        self._seconds = seconds
        self._said = said
        self._fed = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def feed(self) -> None:
        """Say that all is well."""
        self._fed = time.monotonic()

    def __enter__(self) -> Watchdog:
        self.feed()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(min(1.0, self._seconds / 4)):
            if time.monotonic() - self._fed > self._seconds:
                os.write(2, f"aggregator: {self._said}\n".encode())
                faulthandler.dump_traceback()
                os._exit(1)
