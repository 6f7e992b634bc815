"""Addresses that only lead to another one which they carry themselves: unwrapped without asking anyone.

Pages that show something of their own are none: archived copies (web.archive.org), translations, previews.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
import urllib.parse
from collections.abc import Callable, Mapping

from aggregator.core.urls import gating, places

_DEEPEST = 5
_AMP = re.compile(r"/(?:amp|[cv])/(s/)?([^/?#]{1,250}\.[^/?#]+[^#]*)")
_EMBEDDED = re.compile(r"(?i)[~*=/:](https?://[^#]+|https?(?::|%3a)%2f%2f[^#/?&]+)")
_SIGNATURE = re.compile(r":[\w-]{16,64}\Z")
_RUN = re.compile(r"\*(?:\*([A-Za-z0-9_-]))?")
_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def unwrapped(url: str) -> str:
    """The address that a known redirector carries in its own, gated; anything else as it is.

    Redirectors in redirectors are opened five deep; what is still one then stays as it came.
    """
    folded = url.lower()
    if folded.count("http") < 2 and "amp" not in folded and "ahr0" not in folded:
        return url  # most are: nothing in them could be another address
    target = url
    for _ in range(_DEEPEST):
        if (inner := _target(target)) is None:
            return target
        target = inner
    return url if _target(target) is not None else target


@functools.cache
def _table() -> Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Pattern of hosts -> where a target stands: beginnings of what is behind the host, each with parameters or a manner."""
    found: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for left, right in places.rows("redirectors.txt"):
        for place in left:
            host, slash, path = place.partition("/")
            found[host] = (*found.get(host, ()), (slash + path, right))
    return found


def _target(url: str) -> str | None:
    host = gating.host(url) if len(url) <= gating.LONGEST else ""
    if not host:
        return None
    behind = "/" + url.partition("//")[2].partition("/")[2]
    for pattern in places.patterns(host):
        for path, names in _table().get(pattern, ()):
            if behind.startswith(path):
                return next(filter(None, (_read(behind, name) for name in names)), None)
    return None


def _read(behind: str, name: str) -> str | None:
    """The target in what stands behind a host: in the parameter of this name, or in the manner of this name."""
    if name in MANNERS:
        carried = MANNERS[name](behind)
        return _followed(carried) if carried else None
    name, _, code = name.partition("/")
    for parameter in behind.partition("#")[0].partition("?")[2].split("&"):
        said, _, value = parameter.removeprefix("amp;").partition("=")
        if said.lower() == name and value:
            return _followed(CODES[code](value))
    return None


def _followed(target: str) -> str | None:
    """A target as it may be followed; None if it is relative, of another scheme, with a user name, or refused by the gate."""
    for _ in range(2):
        if not _absolute(target):
            target = urllib.parse.unquote(target)
    if not _absolute(target) or "@" in re.split(r"[/?#]", target.partition("//")[2], maxsplit=1)[0]:
        return None
    return gating.gate(target)


def _absolute(target: str) -> bool:
    return target[:8].lower().startswith(("http://", "https://"))


def _amp(behind: str) -> str | None:
    """AMP caches and viewers (amp.dev, AMP Cache URL format): `/c/s/host/path`."""
    found = _AMP.match(behind)
    return f"http{'s' if found[1] else ''}://{found[2]}" if found else None


def _embedded(behind: str) -> str | None:
    found = _EMBEDDED.search(behind)
    return found[1] if found else None


def _proofed(behind: str) -> str | None:
    """Proofpoint's URL Defense, version 3: odd characters are stars in the address, and stand behind it in base64."""
    address, _, rest = behind.partition("/v3/__")[2].partition("__;")
    odd = iter(_base64(rest.partition("!")[0].rstrip("=")))

    def put_back(run: re.Match[str]) -> str:
        length = _LENGTHS.index(run[1]) + 2 if run[1] else 1
        return "".join(letter for _, letter in zip(range(length), odd, strict=False))

    return re.sub(r"(?i)\A(https?):/(?!/)", r"\1://", _RUN.sub(put_back, address))


def _base64(value: str) -> str:
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


MANNERS: Mapping[str, Callable[[str], str | None]] = {
    "(amp)": _amp,
    "(query)": lambda behind: behind.partition("?")[2],
    "(path)": _embedded,
    "(proof)": _proofed,
}
CODES: Mapping[str, Callable[[str], str]] = {
    "": urllib.parse.unquote,
    "a1": lambda value: _base64(value.removeprefix("a1")),  # Bing
    "dashes": lambda value: urllib.parse.unquote(value.replace("-", "%").replace("_", "/")),  # URL Defense, version 2
    "signed": lambda value: _SIGNATURE.sub("", urllib.parse.unquote(value)),  # Disqus
}
