"""URLs from strangers: gated before use, resolved, stripped of tracking, compared, and shown without secrets."""

from __future__ import annotations

import functools
import importlib.resources
import ipaddress
import re
import urllib.parse

import idna

LONGEST = 2048  # characters; longer addresses work in no browser and in few servers
_BLANKS = re.compile(r"[\t\n\r]")
_UNSAFE = re.compile(r"[^!#$%&'()*+,/:;=?@\[\]~A-Za-z0-9._-]")
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_SECRET = re.compile(
    r"(?i)(?:.*[_.\-\[])?(?:access|api|app|auth|client|feed|pass|private|rss|user)?"
    r"(?:auth|credentials?|jwt|key|pass(?:phrase|wd|word)?|pwd|secret|sess(?:ion)?(?:id)?|sig|signature|token)\]?"
)
_NAME = re.compile(r"(?:^|[;?])([^=;?]*)=")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_CACHE = re.compile(r"https?://(?:www\.google\.[a-z.]+/amp|[a-z0-9-]+\.cdn\.ampproject\.org/[cv])/(?:s/)?(?=[^/]+\.)")
_PREFIXES = ("www.", "m.", "mobile.", "amp.")
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?"
    r"/[!$&'()*+,/:=@~A-Za-z0-9._-]*(?:\?[!$&'()*+,/:;=?@~A-Za-z0-9._-]+)?(?:#[!$&'()*+,/:;=?@~A-Za-z0-9._-]+)?\Z"
)
_HOST = re.compile(r"^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$")


def gate(url: str, base: str = "") -> str | None:
    """An address that may be shown and followed: absolute, http(s), of legal characters, no user name; else None.

    Relative addresses start from `base`. Hosts become ASCII (IDNA 2008), other characters are percent-encoded (RFC 3986).
    """
    if len(url) <= 253 and _PLAIN.match(url) and "/." not in url and url.count("//") == 1:
        return url  # most are: nothing to resolve, fold or escape
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
    try:
        return (urllib.parse.urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


@functools.cache
def _trackers() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = importlib.resources.files(__package__).joinpath("trackers.txt").read_text("utf-8").splitlines()
    names = [line.split("#")[0].strip() for line in lines]
    exact = frozenset(name for name in names if name and not name.endswith("*"))
    return exact, tuple(name[:-1] for name in names if name.endswith("*"))


def _tracks(parameter: str) -> bool:
    exact, prefixes = _trackers()
    name, _, value = parameter.partition("=")
    lowered = name.lower().removeprefix("amp;")
    return lowered in exact or f"{lowered}={value.lower()}" in exact or lowered.startswith(prefixes)


def untracked(url: str) -> str:
    """The address without the parameters that only tell who clicked where; everything else as it was."""
    if "?" not in url and "#" not in url:
        return url
    address, _, fragment = url.partition("#")
    head, _, query = address.partition("?")
    kept = "&".join(p for p in query.split("&") if not _tracks(p))
    anchor = "&".join(p for p in fragment.split("&") if "=" not in p or not _tracks(p))
    return head + ("?" + kept if kept else "") + ("#" + anchor if anchor else "")


def normalise(url: str) -> str:
    """What two spellings of one article's address have in common; for comparing, not for following.

    Gone: scheme, `www.`, `m.`, `amp.`, default port, tracking, the order of parameters, a closing slash, AMP suffixes and caches,
    escapes that need not be (RFC 3986 6.2.2) and the fragment, unless it looks like a route (`#!…`, `#/…`). Empty for what
    is no http(s) address.
    """
    gated = gate(url)
    if gated is None:
        return ""
    if (cached := _AMP_CACHE.sub("https://", gated)) != gated:
        gated = gate(cached) or gated
    parts = urllib.parse.urlsplit(untracked(_ESCAPE.sub(_unescaped, gated)))
    netloc = parts.netloc
    for prefix in _PREFIXES:
        if netloc.startswith(prefix) and netloc.count(".") > 1:
            netloc = netloc[len(prefix) :]
    path = re.sub(r"/amp$", "", parts.path.rstrip("/"))
    query = "&".join(sorted(p for p in parts.query.split("&") if p and p not in ("amp", "amp=1", "outputType=amp")))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return netloc + path + ("?" + query if query else "") + ("#" + fragment if fragment else "")


def _unescaped(escape: re.Match[str]) -> str:
    letter = chr(int(escape[0][1:], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()


def redact(url: str) -> str:
    """The address as it may be shown: without user name and password, and with the values of keys and tokens struck out."""
    try:
        parts = urllib.parse.urlsplit(url)
        legible = bool(parts.netloc) and parts.port != 0
    except ValueError:
        legible = False
    if legible:
        url = urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    elif "@" in url:
        url = "…@" + url.rpartition("@")[2]  # whatever stands before may be a password that holds a slash
    address, mark, fragment = url.partition("#")
    head, question, query = address.partition("?")
    return head + question + _redact_parameters(query) + mark + _redact_parameters(fragment)


def _redact_parameters(query: str) -> str:
    return "&".join(_redact_parameter(p) for p in query.split("&"))


def _redact_parameter(parameter: str) -> str:
    for found in _NAME.finditer(parameter):
        if _SECRET.fullmatch(urllib.parse.unquote(found[1])):
            return parameter[: found.end()] + "…"
    return parameter
