"""Patterns of hosts, as the tables of this room write them.

`e.org` is e.org and the same site for other screens (`www.`, `m.`, `mobile.`, `amp.`); `*.e.org` is e.org and every host below it;
`shop.*` is shop under any top level of two or three letters, or under one like `co.uk` or `com.au`. Never a mere ending of a name.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterator

SCREENS = ("www.", "m.", "mobile.", "amp.")
_DEEPEST = 6  # labels; of deeper hosts only the last ones are looked up


@functools.lru_cache(1024)
def patterns(host: str) -> tuple[str, ...]:
    """All patterns that a host fits, the narrowest first."""
    bare = next((host[len(screen) :] for screen in SCREENS if host.startswith(screen) and host.count(".") > 1), host)
    labels = host.split(".")[-_DEEPEST:]
    found = [host, bare, *("*." + ".".join(labels[start:]) for start in range(len(labels) - 1))]
    top = _top(labels)
    if 0 < top < len(labels):
        name = labels[-top - 1]
        found += [f"*.{name}.*", *([f"{name}.*"] if bare.split(".")[0] == name else [])]
    return tuple(dict.fromkeys(found))


def _top(labels: list[str]) -> int:
    """How many labels are about the country, 0 for an ending that no shop of many countries uses."""
    country = len(labels[-1]) == 2
    if country and len(labels) > 2 and labels[-2] in ("co", "com"):
        return 2
    return 1 if 2 <= len(labels[-1]) <= 3 and labels[-1].isalpha() else 0


def rows(table: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The rows of a table of this room: words, `:`, words. What stands behind `#` is for people."""
    for line in importlib.resources.files(__package__).joinpath(table).read_text("utf-8").splitlines():
        left, _, right = line.split("#")[0].partition(" : ")
        if left.strip():
            yield tuple(left.split()), tuple(right.split())
