"""The kinds of values in feeds.yaml: durations, sizes, budgets, networks, addresses."""

from __future__ import annotations

import datetime
import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import pydantic

from aggregator.core import amounts, text, urls

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SECRET = 16  # characters of a secret, at least
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"  # BCP 47, as far as feeds use it
_TOKEN = r"[A-Za-z0-9_-]{20,128}"
_BUDGET = r"^ *[0-9]*[1-9][0-9]* */ *day *$"
_SHARE = r"^ *(?=[^%]*[1-9])0*([0-9]{1,2}(\.[0-9]+)?|100(\.0+)?) *% *$"  # above 0 and up to 100
_HTTP = r"^[hH][tT][tT][pP][sS]?://[^ ]+$"
_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[^\s:/?#@\[\]]+):([0-9]{1,5})")
_HEADER = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
_SERVER = r"^postgresql://[^\s]+$"
_SPECIAL = frozenset("alt example internal invalid local localhost onion test".split())  # top levels of no public host


def _interval(value: object) -> datetime.timedelta | Literal["adaptive"]:
    if value == "adaptive":
        return "adaptive"
    if not isinstance(value, str) or not re.fullmatch(amounts.DURATION, value):
        raise ValueError(f'{amounts.shown(value)} is no interval; write "adaptive" or a duration, for example "30m"')
    duration = amounts.duration(value)
    if duration < datetime.timedelta(seconds=1):
        raise ValueError(f"{amounts.shown(value)} is too short; the shortest interval is 1s")
    return duration


def is_token(word: str) -> bool:
    """Whether a word may be the token of a private output."""
    return re.fullmatch(_TOKEN, word) is not None


def _secret(value: object) -> str:
    if not isinstance(value, str) or len(value) < _SECRET or _clear(value) != value:
        raise ValueError(f"a secret has {_SECRET} characters or more, on one line; `openssl rand -hex 20` makes one")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(_LANGUAGE, value):
        raise ValueError(f"{amounts.shown(value)} is no language; write for example en or pt-BR")
    return value


def _token(value: object) -> str:
    if not isinstance(value, str) or not is_token(value):
        raise ValueError('a token is 20 to 128 letters, digits, "-" or "_" that nobody can guess; `openssl rand -hex 20` makes one')
    return str(value)


def _budget(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch(_BUDGET, value):
        raise ValueError(f'{amounts.shown(value)} is not a budget; write for example "20000/day"')
    return min(int(value.partition("/")[0][:19]), amounts.LARGEST)


def _share(value: object) -> float:
    if value is False or value == "off":
        return math.inf
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
    if isinstance(value, str) and re.fullmatch(_SHARE, value):
        number = float(value.strip().removesuffix("%")) / 100
    if not 0 < number <= 1:
        raise ValueError(f'{amounts.shown(value)} is no share; write for example "50%" or 0.5, or off')
    return float(number)


def _network(value: object) -> Network:
    try:
        return ipaddress.ip_network(str(value))
    except ValueError:
        raise ValueError(f'{amounts.shown(value)} is not a network; write for example "192.168.1.0/24"') from None


def _day(value: object) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{amounts.shown(value)} is no day; write for example 2030-12-31") from None


def _http(value: object) -> str:
    if not isinstance(value, str) or not value.lower().startswith(("http://", "https://")):
        raise ValueError(f"{amounts.shown(value)} is no address that can be fetched; it must begin with http:// or https://")
    if urls.gate(value) is None or not re.fullmatch(_HTTP, value):
        raise ValueError(f"{amounts.shown(value)} is not a valid address")
    return str(value)


def listen(value: object) -> str | None:
    """Where to serve as `host:port`; None for off. Raises ValueError."""
    if value is False or value == "off":
        return None
    found = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[2]) > 65_535:
        raise ValueError(f'{amounts.shown(value)} is no address to listen on; write for example "127.0.0.1:8080", or off')
    return f"{found[1]}:{int(found[2])}"


def _store(value: object) -> str:
    if value == "sqlite":
        return "sqlite"
    if not isinstance(value, str) or not re.fullmatch(_SERVER, value):
        raise ValueError(
            "a store is sqlite, or a database of PostgreSQL by its address; write for example "
            '"postgresql://user:${PASSWORD}@db.example.org/feeds"'
        )
    return value


def _word(value: object) -> object:
    """Text, or a number that is meant as one, such as a year."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _two(value: object) -> object:
    if not isinstance(value, list) or len(value) != 2 or value[0] == value[1]:
        raise ValueError("name two entries, each by its id or its link: [one, other]")
    return value


def _clear(value: str) -> str:
    if text.printable(value) != value:
        raise ValueError("must not hold control characters")
    return value


def _header(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise ValueError("a header's value is one line of ASCII characters")
    return value


def _header_name(value: str) -> str:
    if not re.fullmatch(_HEADER, value):
        raise ValueError("a header's name is one word of letters, digits and hyphens")
    return value


def _kind(parse: Callable[[Any], Any], **schema: Any) -> Any:
    return pydantic.PlainValidator(parse), pydantic.WithJsonSchema(schema)


Duration = amounts.Duration
Interval = Annotated[
    datetime.timedelta | Literal["adaptive"],
    *_kind(_interval, anyOf=[{"const": "adaptive"}, {"type": "string", "pattern": amounts.DURATION}]),
]
Size = amounts.Size
Day = Annotated[datetime.date, *_kind(_day, type="string", format="date")]
Token = Annotated[str, *_kind(_token, type="string", pattern=f"^{_TOKEN}$")]
Secret = Annotated[str, *_kind(_secret, type="string", minLength=_SECRET)]
Language = Annotated[str, *_kind(_language, type="string", pattern=f"^{_LANGUAGE}$")]
Budget = Annotated[int, *_kind(_budget, type="string", pattern=_BUDGET)]
Share = Annotated[
    float,
    *_kind(
        _share,
        anyOf=[
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            {"type": "string", "pattern": _SHARE},
            {"enum": [False, "off"]},
        ],
    ),
]
Networks = tuple[Annotated[Network, *_kind(_network, type="string")], ...]
Address = Annotated[str, *_kind(_http, type="string", format="uri", pattern=_HTTP)]
Listen = Annotated[str | None, *_kind(listen, anyOf=[{"type": "string"}, {"const": False}])]
Store = Annotated[str, *_kind(_store, anyOf=[{"const": "sqlite"}, {"type": "string", "pattern": _SERVER}])]
Flag = Annotated[bool, pydantic.Strict()]
Count = Annotated[int, pydantic.Strict(), pydantic.Field(ge=1)]
Number = Annotated[int, pydantic.Strict(), pydantic.Field(ge=0)]
Word = Annotated[
    str,
    pydantic.WithJsonSchema({"type": ["string", "integer"], "minLength": 1}),
    pydantic.StringConstraints(min_length=1),
    pydantic.AfterValidator(_clear),
    pydantic.BeforeValidator(_word),
]
Words = tuple[Word, ...]
Several = Annotated[
    Words,
    pydantic.BeforeValidator(lambda value: [value] if isinstance(value, str) else value, json_schema_input_type=str | list[str]),
]
Two = Annotated[tuple[Word, Word], pydantic.BeforeValidator(_two), pydantic.Field(json_schema_extra={"uniqueItems": True})]
Headers = Mapping[
    Annotated[str, pydantic.AfterValidator(_header_name)],
    Annotated[str, pydantic.AfterValidator(_header)],
]


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, when it is one and no name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def public(host: str) -> bool:
    """Whether a host may be one of the open Internet, by its name alone: no special-use name (RFC 6761, RFC 6762, RFC 9476)."""
    address = literal(host.strip("[]"))
    if address is not None:
        return address.is_global and not address.is_multicast
    labels = host.rstrip(".").lower().split(".")
    return len(labels) > 1 and labels[-1] not in _SPECIAL and labels[-2:] != ["home", "arpa"]
