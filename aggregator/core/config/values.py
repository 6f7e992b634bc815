"""The kinds of values in feeds.yaml: durations, sizes, budgets, networks, addresses."""

from __future__ import annotations

import datetime
import ipaddress
import re
import urllib.parse
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pydantic

from aggregator.core import urls

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_SIZES = {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?b?)", re.IGNORECASE)
_LONGEST = datetime.timedelta(days=36_500)


def _duration(value: object) -> datetime.timedelta:
    if isinstance(value, datetime.timedelta):
        return value
    if not isinstance(value, str) or not _DURATION.fullmatch(value.replace(" ", "").lower()):
        raise ValueError(f'{_shown(value)} is not a duration; write for example "30m", "2h" or "1d"')
    seconds = sum(float(n) * _UNITS[unit] for n, unit in _DURATION_PART.findall(value.replace(" ", "").lower()))
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{_shown(value)} is longer than a hundred years")
    return datetime.timedelta(seconds=seconds)


def _interval(value: object) -> datetime.timedelta | Literal["adaptive"]:
    if value == "adaptive":
        return "adaptive"
    try:
        duration = _duration(value)
    except ValueError:
        raise ValueError(f'{_shown(value)} is no interval; write "adaptive" or a duration, for example "30m"') from None
    if duration < datetime.timedelta(seconds=1):
        raise ValueError(f"{_shown(value)} is too short; the shortest interval is 1s")
    return duration


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or (found[2] and not found[2].lower().endswith("b")) or float(found[1]) <= 0:
        raise ValueError(f'{_shown(value)} is not a size; write for example "500kB" or "2MB"')
    return int(float(found[1]) * _SIZES[found[2].lower()])


def _budget(value: object) -> int:
    number, _, period = value.partition("/") if isinstance(value, str) else ("", "", "")
    if not number.strip().isdecimal() or period.strip() != "day" or int(number) < 1:
        raise ValueError(f'{_shown(value)} is not a budget; write for example "20000/day"')
    return int(number)


def _network(value: object) -> Network:
    if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return value
    try:
        return ipaddress.ip_network(str(value))
    except ValueError as error:
        raise ValueError(f'{_shown(value)} is not a network; write for example "192.168.1.0/24" ({error})') from None


def _http(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is no address; it must begin with http:// or https://")
    if urllib.parse.urlsplit(value).scheme.lower() not in ("http", "https"):
        raise ValueError(f"{_shown(urls.redact(value))} is no address that can be fetched; it must begin with http:// or https://")
    if urls.gate(value) is None:
        raise ValueError(f"{_shown(urls.redact(value))} is not a valid address")
    return value


def listen(value: object) -> str | None:
    """Where to serve as `host:port`; None for off. Raises ValueError."""
    if value is False or value == "off" or value is None:
        return None
    host, colon, port = str(value).rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError(f'{_shown(value)} is no address to listen on; write for example "127.0.0.1:8080", or off')
    return f"{host}:{int(port)}"


def _shown(value: object) -> str:
    """A value as the user wrote it, as far as it helps."""
    said = value if isinstance(value, str) else repr(value)
    return f'"{said[:60]}"'


def _kind(parse: Callable[[Any], Any], **schema: Any) -> Any:
    return pydantic.PlainValidator(parse), pydantic.WithJsonSchema(schema)


_DURATION_SCHEMA = r"^(\d+(\.\d+)?[smhdw])+$"
Duration = Annotated[datetime.timedelta, *_kind(_duration, type="string", pattern=_DURATION_SCHEMA)]
Interval = Annotated[
    datetime.timedelta | Literal["adaptive"],
    *_kind(_interval, anyOf=[{"const": "adaptive"}, {"type": "string", "pattern": _DURATION_SCHEMA}]),
]
Size = Annotated[
    int, *_kind(_size, anyOf=[{"type": "integer", "minimum": 1}, {"type": "string", "pattern": r"^\d+(\.\d+)? ?[kMG]?B$"}])
]
Budget = Annotated[int, *_kind(_budget, type="string", pattern=r"^\d+/day$")]
Networks = tuple[Annotated[Network, *_kind(_network, type="string")], ...]
Address = Annotated[str, *_kind(_http, type="string", format="uri", pattern="^https?://")]
Listen = Annotated[str | None, *_kind(listen, anyOf=[{"type": "string"}, {"const": False}])]
Flag = Annotated[bool, pydantic.Strict()]
Count = Annotated[int, pydantic.Strict(), pydantic.Field(ge=1)]
Word = Annotated[str, pydantic.BeforeValidator(lambda v: str(v) if isinstance(v, int) and not isinstance(v, bool) else v)]
Words = tuple[Word, ...]


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, when it is one and no name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
