"""A subscription's way: asked, verified, renewed, refused, given up."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import websub
from aggregator.core.websub import steps

NOW = datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
HUBS = ("https://a.example/", "https://b.example/")
NEW = websub.Subscription(
    "t", "s", "https://us.example/websub/t", 1, "https://paper.example/f", HUBS, "https://paper.example/f", NOW
)
LIVE = websub.verified(websub.begun(NEW, NOW), str(10 * 86_400), NOW)


def question(**changes: str) -> dict[str, str]:
    """What a hub asks to verify `NEW`."""
    said = {"hub.mode": "subscribe", "hub.topic": NEW.topic, "hub.challenge": "c"}
    return said | {f"hub.{name}": value for name, value in changes.items()}


def test_nothing_of_it_is_shown() -> None:
    """Neither secret nor token stand in what logs and tracebacks print."""
    shown = repr(dataclasses.replace(NEW, token="TOKEN", secret="SECRET", callback="https://us.example/websub/TOKEN"))
    assert "TOKEN" not in shown
    assert "SECRET" not in shown


def test_asked_then_verified_then_renewed() -> None:
    """It is due at once, then when the hub is silent for an hour, then at four fifths of the lease, then when that ends."""
    assert (NEW.state, websub.due(NEW, NOW)) == ("wanted", "ask")
    asked = websub.begun(NEW, NOW)
    assert (asked.state, websub.due(asked, NOW + HOUR / 2), websub.due(asked, NOW + HOUR)) == ("asked", None, "unanswered")
    assert (LIVE.state, LIVE.live, websub.due(LIVE, NOW + 7 * DAY)) == ("live", True, None)
    assert websub.due(LIVE, NOW + 8 * DAY) == "ask"
    renewed = websub.verified(websub.begun(LIVE, NOW + 8 * DAY), str(10 * 86_400), NOW + 8 * DAY)
    assert (renewed.live_since, renewed.lease_until) == (NOW, NOW + 18 * DAY)
    assert websub.due(LIVE, NOW + 10 * DAY) == "expired"
    assert not websub.expired(LIVE).live


def test_the_form() -> None:
    """A subscription names lease and secret, an end neither (WebSub 5.1)."""
    assert set(websub.form(NEW)) == {"hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret"}
    leaving = websub.left(LIVE, NOW)
    assert leaving is not None
    assert websub.form(leaving) == {"hub.mode": "unsubscribe", "hub.topic": NEW.topic, "hub.callback": NEW.callback}


@pytest.mark.parametrize(
    "changes",
    [{"mode": "unsubscribe"}, {"mode": ""}, {"topic": "https://rival.example/"}, {"challenge": ""}, {"topic": NEW.topic + "/"}],
)
def test_only_what_was_asked_is_verified(changes: dict[str, str]) -> None:
    """Mode, topic and a request that waits for it."""
    assert websub.accepts(websub.begun(NEW, NOW), question())
    assert not websub.accepts(NEW, question())
    assert not websub.accepts(LIVE, question())
    assert not websub.accepts(websub.begun(NEW, NOW), question(**changes))


@given(st.one_of(st.none(), st.text(max_size=30), st.integers().map(str)))
def test_leases_from_strangers(lease: str | None) -> None:
    """Whatever a hub says, the lease ends within a month, and is renewed neither at once nor after a month."""
    live = websub.verified(websub.begun(NEW, NOW), lease, NOW)
    assert live.lease_until is not None
    assert NOW < live.lease_until <= NOW + steps.LONGEST_LEASE
    assert NOW + steps.SOONEST <= live.try_at <= NOW + steps.LONGEST_LEASE


def test_the_next_hub() -> None:
    """The others are tried before all of them are left alone for a while."""
    first = websub.failed(websub.begun(NEW, NOW), "no", NOW, 0.0)
    assert (first.hub, first.failures, first.try_at) == (1, 0, NOW + steps.NEXT)
    second = websub.failed(websub.begun(first, NOW), "no", NOW, 0.0)
    assert (second.hub, second.failures, second.state, second.try_at) == (0, 1, "failing", NOW + 8 * HOUR)


@given(st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_never_more_than_a_few_tries_a_day(failures: int, chance: float) -> None:
    """Each hub is asked three times a day at most, and once a week at least."""
    waiting = dataclasses.replace(NEW, hub=1, failures=failures)
    wait = websub.failed(waiting, "no", NOW, chance).try_at - NOW
    assert 8 * HOUR <= wait <= 8 * DAY


def test_denied() -> None:
    """It is not live, and is asked for again in a week; the reason is one line."""
    denied = websub.denied(LIVE, "you\x1b[31m\nare not\n" + "x" * 500, NOW)
    assert (denied.live, denied.state, denied.try_at) == (False, "failing", NOW + 7 * DAY)
    assert "\n" not in denied.error
    assert len(denied.error) < 250


def test_a_failed_renewal_leaves_the_lease() -> None:
    """What is live stays so until its lease ends."""
    failed = websub.failed(websub.begun(LIVE, NOW + 8 * DAY), "no", NOW + 8 * DAY, 0.5)
    assert failed.live


def test_leaving() -> None:
    """Hubs that know of it are told, twice at most; of what none has heard nothing remains."""
    assert websub.left(NEW, NOW) is None
    leaving = websub.left(LIVE, NOW)
    assert leaving is not None
    assert (leaving.state, leaving.live, websub.due(leaving, NOW), websub.left(leaving, NOW)) == ("leaving", False, "ask", leaving)
    assert websub.accepts(websub.begun(leaving, NOW), question(mode="unsubscribe"))
    once = websub.failed(leaving, "no", NOW, 0.5)
    assert websub.due(websub.failed(once, "no", NOW, 0.5), NOW) == "over"
    assert websub.due(leaving, NOW + 11 * DAY) == "over"


def test_what_a_source_says_later() -> None:
    """A topic and the hub in use that stay are the same subscription, whatever else has changed; else it is another one."""
    said = websub.Announced(NEW.topic, ("https://c.example/", HUBS[0]), "https://paper.example/new")
    revised = websub.revised(LIVE, said)
    assert revised is not None
    assert (revised.hubs, revised.hub, revised.document, revised.live) == (said.hubs, 1, said.document, True)
    assert websub.revised(LIVE, None) is None
    assert websub.revised(LIVE, dataclasses.replace(said, topic="https://paper.example/other")) is None
    assert websub.revised(LIVE, dataclasses.replace(said, hubs=HUBS[1:])) is None
