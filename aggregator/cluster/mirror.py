"""The same published files on every host that serves: who publishes gives them to the store, the others take them from there."""

from __future__ import annotations

import datetime
import hashlib
import pathlib
import re
from collections.abc import Iterator, Mapping

from aggregator.edges import publish, store

_OURS = re.compile(r"(?:[A-Za-z0-9_-]+/)?[a-z0-9-]+(?:\.[0-9]{4}-[0-9]{2})?\.(?:rss\.xml|atom\.xml|json|html|opml)")
_ARCHIVE = re.compile(r"(.+)\.[0-9]{4}-[0-9]{2}\.atom\.xml")

_Mark = tuple[int, int]  # when a file was changed, in nanoseconds, and its size


class Mirror:
    """The folder of one host, and what is known of its files; digests are made anew only of files that changed."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[_Mark, str]] = {}

    def give(self, shared: store.shared.Shared) -> int:
        """Have the store hold what is published here; how many files were given or taken back. Raises StoreError."""
        there, here = shared.files(), dict(self._here())
        changed = {
            name: self._file(name, digest) for name, digest in here.items() if name not in there or there[name].digest != digest
        }
        gone = sorted(there.keys() - here.keys())
        if changed or gone:
            shared.publish(changed, gone)
        return len(changed) + len(gone)

    def take(self, shared: store.shared.Shared) -> int:
        """Have this host publish what the store holds; how many files changed. Raises StoreError, PublishError."""
        there, here = shared.files(), dict(self._here())
        done = 0
        for name, wanted in there.items():
            if here.get(name) != wanted.digest and _OURS.fullmatch(name):
                data = shared.file(name, wanted.digest)
                done += data is not None and publish.publish(self._folder / name, data, wanted.at.timestamp())
        for name in here.keys() - there.keys():
            done += publish.remove(self._folder / name)
        return done

    def _file(self, name: str, digest: str) -> tuple[store.Published, bytes]:
        path = self._folder / name
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
        return store.Published(digest, changed), path.read_bytes()

    def _here(self) -> Iterator[tuple[str, str]]:
        """The published files of this host, by name, with their digests."""
        for path in (*self._folder.glob("*.*"), *self._folder.glob("*/*.*")):
            name = path.relative_to(self._folder).as_posix()
            if _OURS.fullmatch(name) and path.is_file() and not path.is_symlink():
                found = path.stat()
                mark = (found.st_mtime_ns, found.st_size)
                if self._known.get(name, ((0, 0), ""))[0] != mark:
                    self._known[name] = (mark, hashlib.sha256(path.read_bytes()).hexdigest())
                yield name, self._known[name][1]


def archives(there: Mapping[str, store.Published]) -> dict[str, list[str]]:
    """The published parts of archives, the oldest first, by the path of their output."""
    found: dict[str, list[str]] = {}
    for name in sorted(there):
        if part := _ARCHIVE.fullmatch(name):
            found.setdefault(part[1], []).append(name)
    return found
