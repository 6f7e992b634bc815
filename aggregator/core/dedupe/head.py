"""Which copy of an article is shown: its content, link, authors, rights and source, always those of one and the same copy."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

AS_FULL = 0.9  # share of the longest text's words: edits, not cuts
GAIN = 1.25  # times the words that were shown; below, readers gain nothing by the change


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """One copy of an article. `trust` is its source's, higher is better; `seen` when it came first, in seconds since 1970."""

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
    claim. What is shown stays, unless another is much fuller or as full and of a more trusted source. Raises ValueError when
    there are none.
    """
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
