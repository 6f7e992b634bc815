"""Made-up entries for the tests of the shell: as they come, as cleaned, and identified."""

from __future__ import annotations

import datetime
from typing import Any

from aggregator.core import dedupe, model
from aggregator.edges import store

NOW = datetime.datetime(2026, 3, 14, 12, 30, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

_NOUNS = "heron lantern gravel ferry ledger orchard kettle drizzle anvil meadow pulley saffron tiller walnut quarry ribbon".split()
_VERBS = "carried mended painted counted borrowed measured followed sketched weighed polished gathered traded".split()


def prose(topic: str, words: int = 60) -> str:
    """A text of so many words that no other topic shares a phrase of."""
    said = []
    for number in range(words):
        noun, verb = _NOUNS[(number * 7 + len(topic)) % len(_NOUNS)], _VERBS[(number * 5) % len(_VERBS)]
        said.append(f"{verb}-{topic}" if number % 3 == 2 else noun if number % 3 else f"{topic}{number}")
    return " ".join(said).capitalize() + "."


def entry(name: str, host: str = "paper.example", **fields: object) -> model.Entry:
    """An entry as a feed of `host` gives it."""
    given: dict[str, object] = {
        "id": f"tag:{host},2026:{name}",
        "title": f"The {name}",
        "link": f"https://{host}/{name}",
        "content": f"<p>{prose(name)}</p>",
        "published": NOW - HOUR,
    }
    return model.Entry(**(given | fields))  # type: ignore[arg-type]


def cleaned(came: model.Entry, *removed: model.Removal) -> model.Cleaned:
    """The entry as a cleaner might leave it that finds nothing to do."""
    return model.Cleaned(came, came.content.removeprefix("<p>").removesuffix("</p>").replace("</p><p>", "\n\n"), removed)


def record(
    state: model.SourceState,
    came: model.Entry,
    first_seen: datetime.datetime = NOW,
    *,
    head: str | None = None,
    updated: datetime.datetime | None = None,
    removed: tuple[model.Removal, ...] = (),
    **besides: Any,
) -> store.Record:
    """What absorbing an entry for the first time stores."""
    (identified,) = dedupe.identify(state.first_url, dedupe.describe([(came, cleaned(came, *removed))]), {})
    verdict = dedupe.Verdict(identified.id, head, {"evidence": "text"}) if head else None
    return store.Record(state.row, identified, came, first_seen, came.published, updated, verdict, **besides)


def keep(
    into: store.Store, state: model.SourceState, *records: store.Record, now: datetime.datetime = NOW, gone: bool = False
) -> list[str]:
    """Store records as absorbing does; their published ids. `gone`: the source's document no longer carries them."""
    ids = [kept.identified.id for kept in records]
    with into.writing() as writing:
        writing.insert(records)
        writing.remember(state.row, {key: kept.identified.id for kept in records for key in kept.identified.keys}, now)
        writing.present(state.row, frozenset() if gone else frozenset(ids), now)
    return ids


def sketch(came: model.Entry, source: str = "1") -> dedupe.Sketch:
    """What is kept of an entry to find its copies."""
    tidy, at = cleaned(came), came.published or NOW
    return dedupe.sketched(dedupe.read(came.title, tidy.text), source, dedupe.link_key(came.link), at.timestamp())


def entered(id: str, came: model.Entry, source: str = "1") -> store.Entered:
    """The sketch of a stored entry, under all its keys."""
    one = sketch(came, source)
    return store.Entered(id, one, dedupe.keys(one))
