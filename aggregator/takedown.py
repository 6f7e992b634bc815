"""Articles taken down for good, at somebody's request: gone from every output, whoever brings them again."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from typing import Any

from aggregator import access, clock, naming
from aggregator.core import dedupe, errors
from aggregator.edges import store

_LONGEST = 500  # characters of a reason


def take_down(config: pathlib.Path, data: pathlib.Path | None, name: str, because: str) -> dict[str, Any]:
    """Take an article down with all its copies, named by id or link; a link that is not known yet is kept out when it comes.

    A running daemon obeys at its next tick. Raises ConfigError, StoreError, UnknownEntry (no entry is called so, or several are).
    """
    with access.writing(config, data) as kept:
        known = dataclasses.replace(_article(kept, name), because=because[:_LONGEST])
        with kept.writing() as writing:
            writing.take_down(known)
        links = {account.link for account in kept.accounts([id for id, _ in known.ids]) if account.link}
        return _described(known) | {"links": sorted(links) or [known.article]}


def undo(config: pathlib.Path, data: pathlib.Path | None, name: str) -> dict[str, Any]:
    """Let an article be published again. Raises ConfigError, StoreError, UnknownEntry when it was not taken down."""
    with access.writing(config, data) as kept:
        asked = {f"u:{name}", f"l:{dedupe.link_key(name)}"}
        with contextlib.suppress(errors.UnknownEntry):
            asked |= {f"u:{id}" for id, _ in _article(kept, name).ids}
        with kept.writing() as writing:
            articles = writing.put_back(sorted(asked))
        if not articles:
            raise errors.UnknownEntry(f'"{name}" was not taken down; `aggregator takedown` lists what was')
        return {"put_back": articles}


def listed(config: pathlib.Path, data: pathlib.Path | None) -> dict[str, Any]:
    """All that was taken down, the latest first. Raises ConfigError, StoreError."""
    with access.reading(config, data) as (_, kept):
        return {"takedowns": [_described(one) for one in kept.takedowns()]}


def _article(kept: store.Store, name: str) -> store.Takedown:
    """The article that is called so, and all its copies; one that nobody has brought yet, if a link is named."""
    now = clock.SYSTEM.now()
    link = dedupe.link_key(name)
    try:
        named = naming.found(kept, name)
    except errors.UnknownEntry:
        if not link:
            raise
        return store.Takedown(name, "", "", now, links=(link,))
    copies = {copy.id: copy for one in kept.accounts([one.id for one in named]) for copy in kept.figures.copies(one.group)}
    groups = sorted({copy.group for copy in copies.values()})
    if len(groups) > 1:
        listed = "; ".join(f"{one.id} of {one.source}" for one in named[:5])
        raise errors.UnknownEntry(f'several articles are called "{name}"; name one by its id: {listed}')
    whole = [*copies.values()]
    ids = {copy.id: copy.source for copy in whole} | {groups[0]: next(one for one in whole if one.group == groups[0]).source}
    links = {dedupe.link_key(copy.led_to or copy.link) for copy in whole} | {dedupe.link_key(copy.link) for copy in whole} | {link}
    return store.Takedown(
        groups[0], whole[0].title, "", now, tuple(sorted(ids.items())), tuple(sorted(one for one in links if one))
    )


def _described(one: store.Takedown) -> dict[str, Any]:
    return {
        "article": one.article,
        "title": one.title,
        "because": one.because or None,
        "at": one.at,
        "ids": [id for id, _ in one.ids],
    }
