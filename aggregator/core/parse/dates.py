"""Dates as feeds write them, in UTC; None rather than a guess when it is no date."""

from __future__ import annotations

import calendar
import datetime
import functools
import importlib.resources
import re

import dateutil.parser

from aggregator.core import text

LONGEST = 100  # characters; no date is longer
EARLIEST, LATEST = 1990, 9998  # years; before feeds, and as far as a time zone cannot leave the calendar

_EXPANDED = re.compile(r"[+-]\d")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?\Z")
_NUMBERED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NAMED = re.compile(r"(?i)(?<!\d)(\d{1,2})[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?[ -](\d{4}|\d{2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d+-])(\d{1,2}):(\d{2})(?!\d)(?::(\d{2})(?!\d))?")
_LEAP = re.compile(r"(:[0-5]\d):60(?!\d)")
_HALF = re.compile(r"(?i)\d\s*[ap]\.?m\b")
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:\.|er|º|ª|°)?[\s/-]*(?:de\s+|d['’])?([^\W\d_]+)\.?,?[\s/-]*(?:de\s+|del\s+)?(\d{4})(?!\d)(.*)"
)
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?(.*)")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})\b")
_ZONES = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
}  # hours


def date(value: object, parsed: object = None, language: str = "") -> datetime.datetime | None:
    """The moment that a text names, an aware UTC datetime of the years 1990 to 9998; no time zone is UTC (RFC 4287 3.3, RFC 822 5).

    `parsed` is what feedparser made of it: a UTC time tuple or None. Without it the text is tried as RFC 3339, as seconds since
    1970, with dateutil, and with the names of months in many languages. `language` says whether 5/1 is in January or in May.
    """
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        return None
    value = _LEAP.sub(r"\1:59", text.one_line(value))
    if _EXPANDED.match(value) or _impossible(value):
        return None
    if east_asian := _EAST_ASIAN.search(value):
        found = _built(*east_asian.groups())
    else:
        found = _epoch(value) or (None if _HALF.search(value) else _tuple(parsed, value) or _rfc3339(value))
        found = found or _worded(value) or _guessed(value, day_first=_day_first(language))
    return found if found is not None and EARLIEST <= found.year <= LATEST else None


def _impossible(value: str) -> bool:
    """Whether it names a day or a time that no calendar has; feedparser makes 2 March of 30 February."""
    clock = _CLOCK.search(value)
    if clock and not all(int(part or 0) <= most for part, most in zip(clock.groups(), (24, 59, 60), strict=True)):
        return True
    if numbered := _NUMBERED.match(value):
        year, month, day = map(int, numbered.groups())
    elif named := _NAMED.search(value):
        year, month, day = int(named.group(3)), _months()[named.group(2).lower()], int(named.group(1))
        year += 2000 if len(named.group(3)) == 2 else 0
    else:
        return False
    return not (year > 0 and 0 < month <= 12 and 0 < day <= calendar.monthrange(year, month)[1])


def _tuple(parsed: object, value: str) -> datetime.datetime | None:
    """feedparser's reading, unless its year is not in the text: a time alone it takes for one of today."""
    if not isinstance(parsed, tuple):
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        if not any(str(near) in value for near in (year, year - 1, year + 1)) and not _NAMED.search(value):
            return None
        return datetime.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=datetime.UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _epoch(value: str) -> datetime.datetime | None:
    found = _EPOCH.match(value)
    return datetime.datetime.fromtimestamp(int(found.group(1)), datetime.UTC) if found else None


def _rfc3339(value: str) -> datetime.datetime | None:
    try:
        return _utc(datetime.datetime.fromisoformat(value))
    except ValueError:
        return None


def _utc(found: datetime.datetime) -> datetime.datetime | None:
    if found.tzinfo is None:
        return found.replace(tzinfo=datetime.UTC)
    try:
        return found.astimezone(datetime.UTC)
    except (OverflowError, ValueError):
        return None


def _worded(value: str) -> datetime.datetime | None:
    """`lun. 5 janvier 2026 10:00`, `5. März 2026`."""
    found = _WORDED.search(value)
    month = _months().get(found.group(2).casefold()) if found else None
    return _built(found.group(3), month, found.group(1), found.group(4)) if found and month else None


def _built(year: str, month: str | int, day: str, rest: str) -> datetime.datetime | None:
    clock = _CLOCK.search(rest)
    if _HALF.search(rest) or (clock is None and rest.strip()):
        return None
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    try:
        return datetime.datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=datetime.UTC) - _ahead(rest)
    except (ValueError, OverflowError):
        return None


def _ahead(rest: str) -> datetime.timedelta:
    """How far ahead of UTC the time zone is that follows a time."""
    if offset := _OFFSET.search(rest):
        ahead = datetime.timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3)))
        return -ahead if offset.group(1) == "-" else ahead
    return datetime.timedelta(seconds=next((_zone(word, None) for word in rest.split() if word in _ZONES), 0))


@functools.cache
def _months() -> dict[str, int]:
    lines = importlib.resources.files(__package__).joinpath("months.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {name: int(row[0]) for row in rows for name in row[1:]}


def _day_first(language: str) -> bool:
    return language.lower() not in ("", "en", "en-us")


def _zone(name: str | None, offset: int | None) -> int:
    return offset if offset is not None else _ZONES.get(name or "", 0) * 3600


def _guessed(value: str, *, day_first: bool) -> datetime.datetime | None:
    """With dateutil, which fills in what is missing: read with two fillings, a date is only what is the same in both."""
    try:
        one, other = (
            dateutil.parser.parse(value, default=filling, dayfirst=day_first, tzinfos=_zone)
            for filling in (datetime.datetime(2000, 1, 1), datetime.datetime(2001, 2, 2))
        )
    except (ValueError, OverflowError, TypeError, ArithmeticError, LookupError, AttributeError):
        return None
    return _utc(one) if one == other else None
