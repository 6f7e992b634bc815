"""What of an address only tells who clicked where: parameters and fragments that lead to no other page.

The names stand in trackers.txt (on every site) and sites.txt (only there). What may tell articles apart is in neither: `id`, `p`,
`cid`, `source`, `ref` go only on sites that are known to mean nothing by them, or with a value that says it (`ref=rss`).
"""

from __future__ import annotations

import dataclasses
import functools
import re
import urllib.parse
from collections.abc import Iterable, Sequence

from aggregator.core.urls import gating, places

_PARTS = re.compile(r"([;?])")
_HOMES = frozenset(["ref", "referer", "referrer", "source", "src", "via", "from", "origin"])
_SHARED = re.compile(r"sthash\.[\w-]{1,40}\.dpu[fs]|\.[A-Z][\w-]{7,15}(?:\.[a-z]{1,20})?|tblci[\w~-]{10,200}")
_LONGEST = 100  # characters of a parameter that are looked at


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """Names of parameters, or `name=value`; and beginnings of both."""

    exact: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Iterable[str]) -> Names:
        """From the words of a table: `*` at the end marks a beginning."""
        words = tuple(words)
        return cls(frozenset(w for w in words if w[-1] != "*"), tuple(w[:-1] for w in words if w[-1] == "*"))

    def hold(self, name: str, said: str) -> bool:
        """Whether a parameter is among them, given its name and all it says, in lower case."""
        return name in self.exact or said in self.exact or said.startswith(self.beginnings)


@functools.cache
def _everywhere() -> Names:
    return Names.of(name for left, _ in places.rows("trackers.txt") for name in left)


@functools.cache
def _sites() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for hosts, names in places.rows("sites.txt"):
        for host in hosts:
            found[host] = (*found.get(host, ()), *names)
    return found


@functools.lru_cache(1024)
def _of(host: str) -> tuple[Names, ...]:
    """What tracks on a host."""
    there = [name for pattern in places.patterns(host) for name in _sites().get(pattern, ())]
    return (_everywhere(), Names.of(there)) if there else (_everywhere(),)


def untracked(url: str, home: str = "") -> str:
    """The address without the parameters that only tell who clicked where; everything else as it was, to the letter.

    With the host of the page it was found on as `home`, also without a `ref`, `source` or the like that only names this host.
    Gone as well: fragments made by buttons for sharing, and text directives (`#:~:text=`, WICG Scroll To Text Fragment).
    """
    if "?" not in url and "#" not in url:
        return url
    address, hash_, fragment = url.partition("#")
    head, mark, query = address.partition("?")
    names = _of(gating.host(head))
    bare = home.removeprefix("www.")
    kept = _kept(query, names, bare)
    mark = mark if kept or query == kept else ""
    anchor = _anchor(fragment, names, bare)
    return head + mark + kept + (hash_ + anchor if anchor or fragment == anchor else "")


def _anchor(fragment: str, names: Sequence[Names], home: str) -> str:
    said = fragment.partition(":~:")[0]
    if _SHARED.fullmatch(said):
        return ""
    route, mark, query = said.partition("?")
    if mark and route[:1] in ("!", "/"):
        kept = _kept(query, names, home)
        return route + (mark + kept if kept or query == kept else "")
    return "&".join(part for part in said.split("&") if "=" not in part or not _tracks(part, names, home))


def _kept(query: str, names: Sequence[Names], home: str) -> str:
    parameters = query.split("&")
    left = [_trimmed(parameter, names, home) for parameter in parameters]
    return "&".join(kept for parameter, kept in zip(parameters, left, strict=True) if kept or kept == parameter)


def _trimmed(parameter: str, names: Sequence[Names], home: str) -> str:
    """A parameter, or what is left of several that were glued together (`p=1?utm_source=x`, `p=1;utm_source=x`)."""
    tracks = _tracks(parameter, names, home)
    bare = parameter.removeprefix("amp;")
    if ("?" not in bare and ";" not in bare) or "://" in bare:
        return "" if tracks else parameter
    first, *rest = _PARTS.split(bare)
    left = [] if tracks else [parameter.removesuffix(bare) + first]
    for mark, part in zip(rest[::2], rest[1::2], strict=True):
        tracks = _tracks(part, names, home) if "=" in part else tracks
        if not tracks:
            left.append((mark if left else "") + part)
    return "".join(left)


def _tracks(parameter: str, names: Sequence[Names], home: str) -> bool:
    said = parameter[:_LONGEST].removeprefix("amp;")
    said = (urllib.parse.unquote(said) if "%" in said else said).lower()
    name, _, value = said.partition("=")
    if any(some.hold(name, said) for some in names):
        return True
    return bool(home) and name in _HOMES and value.removeprefix("https://").removeprefix("www.").rstrip("/") == home
