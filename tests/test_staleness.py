"""What is to be published."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator import staleness
from aggregator.core import model, polls

NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
SAID = model.Response("https://a.example/feed", 200)


def polled(row: int, *, fresh: bool = False, title: str = "A", failed: bool = False) -> staleness.Polled:
    """A poll of a source that is called A."""
    before = model.SourceState(row, "https://a.example/feed", "https://a.example/feed", title="A", success_at=NOW, polled_at=NOW)
    entry = model.Entry("1")
    brought = (polls.Fresh(entry, model.Cleaned(entry, "")),) if fresh else ()
    outcome: polls.Outcome = polls.Updated(SAID, "", model.Feed(title=title), brought, frozenset(), (), 1)
    return before, dataclasses.replace(before, title=title), polls.Failed("dns", "no such name") if failed else outcome


def published() -> staleness.Staleness:
    """Nothing changed since."""
    stale = staleness.Staleness()
    assert stale
    assert stale.taken() is None
    assert not stale
    return stale


def test_a_document_without_news() -> None:
    """Changes nothing, whatever else in it changed."""
    stale = published()
    stale.polled([polled(1)], NOW)
    assert not stale


def test_sources_add_up() -> None:
    """Those that brought something, or are called otherwise."""
    stale = published()
    stale.polled([polled(1, fresh=True), polled(2)], NOW)
    stale.polled([polled(3, title="B")], NOW)
    assert stale.taken() == {1, 3}
    assert not stale
    assert stale.taken() == frozenset()


def test_a_failure_is_for_the_operator() -> None:
    """It changes no output."""
    stale = published()
    stale.polled([polled(1, failed=True)], NOW)
    assert stale
    assert stale.taken() == frozenset()


def test_anything_is_more_than_sources() -> None:
    """Whichever comes first; what changed nothing is no reason."""
    stale = published()
    stale.anything(changed=False)
    assert not stale
    stale.polled([polled(1, fresh=True)], NOW)
    stale.anything()
    assert stale.taken() is None
