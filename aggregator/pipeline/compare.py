"""What arrives, beside what is stored: which entries duplicate which, and which stories they tell."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence

from aggregator.core import dedupe, model
from aggregator.edges import store


@dataclasses.dataclass(frozen=True, slots=True)
class Arrival:
    """A new entry: its published id, as cleaned, the row of its source, and when it was published as far as that can be true."""

    id: str
    cleaned: model.Cleaned
    source: int
    published: datetime.datetime | None
    held: bool = False  # it came with a mass change: it may be an old one under another name


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """What was found out about arrivals, by id: verdicts that merge, verdicts that do not, stories; what the store is to keep."""

    merged: Mapping[str, dedupe.Verdict]
    unsure: Mapping[str, dedupe.Verdict]
    stories: Mapping[str, str]
    placed: dedupe.Placed
    sketches: tuple[store.Entered, ...]


def compare(writing: store.Writing, arrivals: Sequence[Arrival], now: datetime.datetime, window: datetime.timedelta) -> Compared:
    """Compare new entries with those of the window and with each other; asks the store four questions, whatever their number."""
    reads = {one.id: dedupe.read(one.cleaned.entry.title, one.cleaned.text) for one in arrivals}
    items = {one.id: sketched(one, reads[one.id], now) for one in arrivals}
    holders = writing.holders([key for item in items.values() for key in dedupe.keys(item.sketch)], now - window)
    stored = writing.compared([row for item in items.values() for row in dedupe.promising(item, holders)])
    verdicts = dedupe.judge_all(items.values(), stored.values(), window.total_seconds())
    verdicts |= _rewritten(items, [one.id for one in arrivals if one.held], stored.values())
    merged = _straight({id: verdict for id, verdict in verdicts.items() if verdict.confidence == "certain"})
    unsure = {id: verdict for id, verdict in verdicts.items() if id not in merged}
    known = {item.id: item.story for item in stored.values()}
    follows = {id: known.get(one.duplicate_of, "") for id, one in unsure.items() if one.confidence == "probable"}
    told = _told(writing.frequencies, [items[id] for id in sorted(items.keys() - merged.keys())], reads, follows)
    held = writing.story_holders([key for one in told for key in dedupe.story_keys(one.topic)])
    placed = dedupe.place_all(told, held, writing.stories(dedupe.stories_wanted(told, held), sorted({*follows.values()} - {""})))
    heads = {id: verdict.duplicate_of for id, verdict in merged.items()}
    stories = {**placed.stories, **{id: _story(verdict, placed, known) for id, verdict in merged.items()}}
    return Compared(merged, unsure, stories, placed, entered(items.values(), heads, holders, stored))


def keep(writing: store.Writing, compared: Compared, now: datetime.datetime) -> None:
    """Store what was found out about arrivals, once they are stored themselves."""
    writing.enter(compared.sketches)
    writing.place(compared.placed)
    writing.doubt(compared.unsure.values(), now)
    said = writing.decisions()
    if said:
        named = {name for one in said for name in (one.one, one.other)}
        writing.obey(sorted(named))


def sketched(arrival: Arrival, read: dedupe.Read, now: datetime.datetime) -> dedupe.Item:
    """What is compared of an entry."""
    link = dedupe.link_key(arrival.cleaned.entry.target or arrival.cleaned.entry.link)
    sketch = dedupe.sketched(read, str(arrival.source), link, (arrival.published or now).timestamp())
    return dedupe.Item(arrival.id, arrival.id, now.timestamp(), sketch, rank=arrival.source)


def _rewritten(items: Mapping[str, dedupe.Item], held: Sequence[str], stored: Collection[dedupe.Item]) -> dict[str, dedupe.Verdict]:
    found = ((id, dedupe.rewritten(items[id], stored)) for id in held)
    return {id: verdict for id, verdict in found if verdict is not None}


def _straight(merged: dict[str, dedupe.Verdict]) -> dict[str, dedupe.Verdict]:
    """Verdicts that point to heads, where one had pointed to what turned out to be a duplicate itself."""
    for id, verdict in merged.items():
        head = verdict.duplicate_of
        while head in merged:
            head = merged[head].duplicate_of
        merged[id] = dataclasses.replace(verdict, duplicate_of=head)
    return merged


def _told(
    frequencies: dedupe.Frequencies,
    items: Sequence[dedupe.Item],
    reads: Mapping[str, dedupe.Read],
    follows: Mapping[str, str],
) -> list[dedupe.Told]:
    """What entries are about, given what others were about: those that came before and all that come now, whatever their order."""
    words = {item.id: dedupe.words_of(reads[item.id]) for item in items}
    known = frequencies.taught((said.numbers, ()) for said in words.values())
    return [
        dedupe.Told(
            id=item.id,
            topic=dedupe.topic(words[item.id], known),
            source=item.sketch.source,
            at=item.sketch.at,
            follows=follows.get(item.id, ""),
            words=words[item.id].numbers,
        )
        for item in items
    ]


def _story(verdict: dedupe.Verdict, placed: dedupe.Placed, known: Mapping[str, str]) -> str:
    """A duplicate is in the story of its head."""
    head = verdict.duplicate_of
    return placed.stories.get(head) or known.get(head) or head


def entered(
    items: Iterable[dedupe.Item],
    heads: Mapping[str, str],
    holders: Mapping[int, Sequence[int]],
    stored: Mapping[int, dedupe.Item],
) -> tuple[store.Entered, ...]:
    """Sketches with their keys, but for those keys that too many others hold, or a copy of the same group already."""
    taken = {key: len(rows) for key, rows in holders.items()}
    groups = {key: {stored[row].head for row in rows if row in stored} for key, rows in holders.items()}
    result = []
    for item in sorted(items, key=lambda item: item.id):
        head = heads.get(item.id, item.id)
        keys = [key for key in dedupe.keys(item.sketch) if taken.get(key, 0) <= dedupe.HOLDERS and head not in groups.get(key, ())]
        for key in keys:
            taken[key] = taken.get(key, 0) + 1
            groups.setdefault(key, set()).add(head)
        result.append(store.Entered(item.id, item.sketch, tuple(keys)))
    return tuple(result)
