"""What waits for webhooks."""

from __future__ import annotations

import datetime

import pytest
from stories import NOW, entry

from aggregator.core import webhooks
from aggregator.edges import store

MINUTE = datetime.timedelta(minutes=1)


def message(name: str, hook: str = "one", at: datetime.datetime = NOW) -> webhooks.Message:
    """A message about an entry."""
    return webhooks.entry(hook, "all", "All", entry(name), at)


def test_new_entries_wait(kept: store.Store) -> None:
    """What an output shows for the first time, in one transaction; the same once; nothing when the output is new itself."""
    asked: list[list[str]] = []

    def telling(ids: object) -> list[webhooks.Message]:
        asked.append(sorted(ids))  # type: ignore[call-overload]
        return [message(id) for id in asked[-1]]

    kept.show("all", {"a": "1"}, NOW, telling)
    kept.show("all", {"a": "2", "b": "1", "c": "1"}, NOW, telling)
    kept.show("all", {"a": "2", "b": "1", "c": "1"}, NOW, telling)
    assert asked == [[], ["b", "c"]]
    assert {one.id for one in kept.mailbox.due("one", NOW, 10)} == {message("b").id, message("c").id}
    assert kept.mailbox.waiting() == {"one": 2}


def test_order_and_tries(kept: store.Store) -> None:
    """The oldest first; one that has to wait holds the later ones back; what is settled is gone."""
    first, second, other = message("a"), message("b", at=NOW + MINUTE), message("c", "two")
    for one in (second, first, other):
        kept.show(one.id, {"x": "1"}, NOW)
        kept.show(one.id, {"x": "1", "y": "1"}, NOW, lambda _, one=one: [one])  # type: ignore[misc]
    assert [one.id for one in kept.mailbox.due("one", NOW + MINUTE, 10)] == [first.id, second.id]
    assert [one.id for one in kept.mailbox.due("one", NOW + MINUTE, 1)] == [first.id]
    later = webhooks.failed(first, "no", NOW)
    assert later is not None
    kept.mailbox.settle((), [later])
    assert kept.mailbox.due("one", NOW, 10) == []
    assert next((one.id, one.tries, one.error) for one in kept.mailbox.due("one", NOW + MINUTE, 10)) == (first.id, 1, "no")
    kept.mailbox.settle([first.id])
    assert [one.id for one in kept.mailbox.due("one", NOW + MINUTE, 10)] == [second.id]
    kept.mailbox.forget(["one"])
    assert kept.mailbox.waiting() == {"one": 1}


def test_only_so_many_wait(kept: store.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest give way."""
    monkeypatch.setattr(webhooks, "WAITING", 2)
    kept.show("all", {"x": "1"}, NOW)
    made = [message(str(number), at=NOW + number * MINUTE) for number in range(4)]
    kept.show("all", {"x": "1", "y": "1"}, NOW, lambda _: made)
    assert [one.id for one in kept.mailbox.due("one", NOW + 9 * MINUTE, 10)] == [made[2].id, made[3].id]


def test_events(kept: store.Store) -> None:
    """From when somebody wants to hear of them, each once; who comes back later hears of what happens then."""

    def told(kind: str) -> None:
        kept.tell([store.Event(NOW, kind, "x", "X", "x")])

    def made(event: store.Event) -> list[webhooks.Message]:
        return [webhooks.operation("one", event.kind, {}, event.id, NOW)]

    told("dead")
    for kind in ("gone", "moved"):
        kept.mailbox.collect(made)
        told(kind)
    kept.mailbox.collect(made)
    kept.mailbox.collect(made)
    assert sorted(one.body.partition('","')[0] for one in kept.mailbox.due("one", NOW, 10)) == [
        '{"type":"operations.gone',
        '{"type":"operations.moved',
    ]
    kept.mailbox.forget([])
    told("silent")
    kept.mailbox.collect(made)
    assert kept.mailbox.waiting() == {}
