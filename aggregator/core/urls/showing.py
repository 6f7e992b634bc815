"""Addresses as they may be shown, in logs and to people."""

from __future__ import annotations

import functools
import re
import urllib.parse

_SECRET = re.compile(
    r"(?i)(?:.*[_.\-\[])?(?:access|api|app|auth|client|feed|pass|private|rss|user)?"
    r"(?:auth|credentials?|jwt|key|pass(?:phrase|wd|word)?|pwd|secret|sess(?:ion)?(?:id)?|sig|signature|token)\]?"
)
_NAME = re.compile(r"(?:^|[;?])([^=;?]*)=")


@functools.lru_cache(maxsize=1 << 15)  # the sources' addresses are shown again and again
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
