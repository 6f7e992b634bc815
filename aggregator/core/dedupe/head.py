"""Which copy of an article is shown: its content, link, authors, rights and source, always those of one and the same copy."""

from __future__ import annotations

import dataclasses
import itertools
import operator
from collections.abc import Iterable, Sequence

AS_FULL = 0.9  # share of the longest text's words: edits, not cuts
GAIN = 1.25  # times the words that were shown; below, readers gain nothing by the change


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """One copy of an article: `trust` is its source's, higher is better, 0 the usual; `seen` is when it came first.

    That is in seconds since 1970.
    """

    id: str
    words: int
    trust: int
    seen: float


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """The copy that is shown, and whether readers gain so much by it over the last one that `updated` moves."""

    id: str
    material: bool


def choose_head(members: Sequence[Member], shown: str | None = None) -> Choice:
    """Choose which of the copies to show; `shown` is the one chosen before. The published id does not follow the choice.

    Of the texts about as full as the fullest that of the most trusted source, of these the first to come, whatever dates they
    claim. What is shown stays, unless another is much fuller or as full and of a more trusted source. Copies whose trust is
    negative are shown when there are no others, however full they are. Raises ValueError when there are none at all.
    """
    members = [member for member in members if member.trust >= 0] or members
    most = max(member.words for member in members)
    full = [member for member in members if member.words >= AS_FULL * most]
    best = min(full, key=lambda member: (-member.trust, member.seen, member.id))
    before = next((member for member in members if member.id == shown), None)
    if before is None:
        return Choice(best.id, material=False)
    gains = best.words > GAIN * before.words
    if gains or (before.trust < best.trust and best.words >= AS_FULL * before.words):
        return Choice(best.id, gains)
    return Choice(before.id, material=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """The copy that is shown of a group, and when readers gained by it last, in seconds since 1970; None when they never did."""

    id: str
    gained_at: float | None


def shown(members: Iterable[Member]) -> Shown:
    """The copy that is shown after all of them have come, one poll after the other.

    It follows from the copies alone, so that nobody has to remember what was shown before. Raises ValueError when there are none.
    """
    came: list[Member] = []
    chosen, gained_at = None, None
    ordered = sorted(members, key=lambda member: (member.seen, member.id))
    for seen, together in itertools.groupby(ordered, key=operator.attrgetter("seen")):
        came += together
        choice = choose_head(came, chosen)
        chosen, gained_at = choice.id, seen if choice.material else gained_at
    if chosen is None:
        raise ValueError("a group has at least one member")
    return Shown(chosen, gained_at)
