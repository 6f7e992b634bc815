"""feeds.yaml on disk: read, and watched for changes."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import os
import pathlib

from aggregator.core import config, errors


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration, where it came from, and a fingerprint of its bytes."""

    config: config.Config
    path: pathlib.Path
    fingerprint: str
    warnings: tuple[errors.Problem, ...] = ()

    def at(self, path: str) -> pathlib.Path:
        """A path of the settings; relative ones start at the file."""
        return (self.path.parent / os.path.expanduser(path)).resolve()


def read(path: pathlib.Path) -> Loaded:
    """The configuration in a file.

    Raises ConfigError: no such file, not readable, or anything in it that does not validate.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        what = (
            "no such file; write one (README.md shows how) or name another with --config"
            if isinstance(error, FileNotFoundError)
            else error.strerror
        )
        raise errors.ConfigError(str(path), (errors.Problem(1, 1, f"cannot be read: {what}"),)) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise errors.ConfigError(
            path.name, (errors.Problem(line, column, "this byte is not UTF-8; save the file as UTF-8"),)
        ) from None
    environment = dict(os.environ)
    read_config = config.load(text, path.name, environment)
    return Loaded(
        read_config,
        path.resolve(),
        hashlib.sha256(data).hexdigest(),
        tuple(config.warnings(read_config, text, environment, datetime.datetime.now(datetime.UTC).date())),
    )


class Watch:
    """Tells when the file was saved, whichever way an editor does that; asked about once a second.

    It looks at the path, not at an open file, so renames are seen, and on network file systems too. A change is told when it
    has stayed the same for one look, so that a file in the middle of being written is left alone.
    """

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path
        self._told = self._last = self._look()

    def changed(self) -> bool:
        """Whether the file has changed since the last time this said so, and is quiet now."""
        now = self._look()
        quiet, self._last = now == self._last, now
        if quiet and now != self._told:
            self._told = now
            return True
        return False

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)
