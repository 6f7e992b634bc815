"""Moves a store from one engine to another."""

from __future__ import annotations

import time
from typing import Any

from aggregator.core import urls
from aggregator.edges.store import transfer


def copy(origin: str, goal: str) -> dict[str, Any]:
    """Copy a store into an empty one, and compare them; what was copied. Raises StoreError."""
    begun = time.monotonic()
    rows = transfer.copy(origin, goal)
    return {
        "from": urls.redact(origin),
        "to": urls.redact(goal),
        "sources": rows["sources"],
        "entries": rows["entries"],
        "rows": sum(rows.values()),
        "seconds": round(time.monotonic() - begun, 3),
    }
