"""Whether a rendered file may replace the one that readers have."""

from __future__ import annotations

import collections
from collections.abc import Iterator

from aggregator.core.render import dates, format


def problems(kind: format.Format, data: bytes) -> Iterator[str]:
    """What is wrong with a file of this format: not whole or well-formed, ids missing or used twice, senseless dates."""
    if not data.strip():
        yield "the file is empty"
        return
    try:
        reading = kind.read(data)
    except ValueError as error:
        yield f"it is not well-formed {kind.label}: {error}"
        return
    for place, identity in enumerate(reading.ids, start=1):
        if not identity:
            yield f"entry {place} has no id"
    for identity, count in collections.Counter(filter(None, reading.ids)).items():
        if count > 1:
            yield f"{count} entries have the id {identity}"
    if any(dates.sane(moment) is None for moment in reading.dates):
        yield f"it has a date that cannot be read or is not between {dates.EARLIEST.year} and {dates.LATEST.year}"
