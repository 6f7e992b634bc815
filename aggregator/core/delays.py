"""How late entries were seen after they were published, counted by bounds as Prometheus counts (a histogram)."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterable

BOUNDS = (60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)  # seconds
LONGEST = 2 * 86_400.0  # seconds; what is older says nothing of polling: a source that dates its entries back


@dataclasses.dataclass(frozen=True, slots=True)
class Delays:
    """`counts` has one for each of BOUNDS and one for what is beyond the last; `total` in seconds."""

    counts: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)
    total: float = 0.0

    def counted(self, delays: Iterable[float]) -> Delays:
        """With some delays more, in seconds; those that can be none, and those beyond LONGEST, are passed over."""
        counts, total = list(self.counts), self.total
        for delay in delays:
            if 0 <= delay <= LONGEST:
                counts[bisect.bisect_left(BOUNDS, delay)] += 1
                total += delay
        return Delays(tuple(counts), total)
