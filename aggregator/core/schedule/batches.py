"""Sources that are due, as batches for whoever polls them: those of one host together, and a host in one batch at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence, Set

MOST = 25  # sources in a batch: what a job costs the queue is shared by so many polls


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Rows of sources to be polled together; `host` is the registrable domain of all of them, "" when they are of several."""

    rows: tuple[int, ...]
    host: str = ""


def batches(due: Sequence[tuple[int, str]], busy: Set[str]) -> list[Batch]:
    """Batches of sources, given by row and host, of which the hosts that are `busy` are left out; all in the order given.

    Of a host with several sources the first ones go, in a batch of their own: the rest is still due when they are polled. Hosts
    with one share batches. A host "" is the user's own and may be asked by many at once.
    """
    of: dict[str, list[int]] = {}
    for row, host in due:
        if host not in busy or not host:
            of.setdefault(host, []).append(row)
    shared = of.pop("", [])
    shared += [rows[0] for rows in of.values() if len(rows) == 1]
    alone = [Batch(tuple(rows[:MOST]), host) for host, rows in of.items() if len(rows) > 1]
    return [*alone, *(Batch(part) for part in _parts(shared))]


def _parts(rows: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(rows), MOST):
        yield tuple(rows[start : start + MOST])
