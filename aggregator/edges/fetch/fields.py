"""What goes out in headers, and what is read from those that come back; none of it trusted."""

from __future__ import annotations

import base64
import datetime
import email.utils
import re
import urllib.parse
from collections.abc import Mapping

from aggregator.core import errors, model, text, urls

DAY = 86_400.0
WEEK = 7 * DAY
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)
DELTA = (b"A-IM", b"feed")
_READ = frozenset(("feed", "gzip", "identity"))  # instance manipulations
_LONGEST_VALIDATOR = 2_048  # characters; servers refuse requests with longer header lines
_LONGEST_DATE = 64
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\x00\s]+(?:[ \t]+[^\x00\s]+)*")
_OURS = re.compile(
    "(?i)a-im|accept-encoding|connection|content-length|host|if-.*|keep-alive|range|te|trailer|transfer-encoding|upgrade"
)

Pairs = list[tuple[bytes, bytes]]


def common(user_agent: str) -> Pairs:
    """What every request says."""
    named = text.one_line(user_agent).encode("ascii", "replace")
    return [
        (b"User-Agent", named),
        (b"Accept", ACCEPT.encode("ascii")),
        (b"Accept-Encoding", b"gzip"),
        (b"Connection", b"close"),
    ]


FORM, JSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"


def posting(user_agent: str, kind: str, besides: Mapping[str, str]) -> Pairs:
    """What a request says that carries something of this media type; `besides` are headers of ours."""
    named = text.one_line(user_agent).encode("ascii", "replace")
    own = [(name.encode("ascii"), value.encode("ascii")) for name, value in besides.items()]
    return [(b"User-Agent", named), (b"Accept", b"*/*"), (b"Content-Type", kind.encode("ascii")), *own, (b"Connection", b"close")]


def conditional(validators: model.Validators) -> Pairs:
    """The headers of a conditional request (RFC 9110 13.1), byte for byte as the server gave them; what cannot be sent is not."""
    given = ((b"If-None-Match", validators.etag), (b"If-Modified-Since", validators.last_modified))
    pairs = [(name, _bytes(value)) for name, value in given]
    return [(name, value) for name, value in pairs if _VALUE.fullmatch(value)]


def delta(conditional: Pairs) -> Pairs:
    """Beside an entity tag, that what is new since then will do (RFC 3229 10.5.3)."""
    return [DELTA] if any(name == b"If-None-Match" for name, _ in conditional) else []


def is_delta(status: int, im: str) -> bool:
    """Whether an answer to `A-IM: feed` holds only what is new (RFC 3229 10.4; `im` is its IM header), in a form that we read."""
    done = [part.partition(";")[0].strip().lower() for part in im.split(",") if part.strip()]
    return set(done) <= _READ and ("feed" in done if done else status == 226)


def secret(url: str, headers: Mapping[str, str]) -> Pairs:
    """What is for one origin only: a source's own headers, and the user name and password of its url (RFC 7617).

    Headers that govern the connection, the coding or the validators are ours to write and left out.
    """
    own = {name.lower(): (name, value) for name, value in headers.items() if not _OURS.fullmatch(name)}
    parts = urllib.parse.urlsplit(url)
    if parts.username is not None and "authorization" not in own:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        own["authorization"] = ("Authorization", "Basic " + base64.b64encode(pair.encode()).decode("ascii"))
    return [_checked(name, value) for name, value in own.values()]


def merged(common: Pairs, own: Pairs) -> Pairs:
    """Both; where both name one, the source's own."""
    named = {name.lower() for name, _ in own}
    return [pair for pair in common if pair[0].lower() not in named] + own


def _checked(name: str, value: str) -> tuple[bytes, bytes]:
    encoded = _bytes(value.strip())
    if not _NAME.fullmatch(name) or (encoded and not _VALUE.fullmatch(encoded)):
        shown = text.shorten(text.one_line(name), 40)
        raise errors.FetchError(
            f"its header {shown!r} cannot be sent: a line break or a character that HTTP forbids", kind="protocol"
        )
    return name.encode("ascii"), encoded


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def validators(etag: str, last_modified: str) -> model.Validators:
    """The validators of an answer, headers read as Latin-1 so that each byte is kept; overlong ones count as none."""
    kept = (value if len(value) <= _LONGEST_VALIDATOR else "" for value in (etag, last_modified))
    return model.Validators(*kept)


def location(value: str, base: str) -> str:
    """Where a redirect leads (RFC 9110 10.2.2): FetchError (redirect) when it does not say, AddressRefused when not http(s)."""
    target = _utf8(value).strip()
    if not target:
        raise errors.FetchError("redirects without saying where to", kind="redirect")
    gated = urls.gate(urllib.parse.urldefrag(target).url or base, base)
    if gated is None:
        raise errors.AddressRefused(f"redirects to {shown(target)}, which is no http(s) address")
    return gated


def _utf8(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def shown(url: str) -> str:
    """An address as messages may hold it: without secrets, of printable characters, not long."""
    return text.shorten(text.one_line(urls.redact(url)), 200)


def retry_after(value: str, now: datetime.datetime) -> float | None:
    """Seconds to wait (RFC 9110 10.2.3: seconds or a date), at most a day; None when not given, past or senseless."""
    said = value.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", said):
        return min(float(said[:32]), DAY)
    when = moment(value)
    if when is None or when < now:
        return None
    return min((when - now).total_seconds(), DAY)


def max_age(found: Mapping[str, str], now: datetime.datetime) -> float | None:
    """For how many seconds an answer stays fresh (RFC 9111 4.2), at most a week; None when it does not say or makes no sense.

    `found` holds headers by name in lower case. `Cache-Control` wins over `Expires`; what caches spent (`Age`) is taken off.
    """
    said = dict(re.findall(r'([a-z-]+)(?:\s*=\s*"?([^",\s]*))?', found.get("cache-control", "").lower()))
    if said.get("no-store") == "" or said.get("no-cache") == "":
        return 0.0
    lifetime = _seconds(said["max-age"]) if "max-age" in said else _until(found.get("expires", ""), found.get("date", ""), now)
    if lifetime is None:
        return None
    return min(max(lifetime - (_seconds(found.get("age", "")) or 0.0), 0.0), WEEK)


def _seconds(value: str) -> float | None:
    said = value.strip()
    return float(said[:32]) if re.fullmatch("[0-9]+", said) else None


def _until(expires: str, date: str, now: datetime.datetime) -> float | None:
    end = moment(expires)
    return None if end is None else (end - (moment(date) or now)).total_seconds()


def moment(value: str) -> datetime.datetime | None:
    """An HTTP date in any of its three forms (RFC 9110 5.6.7), in UTC; None when it is none."""
    if len(value) > _LONGEST_DATE:
        return None
    try:
        found = email.utils.parsedate_to_datetime(value)
        return found.replace(tzinfo=datetime.UTC) if found.tzinfo is None else found.astimezone(datetime.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
