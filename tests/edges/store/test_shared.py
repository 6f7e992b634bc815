"""What programs share: sources are handed out once at a time, whoever comes too late writes nothing, everybody sees the same."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable

import pytest
from stories import NOW, entry, record

from aggregator.core import model
from aggregator.edges import store

SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)
FAR = NOW + datetime.timedelta(days=1)
NODE = store.Node("one-1", "worker", "1.0", "f", NOW, NOW, 3, 1)


def handed(
    kept: store.Store, *rows: int, now: datetime.datetime = NOW, until: datetime.datetime = NOW + MINUTE
) -> list[store.Claim]:
    """The claims on sources that are handed out."""
    return list(kept.shared.hand_out(rows, now, until).values())


def write(kept: store.Store, state: model.SourceState, claim: store.Claim) -> bool:
    """Save a poll under a claim, as absorbing does; whether anything was saved."""
    with kept.writing(alone=False) as writing:
        held = writing.held([claim])
        writing.save([state] if held else [])
    return bool(held)


def test_only_one_gets_a_source(opened: Callable[[], store.Store], source: model.SourceState, rival: model.SourceState) -> None:
    """Who asks while somebody has it gets nothing; other sources are free."""
    one, other = opened(), opened()
    (claim,) = handed(one, source.row)
    assert (claim.row, claim.fence) == (source.row, 1)
    assert [other_claim.row for other_claim in handed(other, source.row, rival.row)] == [rival.row]
    assert sorted(one.shared.claimed(NOW)) == sorted([source.url, rival.url])
    assert one.shared.busy(NOW, NOW) == {source.row: source.url, rival.row: rival.url}


def test_what_is_stored_is_let_go_of(kept: store.Store, source: model.SourceState) -> None:
    """Who goes on with the rest of a batch does not claim it once more by a sign of life."""
    (claim,) = handed(kept, source.row)
    assert write(kept, source, claim)
    kept.shared.renew([claim], NOW + 5 * MINUTE)
    assert kept.shared.claimed(NOW) == []


def test_each_is_handed_out_once_however_many_ask(opened: Callable[[], store.Store], kept: store.Store) -> None:
    """Programs that ask at the same time share all sources, and have none twice."""
    kept.enrol([store.Enrolment(f"https://paper{number}.example/feed", None) for number in range(40)], [], "", NOW)
    rows = [state.row for state in kept.sources()]
    got: list[list[store.Claim]] = [[] for _ in range(4)]

    def take(place: int, of: store.Store) -> None:
        for row in rows[place * 3 :] + rows[: place * 3]:
            got[place] += handed(of, row)

    threads = [threading.Thread(target=take, args=(place, opened())) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim.row for part in got for claim in part) == rows


def test_claims_end_by_themselves(kept: store.Store, source: model.SourceState) -> None:
    """When their time is over another one gets the source, under a greater number."""
    (first,) = handed(kept, source.row)
    assert kept.shared.claimed(NOW + 2 * MINUTE) == []
    (second,) = handed(kept, source.row, now=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)
    assert second.fence == first.fence + 1


def test_who_comes_too_late_writes_nothing(kept: store.Store, source: model.SourceState) -> None:
    """A poll under a claim that was replaced leaves no trace; that of its successor is kept, and ends its claim."""
    (first,) = handed(kept, source.row)
    (second,) = handed(kept, source.row, now=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)
    late, timely = (
        model.SourceState(source.row, source.first_url, source.url, title=title, due_at=FAR) for title in ("Late", "In time")
    )
    assert not write(kept, late, first)
    assert write(kept, timely, second)
    assert not write(kept, late, first)
    assert [(state.title, state.fence) for state in kept.sources()] == [("In time", 2)]
    assert kept.shared.claimed(NOW + 2 * MINUTE) == []


def test_beginning(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """A batch begins with the sources whose claims still hold, with all that is known of them; their claims last longer then."""
    claims = handed(kept, source.row, rival.row)
    (later,) = handed(kept, rival.row, now=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)
    (begun,) = kept.shared.begin(claims, NOW + 5 * MINUTE)
    assert (begun.row, begun.url, begun.fence) == (source.row, source.url, 1)
    assert kept.shared.claimed(NOW + 4 * MINUTE) == [source.url]
    assert later.fence == 2


def test_renewing_and_letting_go(kept: store.Store, source: model.SourceState) -> None:
    """A sign of life keeps a claim, and without one it can be given back; who lost it can do neither."""
    (first,) = handed(kept, source.row)
    kept.shared.renew([first], NOW + 5 * MINUTE)
    assert kept.shared.claimed(NOW + 4 * MINUTE) == [source.url]
    kept.shared.renew([first], None)
    assert kept.shared.claimed(NOW) == []
    (second,) = handed(kept, source.row)
    kept.shared.renew([first], None)
    assert kept.shared.claimed(NOW) == [source.url]
    kept.shared.renew([second], None)
    assert kept.shared.claimed(NOW) == []


def test_what_is_due(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """The longest waiting first, in parts; not those that somebody has, that are due later, or that nobody polls by himself."""
    state = model.SourceState(rival.row, rival.first_url, rival.url, due_at=NOW - MINUTE)
    with kept.writing() as writing:
        writing.save([state])
    assert [one.row for one in kept.shared.due(NOW, FAR, 0, 9)] == [rival.row, source.row]
    assert [one.row for one in kept.shared.due(NOW, FAR, 1, 9)] == [source.row]
    assert kept.shared.waiting(NOW) == (2, (NOW - MINUTE).timestamp())
    handed(kept, rival.row)
    assert [one.row for one in kept.shared.due(NOW, FAR, 0, 9)] == [source.row]
    with kept.writing() as writing:
        writing.save([model.SourceState(source.row, source.first_url, source.url, due_at=None)])
    assert kept.shared.due(NOW, FAR, 0, 9) == []
    assert kept.shared.waiting(NOW) == (0, None)


def test_a_wrong_clock_is_noticed(kept: store.Store, source: model.SourceState) -> None:
    """What is due only in years was due by a wrong clock."""
    with kept.writing() as writing:
        writing.save([model.SourceState(source.row, source.first_url, source.url, due_at=NOW + 1_000 * (FAR - NOW))])
    assert [one.row for one in kept.shared.due(NOW, FAR, 0, 9)] == [source.row]


class Stop(Exception):
    """What may go wrong while jobs are made."""


def test_claims_and_jobs_together(kept: store.Store, source: model.SourceState) -> None:
    """Where the jobs cannot be queued nothing is claimed, and nothing noted."""

    def broken(*_: object) -> None:
        raise Stop

    with pytest.raises(Stop):
        kept.shared.hand_out([source.row], NOW, FAR, {"price": "7"}, broken)
    assert (kept.shared.claimed(NOW), kept.noted("price")) == ([], "")
    kept.shared.hand_out([source.row], NOW, FAR, {"price": "7"})
    assert kept.noted("price") == "7"


def test_changes_are_numbered(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """Who follows hears of each once, and of polls that changed nothing by their time."""
    with kept.writing() as writing:
        writing.changed([rival.row])
    with kept.writing() as writing:
        writing.changed([source.row])
        writing.save([model.SourceState(source.row, source.first_url, source.url, polled_at=NOW)])
    numbers = {one.row: one.change for one in kept.shared.polled(FAR, 0)}
    assert numbers == {rival.row: 1, source.row: 2}
    assert [one.row for one in kept.shared.polled(FAR, 1)] == [source.row]
    assert kept.shared.polled(FAR, 2) == []
    assert [one.row for one in kept.shared.polled(NOW, 2)] == [source.row]


def test_failing_sources_and_events_are_counted(kept: store.Store, source: model.SourceState) -> None:
    """So that whoever publishes knows that the operator may have to hear of something."""
    assert (kept.shared.failing(), kept.shared.told()) == (0, 0)
    with kept.writing() as writing:
        writing.save([model.SourceState(source.row, source.first_url, source.url, failures=2)])
    kept.tell([store.Event(NOW, "failing", "paper", "title", "text")])
    assert (kept.shared.failing(), kept.shared.told()) == (1, 1)


def test_nodes(kept: store.Store) -> None:
    """Programs are there from their first sign of life, lost after a minute without, forgotten after a day or when they leave."""
    kept.shared.beat(NODE)
    assert kept.shared.nodes() == [NODE]
    assert NODE.alive(NOW + MINUTE - SECOND)
    assert not NODE.alive(NOW + MINUTE)
    later = store.Node("two-1", "run", "1.0", "g", NOW, NOW + MINUTE, 0, 0)
    kept.shared.beat(later)
    kept.shared.beat(store.Node("two-1", "run", "1.0", "g", NOW, NOW + 2 * MINUTE, 9, 0))
    assert [(node.name, node.polls) for node in kept.shared.nodes()] == [("one-1", 3), ("two-1", 9)]
    kept.shared.leave("two-1")
    kept.shared.beat(store.Node("three-1", "run", "1.0", "g", FAR + MINUTE, FAR + MINUTE, 0, 0))
    assert [node.name for node in kept.shared.nodes()] == ["three-1"]


def test_published_files(kept: store.Store) -> None:
    """What is published comes back byte for byte, by name and digest; what has changed meanwhile does not."""
    data = bytes(range(256)) * 100
    one, other = store.Published("d1", NOW), store.Published("d2", NOW + MINUTE)
    kept.shared.publish({"all.json": (one, data), "b/all.html": (one, b"")}, [])
    assert kept.shared.files() == {"all.json": one, "b/all.html": one}
    assert kept.shared.file("all.json", "d1") == data
    kept.shared.publish({"all.json": (other, b"new")}, ["b/all.html"])
    assert kept.shared.files() == {"all.json": other}
    assert (kept.shared.file("all.json", "d1"), kept.shared.file("all.json", "d2")) == (None, b"new")


def test_the_clock_of_the_database(kept: store.Store) -> None:
    """Is the present, here as there."""
    assert abs(kept.shared.time() - datetime.datetime.now(datetime.UTC)) < MINUTE


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite lets one write at a time
def test_polls_without_news_wait_for_nobody(opened: Callable[[], store.Store], source: model.SourceState) -> None:
    """While another program compares new entries, which takes time, polls that brought nothing are stored."""
    one, other = opened(), opened()
    (claim,) = handed(other, source.row)
    with one.writing() as writing:
        writing.insert([record(source, entry("heron"))])
        assert write(other, source, claim)
