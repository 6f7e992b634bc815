"""One process for each data directory."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys

import pytest
from waiting import eventually

from aggregator.core import errors
from aggregator.edges import store

# A program that holds a folder until it is ended.
_HOLDS = """
import pathlib, sys, time
from aggregator.edges import store
lock = store.Lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(99)
"""


def holder(folder: pathlib.Path) -> subprocess.Popen[str]:
    """A process that holds the folder."""
    process = subprocess.Popen([sys.executable, "-c", _HOLDS, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def lock(folder: pathlib.Path) -> store.Lock | None:
    """The lock, if it can be had."""
    try:
        return store.Lock(folder)
    except errors.StoreBusy:
        return None


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_another_process_holds_it(tmp_path: pathlib.Path, end: signal.Signals) -> None:
    """While one process holds a folder others are told so; when it ends, however, the folder is free."""
    with holder(tmp_path) as process:
        with pytest.raises(errors.StoreBusy, match=r"is in use by another aggregator; stop it first, or name another with --data"):
            store.Lock(tmp_path)
        process.send_signal(end)
        process.wait(10)
        eventually(lambda: lock(tmp_path)).release()  # type: ignore[union-attr]


def test_released(tmp_path: pathlib.Path) -> None:
    """A released folder can be held again, by the same process or another."""
    store.Lock(tmp_path).release()
    store.Lock(tmp_path).release()
    with holder(tmp_path) as process:
        process.kill()


def test_folder_is_made(tmp_path: pathlib.Path) -> None:
    """A data directory that is not there yet is made."""
    store.Lock(tmp_path / "deep" / "data").release()
    assert (tmp_path / "deep" / "data").is_dir()


def test_folder_that_cannot_be_had(tmp_path: pathlib.Path) -> None:
    """A data directory that cannot be made or used is named, with the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.StoreError, match=r"cannot use the data directory .*/file/data: Not a directory"):
        store.Lock(tmp_path / "file" / "data")


def test_not_inherited(tmp_path: pathlib.Path) -> None:
    """Processes that the holder starts do not keep the folder held after it."""
    held = store.Lock(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False) as child:
        held.release()
        eventually(lambda: lock(tmp_path)).release()  # type: ignore[union-attr]
        assert child.poll() is None
        child.kill()
