"""Gathers what the store knows of an entry, and follows it through every output."""

from __future__ import annotations

import dataclasses
import pathlib

from aggregator import access, naming
from aggregator.core import config, dedupe, model
from aggregator.edges import store
from aggregator.explain import report
from aggregator.pipeline import passage, places, trace

MOST = 5  # entries of one name that are explained; of more, one is to be chosen


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a name: an explanation of each entry that is called so, or those to choose from."""

    asked: str
    explanations: tuple[report.Explanation, ...] = ()
    candidates: tuple[store.Named, ...] = ()


def explain(path: pathlib.Path, data: pathlib.Path | None, name: str) -> Answer:
    """Explain the entries that are called so, by the store and feeds.yaml as they are now.

    Raises ConfigError, StoreError, UnknownEntry.
    """
    with access.reading(path, data) as (read, kept):
        named = naming.found(kept, name)
        if len(named) > MOST:
            return Answer(name, candidates=tuple(named))
        accounts = kept.accounts([one.id for one in named])
        return Answer(name, tuple(explained(kept, read, account) for account in accounts))


def explained(kept: store.Store, read: config.Config, account: store.Account) -> report.Explanation:
    """All about one entry."""
    every = places.places(kept, read, config.Output(name="all"))
    copies = kept.figures.copies(account.group)
    shown, why = _shown(kept, account.group, every)
    own = {copy.id for copy in copies}
    place = every.get(account.source)
    return report.Explanation(
        account=account,
        backlog=place.backlog if place else None,
        copies=tuple(copies),
        shown=shown,
        shown_why=why,
        story=tuple(other for other in kept.figures.telling(account.story) if other.id not in own),
        decisions=_decisions(kept, account),
        outlets=_outlets(kept, read, account),
        corrections=kept.figures.corrections([account.id]).get(account.id, ()),
    )


def _shown(kept: store.Store, group: str, every: dict[int, places.Place]) -> tuple[str, str]:
    """Which copy is shown where all sources are to be had, and why; "" when none is."""
    stored = [one for one in kept.members([group]) if one.source in every]
    members = [
        dedupe.Member(one.entry.id, one.words, every[one.source].trust, one.first_seen.timestamp())
        for one in stored
        if not places.held_back(one, every[one.source].backlog)
    ]
    if not members:
        return "", ""
    shown = dedupe.shown(members).id
    return shown, dedupe.preferred(members, shown)


def _decisions(kept: store.Store, account: store.Account) -> tuple[store.Decision, ...]:
    """What users said of an entry, whether they named it by id or by link."""
    return tuple(
        decision
        for decision in kept.decisions()
        if account.id in {one.id for name in (decision.one, decision.other) for one in kept.named(name)}
    )


def _outlets(kept: store.Store, read: config.Config, account: store.Account) -> tuple[report.Outlet, ...]:
    states = kept.outputs()
    stored = next(one for one in kept.members([account.id]) if one.entry.id == account.id)
    return tuple(_outlet(kept, read, output, stored, states.get(output.name)) for output in read.outputs if not output.corrections)


def _outlet(
    kept: store.Store, read: config.Config, output: config.Output, stored: model.Stored, state: store.OutputState | None
) -> report.Outlet:
    found = trace.trace(kept, passage.course(kept, read, output), stored)
    ids = dict.fromkeys((found.id, stored.group, stored.entry.id))
    showing = next((there[output.name] for id in ids if output.name in (there := kept.showings(id))), None)
    return report.Outlet(output.name, found, output.limit, output.max_bytes, state.refused if state else "", showing)
