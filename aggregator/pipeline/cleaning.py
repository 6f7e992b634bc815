"""Cleaning in a worker, by what is known of a source: entries that a poll brings, and stored ones once more."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from aggregator.core import clean, model, polls, text


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What is known of a source before a job: the counts over its articles as the store has them, and what it is called."""

    memory: str
    names: tuple[str, ...] = ()


def cleaning(
    entries: Sequence[model.Entry], new: Sequence[bool], policy: clean.Policy, known: Known
) -> tuple[tuple[model.Cleaned, ...], polls.Lesson | None]:
    """Entries cleaned by what is known and what they themselves teach, those of them that are new; and that lesson, if any."""
    memory = remembered(known.memory)
    taught = memory.taught(_marks(entry) for entry, is_new in zip(entries, new, strict=True) if is_new)
    learned = taught.learned()
    cleaned = tuple(clean.clean(entry, policy, learned) for entry in entries)
    return cleaned, None if taught == memory else polls.Lesson(taught.dump(), learned.digest, digest(policy))


def studying(entries: Sequence[model.Entry], policy: clean.Policy, known: Known) -> polls.Lesson:
    """What entries teach that were stored before anything was learned of their source, the oldest first."""
    taught = remembered(known.memory).taught(map(_marks, entries))
    return polls.Lesson(taught.dump(), taught.learned().digest, digest(policy))


def cleaning_again(
    entries: Sequence[model.Entry], before: Sequence[model.Cleaned], policy: clean.Policy, known: Known
) -> tuple[model.Cleaned | None, ...]:
    """Stored entries cleaned by what is known now; None for one that stays as it is.

    A repeat that went once and was forgotten since, because its source stopped using it, stays away.
    """
    memory = remembered(known.memory)
    learned = memory.learned()
    result: list[model.Cleaned | None] = []
    for entry, was in zip(entries, before, strict=True):
        gone = {clean.fingerprint(removal.text) for removal in was.removed if removal.rule == "learned"}
        forgotten = frozenset(gone - memory.sightings.keys())
        now = clean.clean(entry, policy, dataclasses.replace(learned, repeats=learned.repeats | forgotten))
        result.append(None if now == was else now)
    return tuple(result)


def _marks(entry: model.Entry) -> tuple[clean.Mark, ...]:
    return clean.marks(clean.texts(entry), entry.title)


def remembered(dumped: str) -> clean.Memory:
    """The counts of a source; those that cannot be read are begun anew, for articles teach them again."""
    try:
        return clean.Memory.load(dumped)
    except ValueError:
        return clean.Memory()


def digest(policy: clean.Policy) -> str:
    """The same for the same policy."""
    values = (getattr(policy, field.name) for field in dataclasses.fields(policy))
    return text.digest(*(repr(sorted(value) if isinstance(value, frozenset) else value) for value in values))
