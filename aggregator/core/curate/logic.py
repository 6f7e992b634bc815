"""What can be proved of conditions without an entry: that one holds always, never, or whenever another does.

What is not proved may still be so: these answers are for advice to users, and err on the side of saying nothing.
"""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Iterator
from typing import Any

import re2

from aggregator.core import text
from aggregator.core.curate import condition, match

Condition = condition.Condition
_ALWAYS_THERE = frozenset({"title", "text", "link", "path", "source", "language"})  # what every entry has, be it empty
_PROBES = ("", "x", "京", string.printable, f"{string.printable} é – ß " * 200)  # what hits all of these asks for nothing
_CHANGED = frozenset({"title", "category", "score"})  # what rules may change


def always(asked: Condition) -> bool:
    """Whether a condition holds for every entry."""
    return all(_always(part) for part in _parts(asked))


def never(asked: Condition) -> bool:
    """Whether a condition holds for no entry: it asks for something and for its contrary."""
    rest = dataclasses.replace(asked, not_=None)
    return (asked.not_ is not None and (always(asked.not_) or (not rest.empty() and implies(rest, asked.not_)))) or any(
        never(one) for one in asked.all_
    )


def implies(one: Condition, other: Condition) -> bool:
    """Whether the other condition holds whenever the one does."""
    return all(_part_implied(one, part) for part in _parts(other))


def changeable(asked: Condition) -> bool:
    """Whether it asks for something that rules may change on the way."""
    inner = (*asked.any_, *asked.all_, *((asked.not_,) if asked.not_ else ()))
    return any(getattr(asked, name) is not None for name in _CHANGED) or any(map(changeable, inner))


def _parts(asked: Condition) -> Iterator[tuple[str, Any]]:
    """All that must hold: fields with what they are compared with, `any` with its members, and what must not be."""
    for one in asked.all_:
        yield from _parts(one)
    for field in dataclasses.fields(asked):
        value = getattr(asked, field.name)
        if field.name != "all_" and value not in (None, ()):
            yield field.name, value


def _always(part: tuple[str, Any]) -> bool:
    name, value = part
    if name == "not_":
        return never(value)
    if name == "any_":
        return any(always(one) for one in value) or any(_excludes(one, other) for one in value for other in value)
    if isinstance(value, match.Match):
        return name in _ALWAYS_THERE and any(_everywhere(pattern) for pattern in value.regex)
    return (name in ("words", "age") and value.max is None and not value.min) or (
        name == "coverage" and value.max is None and value.min <= 1
    )


def _excludes(one: Condition, other: Condition) -> bool:
    """Whether the other holds wherever the one does not: the one only says what must not be, and that is enough for the other."""
    return one.not_ is not None and dataclasses.replace(one, not_=None).empty() and implies(one.not_, other)


def _everywhere(pattern: str) -> bool:
    return all(re2.search(pattern, probe, match.QUIET) for probe in _PROBES)


def _part_implied(one: Condition, part: tuple[str, Any]) -> bool:
    if _always(part):
        return True
    name, wanted = part
    if name == "any_" and any(implies(one, member) for member in wanted):
        return True
    return any(_said_by(given, part) for given in _parts(one))


def _said_by(given: tuple[str, Any], part: tuple[str, Any]) -> bool:
    """Whether one thing that must hold brings the other along."""
    (name, value), (asked, wanted) = given, part
    if name == "any_":
        return all(_part_implied(member, part) for member in value)
    if name != asked:
        return False
    if name == "not_":
        return implies(wanted, value)
    if isinstance(value, match.Match):
        return _narrower(value, wanted)
    return bool(value == wanted) if isinstance(value, bool) else _within(value, wanted)


def _within(one: Any, other: Any) -> bool:
    return (other.min is None or (one.min is not None and one.min >= other.min)) and (
        other.max is None or (one.max is not None and one.max <= other.max)
    )


def _narrower(one: match.Match, other: match.Match) -> bool:
    """Whether each of the ways in which the one may match is a match of the other too."""
    return (
        all(_phrase_found(phrase, other) for phrase in one.words)
        and all(any(text.fold(wanted) in text.fold(said) for wanted in other.text) for said in one.text)
        and all(pattern in other.regex for pattern in one.regex)
    )


def _phrase_found(phrase: str, other: match.Match) -> bool:
    said = text.words(phrase)
    spoken = f" {' '.join(said)} "
    return any(f" {' '.join(text.words(wanted))} " in spoken for wanted in other.words) or any(
        text.fold(wanted) in word for wanted in other.text for word in said
    )
