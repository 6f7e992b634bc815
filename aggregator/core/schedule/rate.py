"""How often a source publishes: three memories of different length, each believed as far as it foretold the source well.

Each memory is a Gamma belief about a Poisson rate whose evidence fades with a half-life, so it answers for silence as well as
for news. A source that changed its ways is soon led by the short memory, a steady one by the long one.
"""

from __future__ import annotations

import dataclasses
import math

from aggregator.core.schedule import bounds

HALF_LIVES = (1.5 * bounds.DAY, 10 * bounds.DAY, 60 * bounds.DAY)
_TRUST = 30 * bounds.DAY  # half-life of how well a memory foretold
_COUNTS = (1.0, 1.0, 1.0)  # what each memory believes before anything is known: so many events …
_SPANS = (10 * bounds.DAY,) * 3  # … in so many seconds
_MEMORIES = tuple((half, half / math.log(2), count, span) for half, count, span in zip(HALF_LIVES, _COUNTS, _SPANS, strict=True))


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """A tuple holds one number for each half-life: faded counts of events, faded seconds of watching, log-odds."""

    counts: tuple[float, ...] = (0.0, 0.0, 0.0)
    spans: tuple[float, ...] = (0.0, 0.0, 0.0)
    odds: tuple[float, ...] = (0.0, 0.0, 0.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """Events a second: the mixture of the memories, and the longest memory alone."""

    present: float
    lasting: float


def estimate(rate: Rate, silence: float) -> Estimate:
    """The rate after so many seconds of silence."""
    odds, rates = [], []
    for (half, life, few, early), count, span, odd in zip(_MEMORIES, rate.counts, rate.spans, rate.odds, strict=True):
        kept = 2.0 ** (-silence / half)
        odds.append(odd + _silent(count + few, span + early, silence))
        rates.append((count * kept + few) / (span * kept + life * (1 - kept) + early))
    best = max(odds)
    shares = [math.exp(odd - best) for odd in odds]
    return Estimate(sum(share * one for share, one in zip(shares, rates, strict=True)) / sum(shares), rates[-1])


def met(rate: Rate, silence: float) -> Rate:
    """The rate after so many seconds of silence, ended by an event."""
    counts, spans, odds = [], [], []
    for (half, life, few, early), count, span, odd in zip(_MEMORIES, rate.counts, rate.spans, rate.odds, strict=True):
        kept = 2.0 ** (-silence / half)
        left, watched = count * kept, span * kept + life * (1 - kept)
        odds.append(odd + _silent(count + few, span + early, silence) + math.log((left + few) / (watched + early)))
        counts.append(left + 1)
        spans.append(watched)
    best, kept = max(odds), 2.0 ** (-silence / _TRUST)
    return Rate(tuple(counts), tuple(spans), tuple((odd - best) * kept for odd in odds))


def _silent(count: float, span: float, silence: float) -> float:
    """The logarithm of how likely the silence is: a Gamma belief makes it a Lomax."""
    return -count * math.log1p(silence / span)
