"""Whether a poll changed so much of a source at once that it is to be held for a while."""

from __future__ import annotations

import dataclasses
import math

LEAST = 20  # entries; below, a source may do as it likes
TIMES = 10.0  # its usual volume
SURPRISE = 3.0  # times its usual volume are no longer to be expected
SHARE = 0.5  # of the entries of its document, unless the user says otherwise


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What a poll would change: entries that its document carries, those among them that are new and that are stored otherwise.

    `usual` is how many new ones are to be expected since the last poll; None when that is not known.
    """

    carried: int
    new: int
    changed: int
    usual: float | None = None


def trips(change: Change, share: float = SHARE) -> str:
    """Why a poll is to be held, in words; "" when it is not.

    That is when more than `share` of a document's entries are changed, when as many are new although so many were not to be
    expected, and when many times the usual volume is new; each time at least LEAST entries. An infinite share never holds any.
    """
    if math.isinf(share):
        return ""
    if change.changed >= LEAST and change.changed > share * change.carried:
        return f"{change.changed} of its {change.carried} entries changed at once"
    if change.usual is None or change.new < LEAST:
        return ""
    expected = max(change.usual, 1.0)
    if change.new > TIMES * expected or (change.new > share * change.carried and change.new > SURPRISE * expected):
        return f"{change.new} of its {change.carried} entries are new at once, where about {expected:.0f} would be usual"
    return ""
