"""What has changed since the outputs were published: nothing, some sources, or anything."""

from __future__ import annotations

from collections.abc import Iterable


class Staleness:
    """Begins with anything; true while something is to be published."""

    def __init__(self) -> None:
        self._all = True
        self._any = True
        self._sources: set[int] = set()

    def anything(self, *, changed: bool = True) -> None:
        """Whatever the outputs depend on may have changed."""
        self._all = self._all or changed
        self._any = self._any or changed

    def sources(self, rows: Iterable[int]) -> None:
        """Some sources were polled; the rows of those whose entries or names may have changed."""
        self._any = True
        self._sources |= set(rows)

    def __bool__(self) -> bool:
        return self._any

    def taken(self) -> frozenset[int] | None:
        """The sources that changed, None for anything; from now on nothing has."""
        changed = None if self._all else frozenset(self._sources)
        self._all = self._any = False
        self._sources = set()
        return changed
