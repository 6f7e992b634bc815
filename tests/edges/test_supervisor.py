"""What systemd is told, over a real socket."""

from __future__ import annotations

import os
import pathlib
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from aggregator.edges import supervisor


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket as systemd has one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(10)
        yield listener


def test_states_are_sent_together(listener: socket.socket, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One datagram, a line for each."""
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    supervisor.notify("READY=1", "STATUS=12 sources – all well")
    assert listener.recv(1_000).decode() == "READY=1\nSTATUS=12 sources – all well"
    supervisor.notify("STOPPING=1")
    assert listener.recv(1_000) == b"STOPPING=1"


def test_abstract_sockets(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of containers begin with an @."""
    name = f"aggregator-test-{os.getpid()}"
    listener.bind("\0" + name)
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
    supervisor.notify("WATCHDOG=1")
    assert listener.recv(1_000) == b"WATCHDOG=1"


_FED = """
import sys, time
from aggregator.edges import supervisor
with supervisor.Watchdog(1.0, "nobody has answered") as watchdog:
    for _ in range(8):
        time.sleep(0.25)
        watchdog.feed()
    print("fed", flush=True)
    if sys.argv[1] == "hang":
        time.sleep(60)
print("done")
"""


@pytest.mark.parametrize(("then", "code", "said"), [("end", 0, ["fed", "done"]), ("hang", 1, ["fed"])])
def test_what_hangs_is_ended(then: str, code: int, said: list[str]) -> None:
    """Not before nobody has fed the watchdog for so long, and with a word of why and where."""
    done = subprocess.run([sys.executable, "-c", _FED, then], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout.split()) == (code, said)
    assert done.stderr.startswith("aggregator: nobody has answered\n") == (then == "hang")
    assert ("most recent call first" in done.stderr) == (then == "hang")


@pytest.mark.parametrize("address", [None, "", "/nowhere/notify", "@nobody-listens-here", "/" + "x" * 300])
def test_where_nobody_listens_nothing_happens(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there is no supervisor, and one that went away must not end us."""
    if address is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    supervisor.notify("READY=1")
