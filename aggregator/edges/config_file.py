"""feeds.yaml on disk: read, and watched for changes."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import os
import pathlib
import tempfile
from collections.abc import Sequence

from aggregator.core import config, errors


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration, where it came from, and a fingerprint of its bytes."""

    config: config.Config
    path: pathlib.Path
    fingerprint: str
    warnings: tuple[errors.Problem, ...] = ()
    includes: tuple[pathlib.Path, ...] = ()  # the other files that it was read from
    lists: tuple[str, ...] = ()  # the addresses of lists that it includes

    def at(self, path: str) -> pathlib.Path:
        """A path of the settings; relative ones start at the file."""
        return (self.path.parent / os.path.expanduser(path)).resolve()


def read(path: pathlib.Path, folder: pathlib.Path | None = None) -> Loaded:
    """The configuration in a file; what is kept of lists elsewhere lies in this data `folder`, by default that of the settings.

    Raises ConfigError: no such file, not readable, or anything in it that does not validate.
    """
    data = _bytes(path)
    decoded = _decoded(data, path.name)
    parts, missing = _parts(decoded, path, folder)
    read_config = config.load(decoded, path.name, dict(os.environ), parts)
    today = datetime.datetime.now(datetime.UTC).date()
    warned = (*missing, *config.warnings(read_config, decoded, dict(os.environ), today, parts))
    known = hashlib.sha256(data)
    for part in parts:
        known.update(part.text.encode())
    files = tuple(_beside(path, part.name) for part in parts if not config.is_remote(part.name))
    lists = tuple(part.name for part in parts if config.is_remote(part.name))
    return Loaded(read_config, path.resolve(), known.hexdigest(), warned, files, lists)


def _parts(
    decoded: str, path: pathlib.Path, folder: pathlib.Path | None
) -> tuple[tuple[config.Included, ...], tuple[errors.Problem, ...]]:
    """What a feeds.yaml includes, and what is to be said of lists that were never read. Raises ConfigError for a missing file."""
    found, unread = [], []
    for name, missing in config.includes(decoded, path.name, dict(os.environ)):
        if config.is_remote(name):
            kept = kept_list(folder or _beside(path, config.data(decoded, path.name, dict(os.environ))), name)
            unread += [] if kept else [missing]
            found.append(config.Included(name, kept))
            continue
        try:
            data = _beside(path, name).read_bytes()
        except OSError as error:
            problem = dataclasses.replace(missing, message=f"{missing.message}: {error.strerror}")
            raise errors.ConfigError(path.name, (problem,)) from None
        found.append(config.Included(name, _decoded(data, name)))
    return tuple(found), tuple(unread)


def kept_list(folder: pathlib.Path, address: str) -> str:
    """What a data folder keeps of a list elsewhere; "" for nothing."""
    try:
        return _list(folder, address).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def keep_list(folder: pathlib.Path, address: str, text: str) -> None:
    """Keep this of a list elsewhere, whole or not at all. Raises ConfigError."""
    target = _list(folder, address)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text.encode())
    except OSError as error:
        raise errors.ConfigError(str(target), (errors.Problem(1, 1, f"cannot be written: {error.strerror}"),)) from None


def _list(folder: pathlib.Path, address: str) -> pathlib.Path:
    return folder / "lists" / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.json"


def _beside(path: pathlib.Path, name: str) -> pathlib.Path:
    return path.resolve().parent / os.path.expanduser(name)


def text(path: pathlib.Path) -> str:
    """The file as it is written, line ends included. Raises ConfigError."""
    return _decoded(_bytes(path), path.name)


def parsed(written: str, path: pathlib.Path, folder: pathlib.Path | None = None) -> config.Config:
    """The configuration that a text would say in place of a file. Raises ConfigError."""
    return config.load(written, path.name, dict(os.environ), _parts(written, path, folder)[0])


def write(path: pathlib.Path, before: str, after: str) -> None:
    """Save the file, whole or not at all, with the rights that it had; a link stays one.

    Raises ConfigError: it was changed meanwhile, or cannot be written.
    """
    target = path.resolve()
    try:
        there = target.read_bytes() if target.exists() else b""
        if _decoded(there, path.name) != before:
            raise errors.ConfigError(path.name, (errors.Problem(1, 1, "this file was changed meanwhile; try again"),))
        mark = there[:3] if there.startswith(b"\xef\xbb\xbf") else b""
        _replace(target, mark + after.encode())
    except OSError as error:
        problem = errors.Problem(1, 1, f"cannot be written: {error.strerror}; nothing was changed")
        raise errors.ConfigError(path.name, (problem,)) from None


def _replace(target: pathlib.Path, data: bytes) -> None:
    """Written beside the file, synced, and renamed over it."""
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _bytes(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = (
            "no such file; write one (README.md shows how) or name another with --config"
            if isinstance(error, FileNotFoundError)
            else error.strerror
        )
        raise errors.ConfigError(str(path), (errors.Problem(1, 1, f"cannot be read: {what}"),)) from None


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise errors.ConfigError(name, (errors.Problem(line, column, "this byte is not UTF-8; save the file as UTF-8"),)) from None


class Watch:
    """Tells when the file was saved, whichever way an editor does that; asked about once a second.

    It looks at the path, not at an open file, so renames are seen, and on network file systems too. A change is told when it
    has stayed the same for one look, so that a file in the middle of being written is left alone.
    """

    def __init__(self, path: pathlib.Path) -> None:
        self._paths: tuple[pathlib.Path, ...] = (path,)
        self._told = self._last = self._look()

    def follow(self, others: Sequence[pathlib.Path]) -> None:
        """Look at these files too from now on: those that the file includes."""
        if self._paths[1:] != tuple(others):
            self._paths = (self._paths[0], *others)
            self._told = self._last = self._look()

    def changed(self) -> bool:
        """Whether the file has changed since the last time this said so, and is quiet now."""
        now = self._look()
        quiet, self._last = now == self._last, now
        if quiet and now != self._told:
            self._told = now
            return True
        return False

    def _look(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(map(_stamp, self._paths))


def _stamp(path: pathlib.Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
