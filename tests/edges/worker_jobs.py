"""What the tests of `workers` let processes do."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import NoReturn

from aggregator.core import errors


class StrangeError(Exception):
    """An exception that is neither ours nor Python's own, and cannot be pickled."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right}")


def echo(value: object) -> object:
    """The value."""
    return value


def process(_: int = 0) -> int:
    """Which process this is."""
    return os.getpid()


def modules() -> list[str]:
    """What is imported."""
    return sorted(sys.modules)


def meet(folder: str, name: str, others: int) -> int:
    """Wait until this job and so many others run at the same time; tell the process."""
    open(os.path.join(folder, name), "w").close()
    while len(os.listdir(folder)) <= others:
        time.sleep(0.005)
    return os.getpid()


def note(path: str, value: int) -> None:
    """Write down that this job ran."""
    with open(path, "a") as notes:
        notes.write(f"{value}\n")


def sleep_for_ever(path: str = "") -> NoReturn:
    """Take no CPU time, never end; first write which process this is to `path`."""
    if path:
        with open(path + ".new", "w") as target:
            target.write(str(os.getpid()))
        os.rename(path + ".new", path)
    while True:
        time.sleep(60)


def spin() -> NoReturn:
    """Take all the CPU time there is."""
    while True:
        pass


def hog(size: int) -> int:
    """Take so many bytes of memory."""
    return len(bytearray(size))


def keep(size: int, kept: list[bytearray] = []) -> int:  # noqa: B006 (it is to be shared)
    """Take so many bytes of memory and never give them back; tell the process."""
    kept.append(bytearray(size))
    return os.getpid()


def recurse() -> int:
    """Call itself until Python refuses."""
    return recurse() + 1


def shout() -> str:
    """Print by all ways there are."""
    print("printed")
    sys.__stdout__.write("written")  # type: ignore[union-attr]
    os.write(1, b"raw")
    return "quiet"


def signal_self(number: int) -> int:
    """Send this process a signal."""
    os.kill(os.getpid(), number)
    return number


def default_signal_self(number: int) -> None:
    """Die of a signal that is not ignored any more."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def fail(kind: str) -> NoReturn:
    """Raise."""
    raise {
        "ours": errors.ParseError("no feed"),
        "python": ValueError("no number"),
        "strange": StrangeError("this", "that"),
        "exit": SystemExit(3),
        "long": ValueError("x" * 1_000_000),
        "status": errors.StatusError("gone", status=410),
    }[kind]


def unpicklable() -> object:
    """Return what cannot be sent."""
    return lambda: None
