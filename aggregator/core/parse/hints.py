"""What a feed says of its own rhythm: RSS 2.0's ttl, skipHours and skipDays, and the syndication module of RSS 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from aggregator.core import model

_PERIODS = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_DAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_LONGEST = 604_800.0  # seconds of a period that tells anything
_AROUND = 65_536  # bytes before and after the items
_HOURS = re.compile(rb"(?is)<skiphours\s*>(.{0,2000}?)</skiphours")
_HOUR = re.compile(rb"(?i)<hour\s*>\s*(\d{1,2})\s*<")
_SKIPPED_DAYS = re.compile(rb"(?is)<skipdays\s*>(.{0,2000}?)</skipdays")
_DAY = re.compile(rb"(?i)<day\s*>\s*([a-z]{3})")


def hints(raw: Mapping[str, object], data: bytes) -> model.Hints:
    """The hints in a feed's head; `raw` is what feedparser read of it, which keeps only the last hour and day of `data`."""
    periods = [60 * _number(raw.get("ttl")), _syndicated(raw)]
    around = data.partition(b"<item")[0][:_AROUND] + data.rpartition(b"</item>")[2][-_AROUND:]
    hours = (int(hour) % 24 for hour in _listed(_HOURS, _HOUR, around) if int(hour) <= 24)  # RSS 0.91 calls midnight 24
    days = (_DAYS.index(day.lower()) for day in _listed(_SKIPPED_DAYS, _DAY, around) if day.lower() in _DAYS)
    return model.Hints(tuple(period for period in periods if 0 < period <= _LONGEST), _bits(hours, 24), _bits(days, 7))


def _syndicated(raw: Mapping[str, object]) -> float:
    """Seconds between updates (web.resource.org/rss/1.0/modules/syndication); 0 when it does not say."""
    period = _PERIODS.get(str(raw.get("sy_updateperiod")).strip().lower(), 0.0)
    return period / (_number(raw.get("sy_updatefrequency")) or 1.0)


def _number(value: object) -> float:
    said = value.strip() if isinstance(value, str) else ""
    return float(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0.0


def _listed(within: re.Pattern[bytes], one: re.Pattern[bytes], data: bytes) -> list[bytes]:
    found = within.search(data)
    return one.findall(found[1]) if found else []


def _bits(numbers: Iterable[int], count: int) -> int:
    """The numbers as bits; none when all are there, for then nothing is said."""
    bits = sum(1 << number for number in set(numbers))
    return bits if bits != (1 << count) - 1 else 0
