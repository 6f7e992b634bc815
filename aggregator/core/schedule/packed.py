"""A rhythm as bytes for the store, at most a kilobyte, and back without loss."""

from __future__ import annotations

import functools
import math
import struct
import zlib

from aggregator.core import model
from aggregator.core.schedule import beat, profile, rate
from aggregator.core.schedule.rhythm import ECHOES, PRIOR, STRETCHES, Rhythm, derived

_FORM = b"\x03"  # of what follows; another one is not read, but learned anew
_NAMED = 3  # periods that hints may name: max-age, ttl, sy:updatePeriod
_LENGTHS = (2, 3, 3, 3, 1, 7, len(PRIOR), len(ECHOES), 2, len(STRETCHES), len(STRETCHES), _NAMED + 2)
_PARTS = struct.Struct(f"<{sum(_LENGTHS)}d{len(beat.PERIODS)}Q{len(beat.PERIODS)}B")
_CLOCK = len(profile.Profile().clock)
_LARGEST = 4_096  # bytes that a rhythm may unfold to
_MOST = 1_024  # bytes that are kept


def pack(rhythm: Rhythm) -> bytes:
    """A rhythm as bytes; its bands, which take ten times as long to make as all the rest to read, as far as there is room."""
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
    known = _PARTS.pack(*numbers, *rhythm.timer.phases, *rhythm.timer.agreed) + rhythm.habits.clock
    bands = rhythm.bands
    form = _bands(len(bands.starts))
    packed = _FORM + zlib.compress(
        known + form.pack(*(round(start / profile.SLOT) for start in bands.starts), *bands.daily, *bands.weekly), 6
    )
    return packed if len(packed) <= _MOST else _FORM + zlib.compress(known, 6)


def unpack(data: bytes) -> Rhythm | None:
    """The rhythm that was packed; None for anything else, which is to be learned anew from stored dates."""
    try:
        plain = zlib.decompressobj().decompress(data[1:], _LARGEST) if data[:1] == _FORM else b""
        return _rhythm(_PARTS.unpack_from(plain), plain[_PARTS.size :])
    except (zlib.error, struct.error, ValueError, OverflowError):  # the last two: no whole numbers where they should be
        return None


@functools.lru_cache(maxsize=profile.SLOTS)
def _bands(count: int) -> struct.Struct:
    """So many bands: their first slots, and levels."""
    return struct.Struct(f"<{count}H{count}e{count}e")


def _rhythm(numbers: tuple[float, ...], rest: bytes) -> Rhythm:
    parts, start = [], 0
    for length in (*_LENGTHS, len(beat.PERIODS), len(beat.PERIODS)):
        parts.append(numbers[start : start + length])
        start += length
    moments, counts, spans, odds, scale, days, credited, echoes, sizes, recent, most, said, phases, agreed = parts
    at, latest = (None if math.isnan(moment) else moment for moment in moments)
    clock, banded = rest[:_CLOCK], rest[_CLOCK:]
    if len(clock) < _CLOCK:
        raise ValueError
    habits, hints = profile.Profile(clock, scale[0], days), _hints(said)
    made = Rhythm(
        at=at,
        latest=latest,
        pace=rate.Rate(counts, spans, odds),
        habits=habits,
        credits=credited,
        echoes=echoes,
        entries=sizes[0],
        events=sizes[1],
        recent=recent,
        most=most,
        timer=beat.Beat(tuple(int(one) for one in phases), tuple(int(one) for one in agreed)),
        hints=hints,
    )
    return derived(made, _read(habits, hints, banded) if banded else None)


def _hints(said: tuple[float, ...]) -> model.Hints:
    return model.Hints(tuple(filter(None, said[:_NAMED])), int(said[_NAMED]), int(said[_NAMED + 1]))


def _read(habits: profile.Profile, hints: model.Hints, data: bytes) -> profile.Bands:
    count, rest = divmod(len(data), _bands(1).size)
    if rest:
        raise ValueError
    levels = _bands(count).unpack(data)
    return profile.banded(habits, hints, levels[:count], levels[count : 2 * count], levels[2 * count :])
