"""Enclosures and images: what an entry attaches, its type, bytes and seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from aggregator.core import model
from aggregator.core.parse import fields

MOST = 50  # enclosures of one entry
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,5}):(\d{1,2})(?:\.\d+)?\Z")
_SECONDS = re.compile(r"(\d{1,7})(?:\.\d+)?\Z")
_BYTES = re.compile(r"\d{1,15}\Z")
_ORDINAL = re.compile(r"\d{1,6}\Z", re.ASCII)
_KINDS = ("full", "trailer", "bonus")
_EXPLICIT = {"yes": True, "true": True, "explicit": True, "no": False, "false": False, "clean": False}
_MEDIA = ("audio", "video", "image")
_IMAGE_NAME = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)")


def enclosure(
    url: object, base: str, kind: object = None, length: object = None, duration: object = None
) -> model.Enclosure | None:
    """An enclosure, None if its address is none. A wrong or empty type, length or duration is None."""
    gated = fields.address(url, base)
    return model.Enclosure(gated, media_type(kind), count(length), seconds(duration)) if gated else None


def distinct(found: Iterable[model.Enclosure | None]) -> tuple[model.Enclosure, ...]:
    """Every address once, the first mention winning; at most fifty."""
    by_url: dict[str, model.Enclosure] = {}
    for one in found:
        if one is not None and len(by_url) < MOST:
            by_url.setdefault(one.url, one)
    return tuple(by_url.values())


def media_type(value: object) -> str | None:
    """`Audio/MPEG; x=y` as `audio/mpeg`."""
    found = _TYPE.match(value.strip().lower()) if isinstance(value, str) else None
    return found.group() if found else None


def count(value: object) -> int | None:
    """A number of bytes; None for what is none, and for 0, which feeds say when they don't know."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 < value < 10**15 else None
    digits = value.strip() if isinstance(value, str) else ""
    return (int(digits) or None) if _BYTES.match(digits) else None


def seconds(value: object) -> int | None:
    """`3600`, `62:05` and `1:02:05` as seconds (itunes:duration); None for anything else and for nothing."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) or None if 0 < value < 10**7 else None
    given = value.strip() if isinstance(value, str) else ""
    if found := _SECONDS.match(given):
        return int(found.group(1)) or None
    clock = _CLOCK.match(given)
    if clock is None:
        return None
    hours, minutes, rest = (int(part or 0) for part in clock.groups())
    return hours * 3600 + minutes * 60 + rest or None


def episode(raw: Mapping[str, object]) -> model.Episode | None:
    """What Apple's tags say of an entry; None when they say nothing."""
    kind = str(raw.get("itunes_episodetype") or "").strip().lower()
    said = raw.get("itunes_explicit")
    found = model.Episode(
        number=_ordinal(raw.get("itunes_episode")),
        season=_ordinal(raw.get("itunes_season")),
        kind=kind if kind in _KINDS else "",
        explicit=said if isinstance(said, bool) else _EXPLICIT.get(str(said or "").strip().lower()),
    )
    return found if found != model.Episode() else None


def _ordinal(value: object) -> int | None:
    digits = value.strip() if isinstance(value, str) else ""
    return int(digits) or None if _ORDINAL.match(digits) else None


def attached(contents: Iterable[Mapping[str, object]], base: str) -> Iterator[model.Enclosure | None]:
    """Media RSS: every media:content that is audio, video or an image (by its type, else by its medium)."""
    for content in contents:
        kind = media_type(content.get("type"))
        if (kind or str(content.get("medium")).lower()).partition("/")[0] in _MEDIA:
            yield enclosure(content.get("url"), base, kind, content.get("filesize"), content.get("duration"))


def picture(thumbnails: Sequence[Mapping[str, object]], contents: Sequence[Mapping[str, object]], base: str) -> str | None:
    """The widest of the images that Media RSS offers, thumbnails first when none is wider."""
    offered = [*thumbnails, *(content for content in contents if _is_image(content))]
    for image in sorted(offered, key=_width, reverse=True):
        if gated := fields.address(image.get("url"), base):
            return gated
    return None


def _is_image(content: Mapping[str, object]) -> bool:
    kind, url = content.get("type") or content.get("medium"), content.get("url")
    if isinstance(kind, str):
        return kind.strip().lower().startswith("image")
    return isinstance(url, str) and bool(_IMAGE_NAME.search(url))


def _width(image: Mapping[str, object]) -> int:
    return count(image.get("width")) or 0
