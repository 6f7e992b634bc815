"""Parsing in a worker; a module of its own, so that a worker imports what parses and nothing of what refreshes."""

from __future__ import annotations

from aggregator.core import model, parse


def parsing(response: model.Response, known: frozenset[str], entries: int, longest: int) -> parse.Reading:
    """A poll's first job, named as errors tell of it: what `parse.read` finds. Raises ParseError."""
    return parse.read(response, known, entries=entries, longest=longest)
