"""Parsing in a worker; a module of its own, so that a worker imports what parses and nothing of what refreshes."""

from __future__ import annotations

import dataclasses

from aggregator.core import dedupe, model, parse


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed:
    """What was read of a document, and the hashes of its entries as they came, in their order."""

    reading: parse.Reading
    hashes: tuple[str, ...]


def parsing(response: model.Response, known: frozenset[str], entries: int, longest: int) -> Parsed:
    """A poll's first job, named as errors tell of it: what `parse.read` finds. Raises ParseError."""
    reading = parse.read(response, known, entries=entries, longest=longest)
    return Parsed(reading, tuple(dedupe.hash_of(entry) for entry in reading.feed.entries))
