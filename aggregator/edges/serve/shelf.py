"""The files of a folder as versions: read when they change, kept when they cannot be read."""

from __future__ import annotations

import asyncio
import functools
import os
import pathlib
import stat
import time

from aggregator.edges.serve import together, version

_Stamp = tuple[int, int, int]


class Shelf:
    """The last good version of each file that was asked for."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = os.fspath(folder)
        self._held: dict[str, tuple[_Stamp, version.Version]] = {}
        self._readings: together.Together[version.Version | None] = together.Together()

    async def current(self, name: str) -> version.Version | None:
        """The version of a file of the folder as it is now; the last good one when it cannot be read; None: there was none yet.

        `name` is a bare file name from our own table, never from a request. Symbolic links and whatever else is no regular
        file are not followed.
        """
        held = self._held.get(name)
        path = os.path.join(self._folder, name)
        stamp = _stamp_at(path)
        if stamp is None or (held is not None and held[0] == stamp):
            return held[1] if held is not None else None
        return await self._readings.make(name, functools.partial(self._read, name, path))

    def forget(self, name: str) -> None:
        """Let go of a file that is no longer served."""
        self._held.pop(name, None)

    async def _read(self, name: str, path: str) -> version.Version | None:
        before = self._held.get(name)
        try:
            stamp, found = await asyncio.to_thread(_load, path)
        except OSError:
            return before[1] if before is not None else None
        if before is not None:
            found = _succeeding(before[1], found)
        self._held[name] = (stamp, found)
        return found


def _succeeding(before: version.Version, found: version.Version) -> version.Version:
    """The same bytes stay the same version; a new one is dated later, even within one second, so that dates tell them apart."""
    if found.body == before.body:
        return before
    if before.modified is not None and found.modified is not None:
        found.modified = max(found.modified, before.modified + 1)
    return found


def _stamp_of(found: os.stat_result) -> _Stamp:
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _stamp_at(path: str) -> _Stamp | None:
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return _stamp_of(found) if stat.S_ISREG(found.st_mode) else None


def _load(path: str) -> tuple[_Stamp, version.Version]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise FileNotFoundError(path)
        modified = min(int(found.st_mtime), int(time.time()))
        return _stamp_of(found), version.Version(file.read(), modified)
