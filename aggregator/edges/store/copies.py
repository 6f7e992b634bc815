"""Copies of the store: made while others write, checked, and put back in place of a store that is set aside, never deleted."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import pathlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator

from aggregator.core import errors, text
from aggregator.edges.store import migrate, sqlite

FILE = "store.sqlite"
FOLDER = "backups"  # of the data directory
EVERY = datetime.timedelta(days=1)  # between automatic copies
ROOM = 4  # times the store's size that must be free on the disk before one is made by itself
_STAMP = "%Y-%m-%dT%H-%M-%SZ"
_AUTOMATIC = "store-*.sqlite"
_SUSPECT = "damaged"  # a file that tells the next start to look
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a store that was found whole."""

    path: pathlib.Path
    bytes: int
    sources: int
    entries: int
    schema: int


def copy(folder: pathlib.Path, target: pathlib.Path, wanted: Callable[[], bool] = lambda: True) -> Copy:
    """Copy the store of a data directory to a new file, as of one moment; whoever writes goes on writing.

    Raises StoreError: there is no store or it is damaged, `target` exists or cannot be written, it is no longer `wanted`.
    """
    if not (folder / FILE).exists():
        raise errors.StoreError(f"there is no store in {folder} to copy")
    if target.exists():
        raise errors.StoreError(f"{target} exists; name a new file, so that no copy is lost")
    with _beside(target) as draft:
        source = sqlite.Sqlite(folder / FILE, read_only=True)
        try:
            source.backup(draft, wanted)
        finally:
            source.close()
        made = checked(draft, folder / FILE)
        _put(draft, target)
    return dataclasses.replace(made, path=target)


def checked(path: pathlib.Path, called: pathlib.Path) -> Copy:
    """What is in a store, after reading all of it; errors name it as it is `called`.

    Raises StoreError: none of ours, damaged, or of a newer version.
    """
    try:
        with contextlib.closing(sqlite.Sqlite(path, read_only=True)) as db:
            found = db.read("PRAGMA integrity_check(1)")[0][0]
            if found != "ok":
                raise errors.StoreCorrupt(f"{path} is damaged ({text.one_line(str(found))})")
            migrate.check(db)
            if not db.version() or not db.read("SELECT 1 FROM sqlite_master WHERE name = 'entries'"):
                raise errors.StoreError(f"{path} is an SQLite file, but no store of an aggregator")
            sources, entries = (db.read(f"SELECT count(*) FROM {table}")[0][0] for table in ("sources", "entries"))
            return Copy(called, path.stat().st_size, sources, entries, db.version())
    except errors.StoreError as error:
        raise type(error)(str(error).replace(str(path), str(called))) from error


def restore(folder: pathlib.Path, source: pathlib.Path, now: datetime.datetime) -> tuple[Copy, pathlib.Path | None]:
    """Put a copy in the place of a data directory's store, which is set aside; where that lies now, None when there was none.

    To be called by who holds the directory's Lock. Raises StoreError, and has changed nothing then.
    """
    with _beside(folder / FILE) as draft:
        _copied(source, draft)
        found = checked(draft, source)
        aside = set_aside(folder, now)
        _put(draft, folder / FILE)
    return found, aside


def set_aside(folder: pathlib.Path, now: datetime.datetime) -> pathlib.Path | None:
    """Rename the store of a data directory with all that belongs to it; its new name, None when there is none."""
    aside = folder / f"store-aside-{now.strftime(_STAMP)}.sqlite"
    there = (folder / FILE).exists()
    with _said(folder):
        for ending in ("-shm", "-wal", ""):
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{FILE}{ending}").rename(f"{aside}{ending}")
    return aside if there else None


def automatic(folder: pathlib.Path, now: datetime.datetime, keep: int, wanted: Callable[[], bool]) -> pathlib.Path | None:
    """Copy the store if the last copy is a day old, and let go of all but the newest `keep` ones; the new one, if one was due.

    Where the disk has no room for several, or nothing is stored yet, none is made. Raises StoreError.
    """
    copies, made = automatic_copies(folder), None
    if keep and not any(now - EVERY < _made(path) <= now for path in copies) and _worthwhile(folder):
        made = folder / FOLDER / f"store-{now.strftime(_STAMP)}.sqlite"
        with _said(folder):
            made.parent.mkdir(exist_ok=True)
        copy(folder, made, wanted)
    with _said(folder):
        for old in automatic_copies(folder)[keep:]:
            old.unlink(missing_ok=True)
    return made


def automatic_copies(folder: pathlib.Path) -> list[pathlib.Path]:
    """The automatic copies of a data directory, the newest first."""
    return sorted((path for path in (folder / FOLDER).glob(_AUTOMATIC) if _made(path) is not _NEVER), reverse=True)


def suspect(folder: pathlib.Path) -> None:
    """Have the next start look through the store before it is used."""
    with contextlib.suppress(OSError):
        (folder / _SUSPECT).touch()


def recover(folder: pathlib.Path, now: datetime.datetime) -> tuple[Copy, pathlib.Path | None] | None:
    """Put the newest automatic copy that is whole in the place of a damaged store; None where there is none. Raises StoreError."""
    for path in automatic_copies(folder):
        with contextlib.suppress(errors.StoreError):
            return restore(folder, path, now)
    return None


def suspected(folder: pathlib.Path) -> bool:
    """Whether the last run met damage that is still there; a store that is whole is suspected no more."""
    if not (folder / _SUSPECT).exists():
        return False
    try:
        if (folder / FILE).exists():
            checked(folder / FILE, folder / FILE)
    except errors.StoreCorrupt:
        return True
    with contextlib.suppress(OSError):
        (folder / _SUSPECT).unlink()
    return False


def _made(path: pathlib.Path) -> datetime.datetime:
    try:
        return datetime.datetime.strptime(path.name.removeprefix("store-"), f"{_STAMP}.sqlite").replace(tzinfo=datetime.UTC)
    except ValueError:
        return _NEVER


def _worthwhile(folder: pathlib.Path) -> bool:
    """Whether there is something to copy, and room for it."""
    size = sum(path.stat().st_size for ending in ("", "-wal") if (path := folder / f"{FILE}{ending}").exists())
    with contextlib.closing(sqlite.Sqlite(folder / FILE, read_only=True)) as db:
        return shutil.disk_usage(folder).free >= ROOM * size and bool(db.read("SELECT 1 FROM entries LIMIT 1"))


@contextlib.contextmanager
def _beside(target: pathlib.Path) -> Iterator[pathlib.Path]:
    """The name of a new file in the folder of `target`, which is gone afterwards."""
    with _said(target.parent):
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f".{target.name}.aggregator-", dir=target.parent))
    try:
        yield folder / target.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _said(place: pathlib.Path) -> Iterator[None]:
    """What the system refuses leaves as a StoreError that says where."""
    try:
        yield
    except OSError as error:
        raise errors.StoreError(f"{place}: {(error.strerror or str(error)).lower()}") from error


def _copied(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copy a store to one file, what stands in its log included; nothing is written beside the source."""
    if not source.is_file():
        raise errors.StoreError(f"there is no file {source}")
    with _said(target.parent):
        for ending in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{source}{ending}", f"{target}{ending}")
    with sqlite.translated(source), contextlib.closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")


def _put(draft: pathlib.Path, target: pathlib.Path) -> None:
    """Rename a finished file to where it belongs, on the disk before its name is."""
    with _said(target.parent):
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
