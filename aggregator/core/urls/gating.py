"""The gate: what of a stranger's address may be shown and followed."""

from __future__ import annotations

import functools
import ipaddress
import re
import urllib.parse

import idna

LONGEST = 2048  # characters; longer addresses work in no browser and in few servers
_BLANKS = re.compile(r"[\t\n\r]")
_UNSAFE = re.compile(r"[^!#$%&'()*+,/:;=?@\[\]~A-Za-z0-9._-]")
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?"
    r"/[!$&'()*+,/:=@~A-Za-z0-9._-]*(?:\?[!$&'()*+,/:;=?@~A-Za-z0-9._-]+)?(?:#[!$&'()*+,/:;=?@~A-Za-z0-9._-]+)?\Z"
)
_NAMED = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]|\Z)")
_HOST = re.compile(r"^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$")


def gate(url: str, base: str = "") -> str | None:
    """An address that may be shown and followed: absolute, http(s), of legal characters, no user name; else None.

    Relative addresses start from `base`. Hosts become ASCII (IDNA 2008), other characters are percent-encoded (RFC 3986).
    """
    whole = _origin(base) + url if base and url[:1] == "/" and url[1:2] != "/" else url
    if len(whole) <= 253 and _PLAIN.match(whole) and "/." not in whole and whole.count("//") == 1:
        return whole  # most are: nothing to resolve, fold or escape
    if len(url) > 2 * LONGEST:  # encoding such a monster would cost more than refusing it
        return None
    try:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(base, _BLANKS.sub("", url.strip())))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host:
        return None
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return None
    default = {"http": 80, "https": 443}[scheme]
    netloc = ascii_host if port in (None, default) else f"{ascii_host}:{port}"
    gated = urllib.parse.urlunsplit((scheme, netloc, _escape(parts.path) or "/", _escape(parts.query), _escape(parts.fragment)))
    return gated if len(gated) <= LONGEST else None


@functools.lru_cache(64)
def _origin(base: str) -> str:
    """Scheme and host of an address that may be followed; "" of others."""
    gated = gate(base)
    return "/".join(gated.split("/", 3)[:3]) if gated else ""


def _escape(part: str) -> str:
    encoded = _UNSAFE.sub(lambda found: urllib.parse.quote(found.group(), errors="replace"), part)
    return _BAD_ESCAPE.sub("%25", encoded).replace("[", "%5B").replace("]", "%5D")


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0])}]"
        except ValueError:
            return None
    if host.isascii():
        return host.lower() if len(host) <= 253 and _HOST.match(host.lower()) else None
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None


def host(url: str) -> str:
    """The host of an address, lower case; "" when it has none."""
    if named := _NAMED.match(url):
        return named[1]
    try:
        return (urllib.parse.urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
