"""A PostgreSQL server of the tests' own, from Debian's packages, in a temporary directory; each test has a database of its own."""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator

import pytest

_INSTALLED = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
_UNSAFE = "fsync=off synchronous_commit=off full_page_writes=off max_connections=200 log_min_messages=fatal".split()
_numbers = itertools.count(1)


class Server:
    """PostgreSQL on loopback; as root it runs as the user that the package made, for it refuses to run as root."""

    def __init__(self, programs: pathlib.Path, *more: str) -> None:
        self._programs = programs
        self._more = more
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="aggregator-postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        with contextlib.closing(socket.socket()) as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        self._run("initdb", "-D", self._data, "-U", "aggregator", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *given: str) -> None:
        command = [str(self._programs / program), *given]
        subprocess.run(command, check=True, user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL, timeout=60)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [f"-c{one}" for one in (*_UNSAFE, *self._more, "listen_addresses=127.0.0.1", f"port={self.port}")]
        options = " ".join((*settings, f"-k{self._folder}"))
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` ends all connections, `immediate` is a crash."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", how, "stop")

    def database(self) -> str:
        """The address of a new database."""
        name = f"feeds{next(_numbers)}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "aggregator", name)
        return f"postgresql://aggregator@127.0.0.1:{self.port}/{name}"

    def close(self) -> None:
        """Stop it for good."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)


def missing() -> str:
    """Why there is no server; "" when there can be one."""
    return "" if _INSTALLED else "PostgreSQL is not installed (apt install postgresql): nothing about clusters is tested"


@contextlib.contextmanager
def started(*more: str) -> Iterator[Server]:
    """A server for some tests, with more settings; where none is installed they are skipped, and fail in CI."""
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    server = Server(_INSTALLED[-1], *more)
    try:
        yield server
    finally:
        server.close()
