"""What two spellings of one article's address have in common."""

from __future__ import annotations

import functools
import re
import urllib.parse

from aggregator.core.urls import gating, places, redirectors, tracking

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION = re.compile(r"(?i);jsessionid=[^/?#;]*")
_AMP_PATH = re.compile(r"/amp(?:\.html?)?\Z|\.amp(?=(?:\.html?)?\Z)")
_AMP_QUERY = frozenset(
    ["amp", "amp=1", "amp=true", "_amp=true", "outputtype=amp", "output=amp", "hs_amp=true", "is_amp=1", "view=amp", "service=amp"]
)


@functools.lru_cache(maxsize=4_096)  # an entry's address is compared in several ways
def normalise(url: str) -> str:
    """What two spellings of one article's address have in common; for comparing, not for following.

    Gone: scheme, `www.`, `m.`, `amp.`, default port, redirectors, tracking, the order of parameters, a closing slash, AMP's
    marks and caches, session ids in paths, escapes that need not be (RFC 3986 6.2.2) and the fragment, unless it looks like a
    route (`#!…`, `#/…`). Empty for what is no http(s) address.
    """
    gated = gating.gate(url)
    if gated is None:
        return ""
    plain = _ESCAPE.sub(_unescaped, redirectors.unwrapped(gated))
    parts = urllib.parse.urlsplit(tracking.untracked(plain))
    netloc = parts.netloc
    for screen in places.SCREENS:
        if netloc.startswith(screen) and netloc.count(".") > 1:
            netloc = netloc[len(screen) :]
    path = _path(parts.path)
    query = "&".join(sorted(p for p in parts.query.split("&") if p and p.lower() not in _AMP_QUERY))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return netloc + path + ("?" + query if query else "") + ("#" + fragment if fragment else "")


def _path(path: str) -> str:
    path = _SESSION.sub("", path).rstrip("/")
    if path.startswith("/amp/"):
        path = path[len("/amp") :]
    return _AMP_PATH.sub("", path).rstrip("/")


def _unescaped(escape: re.Match[str]) -> str:
    letter = chr(int(escape[0][1:], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()
