"""Which sources bring the same articles: who is first, who copies whom, who brings nothing of its own."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

ENOUGH = 5  # entries from which on a source is said to bring nothing of its own


@dataclasses.dataclass(frozen=True, slots=True)
class Arrival:
    """An entry as it came: its published id, the row of its source, its group of duplicates.

    `at` is in seconds since 1970. One that is not `counted` came before the time that is looked at: others may have copied it.
    """

    id: str
    source: int
    group: str
    at: float
    counted: bool = True
    shown: bool = False  # it is the copy of its article that readers get


@dataclasses.dataclass(frozen=True, slots=True)
class Partner:
    """How many articles a source shares with another, and of these in how many it came after the other."""

    source: int
    shared: int
    behind: int


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """What a source brought; alone + first + copies + repeats = entries. Delays are in seconds, None without copies."""

    source: int
    entries: int = 0
    alone: int = 0  # articles that no other source has
    first: int = 0  # articles that others have, and this one had before them
    copies: int = 0  # of articles that another source had before
    repeats: int = 0  # of an article that it had brought itself before
    shown: int = 0  # of its copies, those that readers get: they are fuller, or more trusted
    mean: float | None = None
    median: float | None = None
    partners: tuple[Partner, ...] = ()  # those it shares most with

    @property
    def brings_nothing(self) -> bool:
        """Whether all of its entries, and those are enough, stood elsewhere before."""
        return self.entries >= ENOUGH and not self.alone and not self.first


@dataclasses.dataclass(frozen=True, slots=True)
class Copying:
    """How many articles one source brought after another that had them first; the median delay in seconds."""

    copier: int
    copied: int
    count: int
    median: float


@dataclasses.dataclass(frozen=True, slots=True)
class Overlap:
    """What sources have in common: those with the most copies first, pairs by how often."""

    shares: tuple[Share, ...]
    pairs: tuple[Copying, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Role:
    """What an entry is in its group; for a copy, whose, and by how many seconds it came later."""

    kind: Literal["alone", "first", "copy", "repeat"]
    source: int
    of: int
    delay: float
    shown: bool


def measure(arrivals: Iterable[Arrival], sources: Iterable[int] = (), partners: int = 3) -> Overlap:
    """Who brought what before whom; of `sources` also those that brought nothing, and of each so many partners at most."""
    groups: dict[str, list[Arrival]] = collections.defaultdict(list)
    for arrival in arrivals:
        groups[arrival.group].append(arrival)
    by_source: dict[int, list[_Role]] = {row: [] for row in sources}
    for role in itertools.chain.from_iterable(_roles(id, members) for id, members in groups.items()):
        by_source.setdefault(role.source, []).append(role)
    met = _met(groups.values())
    shares = [_share(row, roles, _partners(row, met, partners)) for row, roles in by_source.items()]
    shares.sort(key=lambda share: (-_part(share), -share.entries, share.source))
    return Overlap(tuple(shares), _pairs(by_source.values()))


def _part(share: Share) -> float:
    return share.copies / share.entries if share.entries else -1.0


def _roles(id: str, members: Sequence[Arrival]) -> Iterator[_Role]:
    """What each counted member of a group is; of what came at the same time the group's head counts as first."""
    ordered = sorted(members, key=lambda one: (one.at, one.id != id, one.id))
    first, said = ordered[0], False
    own: Literal["alone", "first"] = "alone" if len({one.source for one in members}) == 1 else "first"
    for one in ordered:
        mine = one.source == first.source
        if one.counted:
            kind: Literal["alone", "first", "copy", "repeat"] = "copy" if not mine else "repeat" if said else own
            yield _Role(kind, one.source, first.source, one.at - first.at, one.shown)
        said = said or mine


def _share(row: int, roles: Sequence[_Role], partners: tuple[Partner, ...]) -> Share:
    count = collections.Counter(role.kind for role in roles)
    copies = [role for role in roles if role.kind == "copy"]
    delays = [role.delay for role in copies]
    return Share(
        source=row,
        entries=len(roles),
        alone=count["alone"],
        first=count["first"],
        copies=len(copies),
        repeats=count["repeat"],
        shown=sum(role.shown for role in copies),
        mean=statistics.fmean(delays) if delays else None,
        median=statistics.median(delays) if delays else None,
        partners=partners,
    )


def _met(groups: Iterable[Sequence[Arrival]]) -> dict[tuple[int, int], list[bool]]:
    """For each two sources, one way and the other, their common articles: whether the one came after the other."""
    met: dict[tuple[int, int], list[bool]] = collections.defaultdict(list)
    for members in groups:
        ordered = sorted(members, key=lambda one: (one.at, one.id != one.group, one.id))
        came = list(dict.fromkeys(one.source for one in ordered))
        if any(one.counted for one in members):
            for early, late in itertools.combinations(came, 2):
                met[early, late].append(False)
                met[late, early].append(True)
    return met


def _partners(row: int, met: Mapping[tuple[int, int], Sequence[bool]], most: int) -> tuple[Partner, ...]:
    found = [Partner(other, len(after), sum(after)) for (one, other), after in met.items() if one == row]
    return tuple(sorted(found, key=lambda partner: (-partner.shared, -partner.behind, partner.source))[:most])


def _pairs(roles: Iterable[Sequence[_Role]]) -> tuple[Copying, ...]:
    delays: dict[tuple[int, int], list[float]] = collections.defaultdict(list)
    for role in itertools.chain.from_iterable(roles):
        if role.kind == "copy":
            delays[role.source, role.of].append(role.delay)
    pairs = [Copying(copier, copied, len(late), statistics.median(late)) for (copier, copied), late in delays.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair.count, pair.copier, pair.copied)))
