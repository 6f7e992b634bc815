"""A rhythm as bytes for the store, at most a kilobyte, and back without loss."""

from __future__ import annotations

import math
import struct
import zlib

from aggregator.core import model
from aggregator.core.schedule import beat, profile, rate
from aggregator.core.schedule.rhythm import ECHOES, PRIOR, STRETCHES, Rhythm, derived

_FORM = b"\x02"  # of what follows; another one is not read, but learned anew
_NAMED = 3  # periods that hints may name: max-age, ttl, sy:updatePeriod
_LENGTHS = (2, 3, 3, 3, 1, 7, len(PRIOR), len(ECHOES), 2, len(STRETCHES), len(STRETCHES), _NAMED + 2)
_PARTS = struct.Struct(f"<{sum(_LENGTHS)}d{len(beat.PERIODS)}Q{len(beat.PERIODS)}B")
_LARGEST = 4_096  # bytes that a rhythm may unfold to


def pack(rhythm: Rhythm) -> bytes:
    """A rhythm as bytes."""
    numbers = (
        *(math.nan if moment is None else moment for moment in (rhythm.at, rhythm.latest)),
        *rhythm.pace.counts,
        *rhythm.pace.spans,
        *rhythm.pace.odds,
        rhythm.habits.scale,
        *rhythm.habits.days,
        *rhythm.credits,
        *rhythm.echoes,
        rhythm.entries,
        rhythm.events,
        *rhythm.recent,
        *rhythm.most,
        *(*rhythm.hints.periods, *(0.0,) * _NAMED)[:_NAMED],
        rhythm.hints.skip_hours,
        rhythm.hints.skip_days,
    )
    return _FORM + zlib.compress(_PARTS.pack(*numbers, *rhythm.timer.phases, *rhythm.timer.agreed) + rhythm.habits.clock, 6)


def unpack(data: bytes) -> Rhythm | None:
    """The rhythm that was packed; None for anything else, which is to be learned anew from stored dates."""
    try:
        plain = zlib.decompressobj().decompress(data[1:], _LARGEST) if data[:1] == _FORM else b""
        numbers, clock = _PARTS.unpack(plain[: _PARTS.size]), plain[_PARTS.size :]
        return _rhythm(numbers, clock) if len(clock) == len(profile.Profile().clock) else None
    except (zlib.error, struct.error, ValueError, OverflowError):  # the latter: no whole numbers where they should be
        return None


def _rhythm(numbers: tuple[float, ...], clock: bytes) -> Rhythm:
    parts, start = [], 0
    for length in (*_LENGTHS, len(beat.PERIODS), len(beat.PERIODS)):
        parts.append(numbers[start : start + length])
        start += length
    moments, counts, spans, odds, scale, days, credited, echoes, sizes, recent, most, said, phases, agreed = parts
    at, latest = (None if math.isnan(moment) else moment for moment in moments)
    made = Rhythm(
        at=at,
        latest=latest,
        pace=rate.Rate(counts, spans, odds),
        habits=profile.Profile(clock, scale[0], days),
        credits=credited,
        echoes=echoes,
        entries=sizes[0],
        events=sizes[1],
        recent=recent,
        most=most,
        timer=beat.Beat(tuple(int(one) for one in phases), tuple(int(one) for one in agreed)),
        hints=model.Hints(tuple(filter(None, said[:_NAMED])), int(said[_NAMED]), int(said[_NAMED + 1])),
    )
    return derived(made)
