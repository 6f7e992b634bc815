"""What the operator should hear of that no single poll shows: rules that act no more, edits that may be worth while."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aggregator import rulebook
from aggregator.core import config, curate
from aggregator.edges import store
from aggregator.overlap import report

LATELY = datetime.timedelta(days=7)  # in which a rule that works finds something
BEFORE = 28  # days before that, by which is told how often it did
EXPECTED = 5.0  # hits that are to be expected lately: one that finds none of so many by chance is one in 150
ENOUGH = 20  # entries after which a source that brings nothing of its own is told of
TOLD_AGAIN = datetime.timedelta(days=30)


def advise(kept: store.Store, read: config.Config, now: datetime.datetime) -> int:
    """Tell the operator what is to be told, each thing once a month; how many things that were. Raises StoreError."""
    found = [*_rules(kept, read, now), *_sources(kept, read, now)]
    with kept.writing() as writing:
        new = [event for event in found if not writing.told(event.kind, event.subject, now - TOLD_AGAIN)]
        writing.tell(new)
    return len(new)


def _rules(kept: store.Store, read: config.Config, now: datetime.datetime) -> Iterator[store.Event]:
    """Rules that are over, and those that found something every week and find nothing now, although their sources go on."""
    if not config.every_rule(read):
        return
    for hits in rulebook.of(kept, read, BEFORE + LATELY.days).hits:
        said = curate.rule_said(hits.rule)
        if hits.rule.expires is not None and not hits.rule.acts(now):
            text = f"It acted until {hits.rule.expires} ({hits.rule.at}); take it out, or give it another day in expires."
            yield store.Event(now, "rule", hits.rule.at, f"A rule is over: {said}", text)
        elif hits.acts and _broken(kept, hits, now):
            count = sum(one.first_seen < now - LATELY for one in hits.entries)
            text = (
                f"It acted on {count} entries in the {BEFORE} days before, on none in the last {LATELY.days} ({hits.rule.at}), "
                "although its sources go on. Perhaps they word things otherwise by now; `aggregator rules` shows its last hits."
            )
            yield store.Event(now, "rule", hits.rule.at, f"A rule finds nothing any more: {said}", text)


def _broken(kept: store.Store, hits: rulebook.Hits, now: datetime.datetime) -> bool:
    begun = now - LATELY
    before = [one for one in hits.entries if one.first_seen < begun]
    if len(before) != len(hits.entries) or len(before) * LATELY.days / BEFORE < EXPECTED:
        return False
    newest = kept.figures.latest(sorted({one.source for one in before}))
    return any(at >= begun for at in newest.values())


def _sources(kept: store.Store, read: config.Config, now: datetime.datetime) -> Iterator[store.Event]:
    """Sources that bring nothing of their own."""
    for row in report.of(kept, read, BEFORE).idle:
        if row.share.entries >= ENOUGH:
            title = f"{row.name} brings nothing of its own"
            yield store.Event(now, "suggestion", row.url, title, f"In {BEFORE} days, {row.suggestion}.")
