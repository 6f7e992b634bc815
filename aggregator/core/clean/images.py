"""Pictures as readers can load them: lazy ones mended, beacons gone, one address each."""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterator

import selectolax.lexbor

from aggregator.core import urls

Node = selectolax.lexbor.LexborNode
LAZY = [
    "data-src",
    "data-original",
    "data-orig",
    "data-url",
    "data-orig-file",
    "data-large-file",
    "data-medium-file",
    "data-lazy-src",
    "data-lazy",
    "data-hi-res-src",
    "data-full-src",
    "data-img-src",
    "data-image",
    "data-image-src",
    "data-actualsrc",
    "data-echo",
    "data-ezsrc",
    "data-cfsrc",
    "nitro-lazy-src",
    "data-original-mos",
    "data-2000src",
    "data-1000src",
    "data-800src",
    "data-655src",
    "data-500src",
    "data-380src",
]
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_LONGEST_SET = 20_000  # characters
_WIDEST = 2000  # pixels; wider ones only cost readers time
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|placeholder|spacer|transparent|lazy|lazyload|loading|loader|pixel|1x1|gr[ea]y)[\w.-]*\.(?:gif|png|svg|jpe?g)"
)
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)")
_TINY = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*[01]px|display\s*:\s*none")
_EMOJI = re.compile(r"//s\.w\.org/images/core/emoji/|//[^/]*twimg\.com/emoji/")


@functools.cache
def _beacons() -> tuple[str, ...]:
    lines = importlib.resources.files(__package__).joinpath("beacons.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def beacon(url: str) -> bool:
    """Whether an address is known to serve nothing but a count of readers."""
    address = url.partition("//")[2]
    return any(part in address if part[0] == "/" else address.startswith(part) or f".{part}" in address for part in _beacons())


def mend(image: Node, base: str) -> bool:
    """Give a picture the one address it is to be loaded from; False when it has none, is a beacon or an emoji, and is gone."""
    attributes = image.attributes
    if _EMOJI.search(attributes.get("src") or ""):
        image.replace_with(attributes.get("alt") or "")
        return False
    url = None if _invisible(attributes) else address(attributes, base)
    if url is None or beacon(url):
        image.decompose()
        return False
    image.attrs["src"] = url
    for name in ("width", "height"):
        if not (attributes.get(name) or "0").isdecimal():
            del image.attrs[name]
    return True


def address(attributes: dict[str, str | None], base: str) -> str | None:
    """The address of a picture: its own, or what a script would have put in its place."""
    own = _gated(attributes.get("src"), base)
    if own is not None and not (_put_later(attributes) and "lazy" in (attributes.get("class") or "")):
        return own
    for name in LAZY:
        if (found := _gated(attributes.get(name), base)) is not None:
            return found
    for name in _SETS:
        if (found := widest(attributes.get(name) or "", base)) is not None:
            return found
    return own or _lookalike(attributes, base)


def widest(candidates: str, base: str) -> str | None:
    """The best of a srcset (HTML 4.8.4.2.1): the widest up to 2,000 pixels, or of the highest density."""
    best, found = float("-inf"), None
    for url, descriptor in _candidates(candidates[:_LONGEST_SET]):
        size = _size(descriptor)
        if size > best and (gated := _gated(url, base)) is not None:
            best, found = size, gated
    return found


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    url = ""
    for token in srcset.split():
        if url:
            descriptor, _, following = token.partition(",")
            yield url, descriptor
            url = following.strip(",")
        elif token.endswith(","):
            yield token.strip(","), ""
        else:
            url = token.strip(",")
    if url:
        yield url, ""


def _size(descriptor: str) -> float:
    number = descriptor[:-1]
    if not number.replace(".", "", 1).isdecimal() or len(number) > 6:
        return 1.0
    width = float(number)
    return -width if descriptor.endswith("w") and width > _WIDEST else width


def _gated(url: str | None, base: str) -> str | None:
    if not url or len(url) > urls.LONGEST or url[:5].lower() == "data:" or _PLACEHOLDER.search(url.lower()):
        return None
    return urls.gate(url, base)


def _put_later(attributes: dict[str, str | None]) -> bool:
    return any(attributes.get(name) for name in LAZY) or bool(attributes.get("data-srcset"))


def _lookalike(attributes: dict[str, str | None], base: str) -> str | None:
    """Any other attribute that reads like the address of a picture (the rule of Mozilla's Readability)."""
    for name, value in attributes.items():
        if value and name not in ("alt", "title", "src") and _PICTURE.search(value) and " " not in value.strip():
            return _gated(value, base)
    return None


def _invisible(attributes: dict[str, str | None]) -> bool:
    """One pixel or none in a direction: made to be loaded, not seen."""
    sides = [(attributes.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    return any(side in ("0", "1") for side in sides) or bool(_TINY.search((attributes.get("style") or "").lower()))
