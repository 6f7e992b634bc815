"""What is published, so that every host that serves has the same files: names, digests, times and bytes."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

import zstandard

from aggregator.edges.store import database, packing


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    """A published file: a digest of its bytes, and since when it is so."""

    digest: str
    at: datetime.datetime


def listed(ask: database.Query) -> dict[str, Published]:
    """All that is published, by name."""
    rows = ask("SELECT name, digest, published_at FROM files ORDER BY name", ())
    return {row[0]: Published(row[1], packing.instant(row[2])) for row in rows}


def body(ask: database.Query, name: str, digest: str) -> bytes | None:
    """The bytes of a file; None when it has changed meanwhile."""
    rows = ask("SELECT body FROM files WHERE name = ? AND digest = ?", (name, digest))
    return zstandard.ZstdDecompressor().decompress(rows[0][0]) if rows else None


def keep(transaction: database.Transaction, changed: Mapping[str, tuple[Published, bytes]], gone: Sequence[str]) -> None:
    """Have these files be published, and those not any more."""
    pack = zstandard.ZstdCompressor(level=3).compress
    transaction.many(
        "INSERT INTO files (name, digest, published_at, body) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "digest = excluded.digest, published_at = excluded.published_at, body = excluded.body",
        [(name, one.digest, one.at.timestamp(), pack(data)) for name, (one, data) in sorted(changed.items())],
    )
    transaction.many("DELETE FROM files WHERE name = ?", [(name,) for name in sorted(gone)])
