"""How far a hub is trusted."""

from __future__ import annotations

import dataclasses
import datetime

from core.websub.test_steps import DAY, HOUR, LIVE, NEW, NOW

from aggregator.core import websub

LATER = NOW + DAY
DELIVERED = websub.delivered(LIVE, ["one", "two"])
TRUSTED = dataclasses.replace(LIVE, proofs=1)


def seen(
    *carried: str, new: dict[str, datetime.datetime | None] | None = None, since: datetime.datetime | None = NOW + HOUR
) -> websub.Seen:
    """What a poll showed."""
    return websub.Seen(frozenset(carried) | set(new or {}), new or {}, since)


def test_a_delivery_that_a_poll_confirms() -> None:
    """What was delivered and is in the document then proves the hub; what is not there proves nothing."""
    assert not LIVE.trusted
    assert not DELIVERED.trusted
    assert websub.judged(DELIVERED, seen("three"), LATER) == DELIVERED
    proven = websub.judged(DELIVERED, seen("two", "three"), LATER)
    assert (proven.trusted, proven.state, proven.unconfirmed) == (True, "trusted", ())


def test_an_entry_that_was_not_delivered() -> None:
    """Trust is gone, and takes two proofs more each time; a proof beside a miss is none."""
    miss = {"new": LATER - HOUR}
    lost = websub.judged(TRUSTED, seen("one", new=miss), LATER)
    assert (lost.trusted, lost.lapses, lost.state) == (False, 1, "live")
    assert websub.judged(DELIVERED, seen("one", new=miss), LATER).proofs == 0
    for proofs in range(1, 4):
        assert not lost.trusted
        lost = websub.judged(websub.delivered(lost, ["one"]), seen("one"), LATER)
        assert lost.proofs == proofs
    assert lost.trusted
    assert websub.judged(lost, seen(new=miss), LATER).lapses == 2


def test_what_is_no_miss() -> None:
    """What came a moment ago, what came while nobody listened or before the lease, and what nobody promised."""
    assert websub.missed(TRUSTED, seen(new={"new": LATER - HOUR / 6}), LATER) == 0
    assert websub.missed(TRUSTED, seen(new={"new": LATER - HOUR}, since=None), LATER) == 0
    assert websub.missed(TRUSTED, seen(new={"new": LATER - HOUR}, since=NOW - HOUR), LATER) == 0
    assert websub.missed(NEW, seen(new={"new": LATER - HOUR}), LATER) == 0
    assert websub.missed(TRUSTED, seen(new={"new": None, "old": LATER - 3 * DAY}), LATER) == 2


def test_bounds() -> None:
    """Few ids are remembered, the newest; no number of lapses makes trust impossible."""
    many = websub.delivered(DELIVERED, [f"id {number}" for number in range(500)])
    assert len(many.unconfirmed) == 50
    assert many.unconfirmed[0] == "id 0"
    assert dataclasses.replace(LIVE, proofs=9, lapses=9).trusted


def test_polls_of_a_trusted_hub_rest() -> None:
    """For 12 to 24 hours, and never less than planned."""
    assert websub.rested(NOW + HOUR, NOW, 0.0) == NOW + 12 * HOUR
    assert websub.rested(NOW + HOUR, NOW, 0.5) == NOW + 18 * HOUR
    assert websub.rested(NOW + 2 * DAY, NOW, 0.5) == NOW + 2 * DAY


def test_only_what_is_live_is_judged() -> None:
    """A lease that ended takes its proofs along."""
    assert websub.judged(NEW, seen("one"), LATER) == NEW
    assert websub.expired(TRUSTED).proofs == 0
