"""The review list: pairs of entries that may be one article, what users decided about them, and deciding."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Any

from aggregator import access, engine, naming
from aggregator.core import dedupe, errors
from aggregator.edges import store


def listed(config: pathlib.Path, data: pathlib.Path | None, *, probable: bool, limit: int) -> dict[str, Any]:
    """The newest pairs on which nobody has decided, doubtful ones first; `probable`: also those that are only linked.

    Raises ConfigError, StoreError.
    """
    with access.reading(config, data) as (_, kept):
        pairs = kept.pairs(["doubtful"], limit + 1)
        if probable and len(pairs) <= limit:
            pairs += kept.pairs(["probable"], limit + 1 - len(pairs))
        return {"pairs": [_pair(pair) for pair in pairs[:limit]], "more": len(pairs) > limit}


def _pair(pair: store.Pair) -> dict[str, Any]:
    return {
        "confidence": pair.confidence,
        "at": pair.at.isoformat(),
        "said": dedupe.said(pair.why),
        "why": dict(pair.why),
        "entry": _entry(pair.entry),
        "other": _entry(pair.other),
    }


def _entry(named: store.Named) -> dict[str, Any]:
    return dataclasses.asdict(named) | {"first_seen": named.first_seen.isoformat()}


def decided(config: pathlib.Path, data: pathlib.Path | None) -> dict[str, Any]:
    """What users decided, by command and in feeds.yaml, the oldest first, and which entries that is about.

    Raises ConfigError, StoreError.
    """
    with access.reading(config, data) as (_, kept):
        return {"verdicts": [_decision(kept, decision) for decision in kept.decisions()]}


def _decision(kept: store.Store, decision: store.Decision) -> dict[str, Any]:
    one, other = ({"name": name, "entries": [*map(_entry, kept.named(name))]} for name in (decision.one, decision.other))
    return {
        "verdict": _word(decision),
        "origin": decision.origin,
        "at": decision.at.isoformat() if decision.at else None,
        "one": one,
        "other": other,
    }


def _word(decision: store.Decision) -> str:
    return "same" if decision.same else "different"


def decide(config: pathlib.Path, data: pathlib.Path | None, one: str, other: str, *, same: bool) -> dict[str, Any]:
    """Keep for ever that two entries, named by id or link, are the same article or are not. A running daemon obeys soon.

    Raises ConfigError, StoreError, UnknownEntry.
    """
    with access.writing(config, data) as kept:
        two = [entry.id for entry in naming.two(kept, one, other)]
        decision = store.Decision(two[0], two[1], same)
        kept.decide(decision, engine.now())
        return {"verdict": _word(decision)} | _about(kept, two)


def forget(config: pathlib.Path, data: pathlib.Path | None, one: str, other: str) -> dict[str, Any]:
    """Take back what was decided by command about two entries: what was found out about them holds again.

    Those that are gone from the store are named by the ids that the list of verdicts has. Raises ConfigError, StoreError,
    UnknownEntry.
    """
    with access.writing(config, data) as kept:
        said = [sorted((decision.one, decision.other)) for decision in kept.decisions()]
        two = sorted((one, other))
        if two not in said:
            two = [entry.id for entry in naming.two(kept, one, other)]
        if not kept.take_back(two[0], two[1]):
            message = "nothing was decided by command about these two; `aggregator duplicates verdicts` lists what was decided"
            raise errors.UnknownEntry(f"{message}, and what feeds.yaml says under verdicts: is changed there")
        return {"verdict": None} | _about(kept, two)


def _about(kept: store.Store, ids: Sequence[str]) -> dict[str, Any]:
    """Two entries, and whether they are one article by now, everything that was said considered."""
    accounts = kept.accounts(ids)
    one, other = (_called(kept, id) for id in ids)
    return {"merged": len(accounts) == 2 and accounts[0].group == accounts[1].group, "one": one, "other": other}


def _called(kept: store.Store, id: str) -> dict[str, Any]:
    gone = {"id": id, "title": "", "link": None, "source": "", "first_seen": None}
    return next((_entry(named) for named in kept.named(id) if named.id == id), gone)
