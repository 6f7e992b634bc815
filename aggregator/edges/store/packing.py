"""Entries as bytes for the store: JSON, packed with zstandard."""

from __future__ import annotations

import dataclasses
import datetime
import json
import threading
from typing import Any

import zstandard

from aggregator.core import errors, model
from aggregator.edges.store import database

_LEVEL = 3
_LARGEST = 100_000_000  # bytes; more than any entry may have
_local = threading.local()  # a zstandard context serves one thread at a time


def pack(entry: model.Entry, text: str = "") -> bytes:
    """An entry and its plain text as bytes."""
    return pack_text(json.dumps([_plain(entry), text], ensure_ascii=False, separators=(",", ":")))


def unpack(data: bytes) -> tuple[model.Entry, str]:
    """The entry and the plain text that `pack` was given.

    Raises StoreCorrupt.
    """
    try:
        fields, text = json.loads(unpack_text(data))
    except ValueError as error:
        raise _damaged(error) from error
    return _entry(fields), text


def pack_text(value: str) -> bytes:
    """A long text as bytes."""
    return _compressor().compress(value.encode())


def unpack_text(data: bytes) -> str:
    """The text that `pack_text` was given.

    Raises StoreCorrupt.
    """
    try:
        return _decompressor().decompress(data, max_output_size=_LARGEST).decode()
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> errors.StoreCorrupt:
    return errors.StoreCorrupt(f"the store is damaged: an entry in it cannot be read ({error}); {database.MEND}")


def _compressor() -> zstandard.ZstdCompressor:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return _local.compressor  # type: ignore[no-any-return]


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    return _local.decompressor  # type: ignore[no-any-return]


def _plain(entry: model.Entry) -> dict[str, Any]:
    """The fields that say something; short, for there are many entries."""
    fields = {
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "summary": entry.summary,
        "content": entry.content,
        "authors": [[a.name, a.uri, a.email] for a in entry.authors],
        "categories": [[c.term, c.scheme, c.label] for c in entry.categories],
        "enclosures": [[e.url, e.type, e.length, e.duration] for e in entry.enclosures],
        "image": entry.image,
        "published": entry.published and entry.published.timestamp(),
        "updated": entry.updated and entry.updated.timestamp(),
        "rights": entry.rights,
        "language": entry.language,
        "base": entry.base,
        "target": entry.target,
        "paywall": entry.paywall or None,
        "episode": entry.episode and list(dataclasses.astuple(entry.episode)),
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _entry(fields: dict[str, Any]) -> model.Entry:
    return model.Entry(
        id=fields.get("id", ""),
        title=fields.get("title", ""),
        link=fields.get("link"),
        summary=fields.get("summary", ""),
        content=fields.get("content", ""),
        authors=tuple(model.Author(*author) for author in fields.get("authors", ())),
        categories=tuple(model.Category(*category) for category in fields.get("categories", ())),
        enclosures=tuple(model.Enclosure(*enclosure) for enclosure in fields.get("enclosures", ())),
        image=fields.get("image"),
        published=moment(fields.get("published")),
        updated=moment(fields.get("updated")),
        rights=fields.get("rights", ""),
        language=fields.get("language", ""),
        base=fields.get("base", ""),
        target=fields.get("target"),
        paywall=fields.get("paywall", False),
        episode=model.Episode(*fields["episode"]) if "episode" in fields else None,
    )


def instant(seconds: float) -> datetime.datetime:
    """Seconds since 1970, which are there, as a time in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def moment(seconds: float | None) -> datetime.datetime | None:
    """Seconds since 1970 as a time in UTC."""
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)
