"""Subscriptions outlive the program."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from stories import DAY, HOUR, NOW

from aggregator.core import model, websub
from aggregator.edges import store

NEW = websub.Subscription(
    "token",
    "secret",
    "https://us.example/websub/token",
    1,
    "https://paper.example/feed",
    ("https://hub.example/",),
    "https://p.example/",
    NOW,
)
FULL = dataclasses.replace(
    NEW,
    token="other",
    hubs=("https://a.example/", "https://b.example/"),
    leaving=True,
    hub=1,
    asked_at=NOW + HOUR,
    failures=2,
    error="answered 503",
    live_since=NOW - DAY,
    lease_until=NOW + DAY,
    unconfirmed=("urn:uuid:1", "urn:uuid:2"),
    proofs=3,
    lapses=1,
)


def write(kept: store.Store, *subscriptions: websub.Subscription, gone: tuple[str, ...] = ()) -> None:
    """Store subscriptions in one transaction."""
    with kept.writing() as writing:
        writing.subscribe(subscriptions, gone)


def test_they_come_back_as_they_were(opened: Callable[[], store.Store], source: model.SourceState) -> None:
    """Every field."""
    one, other = (dataclasses.replace(each, source=source.row) for each in (NEW, FULL))
    write(opened(), one, other)
    assert sorted(opened().subscriptions(), key=lambda kept: kept.token != one.token) == [one, other]


def test_they_change_and_go(kept: store.Store, source: model.SourceState) -> None:
    """One token is one subscription; a token that is gone is forgotten."""
    one = dataclasses.replace(NEW, source=source.row)
    write(kept, one)
    changed = dataclasses.replace(one, failures=1, try_at=NOW + DAY, lease_until=NOW + DAY)
    write(kept, changed)
    assert kept.subscriptions() == [changed]
    write(kept, gone=("token", "never there"))
    assert kept.subscriptions() == []
