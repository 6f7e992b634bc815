"""What users said of two entries comes before what was found: the groups of duplicates that follow."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Grouped:
    """A stored entry and the published id of the entry that it was found to duplicate; its own when it duplicates none."""

    id: str
    judged: str
    seen: float  # when it came, in seconds since 1970


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """A user's verdict on two entries, by their published ids."""

    one: str
    other: str
    same: bool


def regroup(entries: Iterable[Grouped], decisions: Sequence[Decision]) -> dict[str, str]:
    """The head of each entry, once all decisions are obeyed, the later ones over the earlier.

    Of two that are different the later one goes its own way, unless it is the head of their group: then the other does. Groups
    that are the same go by the head that came first. Decisions on entries that are not here are passed over.
    """
    known = {entry.id: entry for entry in entries}
    heads = {id: _found(known, id) for id in known}
    for decision in decisions:
        if decision.one in known and decision.other in known:
            ordered = sorted((known[decision.one], known[decision.other]), key=lambda entry: (entry.seen, entry.id))
            (_join if decision.same else _part)(heads, known, ordered[0].id, ordered[1].id)
    return heads


def _found(known: dict[str, Grouped], id: str) -> str:
    """The head of an entry by what was found; that may have become a copy itself while users kept the two apart."""
    passed: list[str] = []
    while id in known and known[id].judged != id and id not in passed:
        passed.append(id)
        id = known[id].judged
    return min(passed[passed.index(id) :]) if id in passed else id


def _join(heads: dict[str, str], known: dict[str, Grouped], one: str, other: str) -> None:
    left, right = heads[one], heads[other]
    kept, given = sorted((left, right), key=lambda id: (known[id].seen if id in known else 0.0, id))
    heads |= {id: kept for id, head in heads.items() if head == given}


def _part(heads: dict[str, str], known: dict[str, Grouped], one: str, other: str) -> None:
    if heads[one] == heads[other]:
        leaves = one if heads[other] == other else other
        heads[leaves] = leaves
