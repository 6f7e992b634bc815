"""Cleaning in a worker, by what is known of a source: entries that a poll brings, and stored ones once more."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from aggregator.core import clean, model, polls, text, urls

HELD = 5_000_000  # characters of HTML whose blocks are held at once
Parts = tuple[clean.Block, ...] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What is known of a source before a job: the counts over its articles as the store has them, and what it is called."""

    memory: str
    names: tuple[str, ...] = ()


def cleaning(
    entries: Sequence[model.Entry], new: Sequence[bool], policy: clean.Policy, known: Known
) -> tuple[tuple[model.Cleaned, ...], polls.Lesson | None]:
    """Entries cleaned by what is known and what they themselves teach, those of them that are new; and that lesson, if any."""
    parts = _parts(entries)
    taught, learned = learning(entries, new, known, parts)
    cleaned = tuple(clean.clean(entry, policy, learned, read) for entry, read in zip(entries, parts, strict=True))
    return cleaned, polls.Lesson(taught.dump(), learned.digest, digest(policy)) if any(new) else None


def learning(
    entries: Sequence[model.Entry], new: Sequence[bool], known: Known, parts: Sequence[Parts] = ()
) -> tuple[clean.Memory, clean.Learned]:
    """The counts over a source's articles with those entries that are new, and what they prove."""
    read = parts or [None] * len(entries)
    articles = (_marks(entry, blocks) for entry, is_new, blocks in zip(entries, new, read, strict=True) if is_new)
    taught = remembered(known.memory).taught(articles)
    return taught, taught.learned(known.names)


def _parts(entries: Sequence[model.Entry]) -> list[Parts]:
    """The blocks of entries, so that each is parsed once; of more than can be held at once, none."""
    small = sum(len(entry.content or entry.summary) for entry in entries) <= HELD
    return [clean.read(entry) if small else None for entry in entries]


def studying(entries: Sequence[model.Entry], policy: clean.Policy, known: Known) -> polls.Lesson:
    """What entries teach that were stored before anything was learned of their source, the oldest first."""
    taught, learned = learning(entries, [True] * len(entries), known)
    return polls.Lesson(taught.dump(), learned.digest, digest(policy))


def cleaning_again(
    entries: Sequence[model.Entry], before: Sequence[model.Cleaned], policy: clean.Policy, known: Known
) -> tuple[model.Cleaned | None, ...]:
    """Stored entries cleaned by what is known now; None for one that stays as it is.

    A repeat that went once and was forgotten since, because its source stopped using it, stays away.
    """
    memory = remembered(known.memory)
    learned = memory.learned(known.names)
    result: list[model.Cleaned | None] = []
    for entry, was in zip(entries, before, strict=True):
        gone = {clean.fingerprint(removal.text) for removal in was.removed if removal.rule == "learned"}
        forgotten = frozenset(gone - memory.sightings.keys())
        now = clean.clean(entry, policy, dataclasses.replace(learned, repeats=learned.repeats | forgotten))
        result.append(None if now == was else now)
    return tuple(result)


def _marks(entry: model.Entry, parts: Parts) -> tuple[clean.Mark, ...]:
    blocks = clean.read(entry) if parts is None else parts
    return clean.marks([block.text for block in blocks if block.text], entry.title)


def remembered(dumped: str) -> clean.Memory:
    """The counts of a source; those that cannot be read are begun anew, for articles teach them again."""
    try:
        return clean.Memory.load(dumped)
    except ValueError:
        return clean.Memory()


def names(name: str | None, title: str, address: str) -> tuple[str, ...]:
    """What a source is called: in feeds.yaml, by itself, and by its host."""
    return tuple(filter(None, (name, title, urls.host(address))))


def digest(policy: clean.Policy) -> str:
    """The same for the same policy."""
    values = (getattr(policy, field.name) for field in dataclasses.fields(policy))
    return text.digest(*(repr(sorted(value) if isinstance(value, frozenset) else value) for value in values))
