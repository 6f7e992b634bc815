"""Bytes to files: atomically, and only when they changed."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import secrets
import stat
from collections.abc import Iterator
from typing import BinaryIO

from aggregator.core import errors

_MARK = ".aggregator-"
_END = ".tmp"
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MODE = 0o644
_LATER = "it is tried again at the next publish"
_REASONS = {
    errno.ENOSPC: "no space left on the disk; free some",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "the file is larger than the system allows (ulimit -f); raise that or lower the output's max_bytes",
    errno.EROFS: "the file system is read-only; mount it writable or set another `output`",
    errno.EACCES: "no permission; make the directory writable for the user that runs this, or set another `output`",
    errno.EPERM: "not permitted; make the directory writable for the user that runs this, or set another `output`",
    errno.ENOTDIR: "a file is where the directory should be; move it away or set another `output`",
    errno.EEXIST: "a file is where the directory should be; move it away or set another `output`",
    errno.EISDIR: "a directory is where the file should be; move it away",
    errno.ELOOP: "a symbolic link is where the file should be; move it away",
    errno.ENAMETOOLONG: "the name is too long for the file system; give the output a shorter one",
    errno.EIO: "the disk reports an error; check it",
}


def publish(path: pathlib.Path, data: bytes, at: float | None = None) -> bool:
    """Make `data` the content of the file; True when it was written, False when it was that already.

    It is as of `at`, in seconds since 1970, or of now.

    Whoever reads sees the old bytes or the new, whole, also after a crash: written beside the file, synced, renamed over it.
    The directory is made when missing. Whatever else is at the path, a symbolic link too, is replaced, never followed or
    written through; only a directory is left alone. Raises PublishError; then the old file is as it was and nothing is left over.
    """
    if _holds(path, data):
        return False
    with _translated("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, at)
        _sync(path.parent)
    return True


def read(path: pathlib.Path) -> bytes | None:
    """What is published there; None when nothing is. Raises PublishError, also for what is no regular file."""
    with _translated("read", path):
        try:
            with _opened(path) as file:
                return file.read()
        except FileNotFoundError:
            return None


def remove(path: pathlib.Path) -> bool:
    """Take a published file away; False when there was none. A symbolic link goes, its target stays. Raises PublishError."""
    with _translated("remove", path):
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync(path.parent)
    return True


def sweep(folder: pathlib.Path) -> int:
    """Remove what crashed runs left of unfinished files; how many. Only while nobody else publishes there. Raises PublishError."""
    with _translated("tidy", folder):
        patterns = (f".*{_MARK}*{_END}", f"*/.*{_MARK}*{_END}")
        leftovers = [found for pattern in patterns for found in folder.glob(pattern) if not found.is_dir()]
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
    return len(leftovers)


def _holds(path: pathlib.Path, data: bytes) -> bool:
    """Whether the file is there with these bytes; a trouble in finding out is the writer's to meet."""
    try:
        with _opened(path) as file:
            return os.fstat(file.fileno()).st_size == len(data) and file.read() == data
    except OSError:
        return False


@contextlib.contextmanager
def _opened(path: pathlib.Path) -> Iterator[BinaryIO]:
    with open(path, "rb", opener=lambda name, _: os.open(name, _READING)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file; move it away")
        yield file


def _replace(path: pathlib.Path, data: bytes, at: float | None) -> None:
    unfinished = path.with_name(f".{path.name}{_MARK}{secrets.token_hex(8)}{_END}")
    descriptor = os.open(unfinished, _WRITING, _MODE)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if at is not None:
            os.utime(unfinished, (at, at))
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _sync(folder: pathlib.Path) -> None:
    """Make a rename or removal outlive a power cut; some network file systems cannot and say so."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _translated(what: str, path: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise errors.PublishError(f"cannot {what} {path}: {reason}; {_LATER}") from error
