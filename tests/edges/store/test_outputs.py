"""Outputs, events for the operator, and the hour that rules go by."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

import pytest
from stories import DAY, HOUR, NOW

from aggregator.edges import store

BASE = "http://127.0.0.1:8080/"


def write(into: store.Store, *names: str, base: str = BASE, now: datetime.datetime = NOW) -> dict[str, store.OutputState]:
    """Enrol outputs; all states."""
    into.enrol([], [(name, name.title()) for name in names], base, now)
    return into.outputs()


def event(number: int, **fields: object) -> store.Event:
    """Something the operator should know."""
    given: dict[str, object] = {
        "at": NOW + number * HOUR,
        "kind": "dead",
        "subject": "https://paper.example/feed",
        "title": "Paper is dead",
        "text": f"for {number} days",
    }
    return store.Event(**(given | fields))  # type: ignore[arg-type]


def test_new_output(kept: store.Store) -> None:
    """An output gets an id of its own at first sight, which no other has."""
    states = write(kept, "world", "town")
    assert states["world"] == store.OutputState("world", states["world"].id, NOW)
    assert states["world"].id.startswith("urn:uuid:")
    assert states["world"].id != states["town"].id


def test_id_is_made_once(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """A feed's id follows neither `url`, nor its title, nor time, nor a removal in between."""
    made = write(kept, "world")["world"]
    assert write(kept, "world", base="https://feeds.example/", now=NOW + DAY)["world"] == made
    assert write(kept, "town", now=NOW + DAY)["world"] == dataclasses.replace(made, removed=True)
    assert write(kept, "world", now=NOW + 2 * DAY)["world"] == made
    assert opened().outputs()["world"] == made


def test_same_id_in_an_empty_store(kept: store.Store) -> None:
    """The id is no work of chance or time: any store that begins with the same url makes the same."""
    assert write(kept, "world", now=NOW + DAY)["world"].id == "urn:uuid:bc05ca08-d9be-5fef-8aad-949c60eb64eb"


def test_published(kept: store.Store) -> None:
    """Under which feeds.yaml an output was published, or why it was refused, is remembered."""
    made = write(kept, "world")["world"]
    kept.published("world", "f1", "because")
    assert kept.outputs()["world"] == dataclasses.replace(made, fingerprint="f1", refused="because")
    kept.published("world", "f2")
    assert write(kept, "world")["world"] == dataclasses.replace(made, fingerprint="f2")


def test_events(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """Events come newest first, each with an id of its own; as many as are asked for."""
    kept.tell([event(1), event(3), event(2)])
    told = opened().events(10)
    assert [dataclasses.replace(one, id="") for one in told] == [event(3), event(2), event(1)]
    assert len({one.id for one in told}) == 3
    assert kept.events(2) == told[:2]


def test_event_told_twice(kept: store.Store) -> None:
    """The same event told again is one event, under one id; any difference makes another."""
    kept.tell([event(1), event(1)])
    before = kept.events(10)
    with kept.writing() as writing:
        writing.tell([event(1)])
    assert kept.events(10) == before
    assert len(before) == 1
    kept.tell([event(1, subject="other"), event(1, kind="gone"), event(1, text="else"), event(2, text="for 1 days")])
    assert len(kept.events(10)) == 5


def test_old_events_go(kept: store.Store) -> None:
    """Events are kept for a while, not for ever."""
    kept.tell([event(0), event(48)])
    kept.housekeep(NOW + store.EVENTS + DAY, DAY)
    assert [one.at for one in kept.events(10)] == [NOW + 2 * DAY]


@pytest.mark.parametrize(
    ("kind", "subject", "since", "told"),
    [
        ("dead", "https://paper.example/feed", NOW + HOUR, True),
        ("dead", "https://paper.example/feed", NOW + 2 * HOUR, False),
        ("gone", "https://paper.example/feed", NOW, False),
        ("dead", "https://rival.example/feed", NOW, False),
    ],
)
def test_what_was_told(kept: store.Store, kind: str, subject: str, since: datetime.datetime, told: bool) -> None:
    """Whether the operator heard of a matter is asked by kind, subject and time."""
    kept.tell([event(1)])
    with kept.writing() as writing:
        assert writing.told(kind, subject, since) is told


def test_commands_ask_to_publish(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """Each verdict and each that is taken back is seen by whoever has the store open; feeds.yaml's own are seen otherwise."""
    other = opened()
    assert other.asked() == 0
    kept.decide(store.Decision("a", "b", same=True), NOW)
    assert other.asked() == 1
    kept.take_back("a", "b")
    assert other.asked() == 2
    kept.follow_file([store.Decision("a", "b", True, store.BY_FILE)], NOW)
    assert other.asked() == kept.asked() == 2


def test_hour(kept: store.Store, opened: Callable[[], store.Store]) -> None:
    """Housekeeping writes the last full hour; before it there is none."""
    assert kept.moment() is None
    kept.housekeep(datetime.datetime(2026, 3, 14, 12, 59, 59, 999999, datetime.UTC), DAY)
    assert kept.moment() == opened().moment() == datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)
    kept.housekeep(datetime.datetime(2026, 3, 14, 13, tzinfo=datetime.UTC), DAY)
    assert kept.moment() == datetime.datetime(2026, 3, 14, 13, tzinfo=datetime.UTC)
