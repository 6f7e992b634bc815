"""Durations and sizes as people write them in feeds.yaml."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Annotated, Any

import pydantic

from aggregator.core import text, urls

NUMBER = r"[0-9]+(\.[0-9]+)?"
DURATION = rf"^( *{NUMBER} *[smhdwSMHDW])+ *$"
LARGEST = 1_000_000_000_000_000
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_PART = re.compile(rf"({NUMBER}) *([smhdw])")
_SIZE = rf"^ *{NUMBER} *([kKmMgG]?[bB])? *$"
_SIZES = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
_LONGEST = datetime.timedelta(days=36_500)


def duration(value: object) -> datetime.timedelta:
    """A duration such as `1h30m`. Raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(DURATION, value):
        raise ValueError(f'{shown(value)} is not a duration; write for example "30m", "2h" or "1d"')
    seconds = sum(float(number) * _UNITS[unit] for number, _, unit in _PART.findall(value.lower()))
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{shown(value)} is longer than a hundred years")
    return datetime.timedelta(seconds=seconds)


def size(value: object) -> int:
    """A size such as `2MB` in bytes. Raises ValueError."""
    found = value if isinstance(value, int) and not isinstance(value, bool) else 0
    if isinstance(value, str) and re.fullmatch(_SIZE, value):
        number, unit = re.findall(rf"({NUMBER}) *([kmg]?)", value.lower())[0][::2]
        found = int(min(float(number) * _SIZES[unit], LARGEST))
    if not 1 <= found <= LARGEST:
        raise ValueError(f'{shown(value)} is not a size; write for example "500kB" or "2MB"')
    return found


def shown(value: object) -> str:
    """A value as the user wrote it, as far as it helps; without secrets: what the environment filled in stays unsaid."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    said = str(getattr(value, "written", value))
    return f'"{text.shorten(text.one_line(urls.redact(said)), 60)}"'


def said(length: datetime.timedelta) -> str:
    """A duration as one would write it, down to seconds; `0s` for none."""
    left, parts = round(length.total_seconds()), []
    for unit, seconds in reversed(_UNITS.items()):
        count, left = divmod(left, seconds)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


def _kind(parse: Callable[[Any], Any], **schema: Any) -> Any:
    return pydantic.PlainValidator(parse), pydantic.WithJsonSchema(schema)


Duration = Annotated[datetime.timedelta, *_kind(duration, type="string", pattern=DURATION)]
Size = Annotated[int, *_kind(size, anyOf=[{"type": "integer", "minimum": 1}, {"type": "string", "pattern": _SIZE}])]
