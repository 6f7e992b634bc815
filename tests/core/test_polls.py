"""What the outcome of a poll makes of a source."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import health, model, polls, schedule
from aggregator.core.schedule import plan

NOW = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
STATE = model.SourceState(1, "https://e.org/f", "https://e.org/f", due_at=NOW, title="Tide Times")
HOURLY = polls.Pace(datetime.timedelta(hours=1))


def updated(*, moved_to: str | None = None, dates: tuple[datetime.datetime, ...] = ()) -> polls.Updated:
    """A good document with a title and validators."""
    response = model.Response("https://e.org/f", 200, validators=model.Validators('"2"', "later"), moved_to=moved_to)
    return polls.Updated(response, "hash", model.Feed(title="Tide Times", link="https://e.org/"), (), frozenset(), dates, 3)


def unchanged(*, not_modified: bool = True) -> polls.NotModified:
    """Nothing new, by 304 or by the same bytes."""
    return polls.NotModified(model.Response("https://e.org/f", 304, validators=model.Validators('"3"'), not_modified=not_modified))


def settle(state: model.SourceState, *outcomes: polls.Outcome, pace: polls.Pace = HOURLY) -> model.SourceState:
    """The state after polls that come when they are due."""
    for outcome in outcomes:
        state = polls.settle(state, outcome, pace, state.due_at or NOW, 0.5)
    return state


def test_a_good_poll() -> None:
    """What it says is remembered, and failures are forgotten."""
    failing = settle(STATE, polls.Failed("timeout", "too slow"), polls.Failed("timeout", "too slow"))
    assert (failing.failures, failing.error, failing.failing_since) == (2, "too slow", NOW)
    after = settle(failing, updated(dates=(NOW - DAY, NOW - 3 * DAY, NOW + 400 * DAY)))
    assert (after.failures, after.error, after.failing_since) == (0, "", None)
    assert (after.title, after.validators.etag, after.body_hash) == ("Tide Times", '"2"', "hash")
    assert (after.gap, after.newest) == (2 * 86_400, NOW - DAY)


def test_validators_change_with_the_document_only() -> None:
    """Those of a 304 are not stored; those of the same bytes are."""
    known = settle(STATE, updated())
    assert settle(known, unchanged()).validators == known.validators
    assert settle(known, unchanged(not_modified=False)).validators.etag == '"3"'
    assert settle(known, polls.Failed("parse", "no feed")).validators == known.validators


def test_gone_is_not_polled_again() -> None:
    """Until feeds.yaml changes or someone asks for all."""
    gone = settle(STATE, polls.Failed("gone", "answered 410"))
    assert gone.due_at is None
    assert health.health(gone, NOW).state == "gone"


def test_retry_after_is_remembered() -> None:
    """Also for a pass over all sources, and only until the next good poll."""
    asked = settle(STATE, polls.Failed("limited", "answered 429", 7_200))
    assert asked.retry_at == NOW + datetime.timedelta(hours=2)
    assert asked.due_at is not None
    assert asked.due_at >= asked.retry_at
    assert settle(asked, unchanged()).retry_at is None


def test_a_move_is_believed_when_confirmed() -> None:
    """Three polls in a row must agree; the believed address redirects no more; a failure there ends the belief."""
    new = "https://new.example/f"
    once = settle(STATE, updated(moved_to=new))
    assert not health.moved_for_good(once)
    assert not health.moved_for_good(settle(once, updated(), updated(moved_to=new)))
    thrice = settle(once, updated(moved_to=new), updated(moved_to=new))
    assert health.moved_for_good(thrice)
    assert health.moved_for_good(settle(thrice, updated(), unchanged()))
    assert not health.moved_for_good(settle(thrice, polls.Failed("status", "answered 404")))


def test_a_move_is_believed_when_its_target_was_read() -> None:
    """A redirect that leads to nothing but 304 is counted from the poll that read a document there."""
    new = "https://new.example/f"
    seen = polls.NotModified(model.Response(new, 304, moved_to=new, not_modified=True))
    same = polls.NotModified(model.Response(new, 200, moved_to=new))
    unread = settle(STATE, seen, seen, seen, seen)
    assert (unread.moved_to, unread.moved_count) == (new, 0)
    assert settle(unread, same).moved_count == settle(unread, updated(moved_to=new)).moved_count == 1
    assert health.moved_for_good(settle(unread, same, seen, seen))


def test_answers_since_the_last_whole_document() -> None:
    """304s and deltas are counted; a whole document, the same again or a new one, ends the count."""
    delta = dataclasses.replace(updated(), response=model.Response("https://e.org/f", 226, delta=True))
    counted = settle(STATE, unchanged(), delta, unchanged(), polls.Failed("timeout", "too slow"))
    assert (counted.unmodified, counted.whole_at) == (3, None)
    for whole in (updated(), unchanged(not_modified=False)):
        assert settle(counted, whole).unmodified == 0
        assert settle(counted, whole).whole_at is not None


def test_a_delta_tells_no_rhythm() -> None:
    """What it leaves out is still there."""
    known = settle(STATE, updated(dates=(NOW - DAY, NOW - 3 * DAY)))
    delta = dataclasses.replace(
        updated(dates=(NOW - 5 * DAY, NOW - 6 * DAY)), response=model.Response("https://e.org/f", 226, delta=True)
    )
    assert (settle(known, delta).gap, settle(known, delta).newest) == (known.gap, known.newest)


FAILURE = polls.Failed("timeout", "took longer than 30 s")
NEWS = {
    "a first failure": (STATE, [FAILURE], []),
    "failing": (STATE, [FAILURE] * 3, ["failing"]),
    "failing is told once": (STATE, [FAILURE] * 5, ["failing"]),
    "back": (STATE, [FAILURE] * 3 + [updated()], ["failing", "recovered"]),
    "gone": (STATE, [polls.Failed("gone", "answered 410")], ["gone"]),
    "blocked": (STATE, [polls.Failed("blocked", "answered 403")], ["blocked"]),
    "dead": (STATE, [FAILURE] * 20, ["failing", "dead"]),
    "moved": (STATE, [updated(moved_to="https://n.example/")] * 4, ["moved"]),
    "a failure or two do not mean recovery": (
        dataclasses.replace(STATE, polled_at=NOW - DAY, success_at=NOW - DAY, newest=NOW - 40 * DAY, gap=86_400.0),
        [FAILURE, unchanged(), FAILURE, FAILURE, FAILURE],
        ["failing"],
    ),
    "blocked, then out of reach": (STATE, [polls.Failed("blocked", "answered 403"), FAILURE, FAILURE], ["blocked", "failing"]),
    "blocked, then back": (STATE, [polls.Failed("blocked", "answered 403"), updated()], ["blocked", "recovered"]),
    "gone, then back": (STATE, [polls.Failed("gone", "answered 410"), updated()], ["gone", "recovered"]),
    "silent, then not": (
        STATE,
        [updated(dates=(NOW - 40 * DAY, NOW - 41 * DAY)), updated(dates=(NOW - DAY, NOW))],
        ["silent", "recovered"],
    ),
    "dead, then back": (STATE, [FAILURE] * 20 + [updated()], ["failing", "dead", "recovered"]),
    "moved, then moved on": (
        STATE,
        [updated(moved_to="https://n.example/")] * 3 + [updated(moved_to="https://m.example/")] * 3,
        ["moved", "moved"],
    ),
    "limited": (STATE, [polls.Failed("limited", "answered 429", 60)], []),
    "silent": (STATE, [updated(dates=(NOW - 40 * DAY, NOW - 41 * DAY))], ["silent"]),
    "well": (STATE, [updated(dates=(NOW - DAY, NOW - 2 * DAY)), unchanged()], []),
}


@pytest.mark.parametrize("name", NEWS)
def test_what_the_operator_hears(name: str) -> None:
    """Each change of fortune once."""
    state, outcomes, told = NEWS[name]
    heard = []
    for outcome in outcomes:
        moment = state.due_at or NOW
        after = polls.settle(state, outcome, polls.Pace(), moment, 0.5)
        heard += [news.kind for news in polls.news(state, after, moment)]
        state = after
    assert heard == told


def test_what_is_said_names_the_source() -> None:
    """By its name for people, and says what to do."""
    states = [STATE, settle(STATE, polls.Failed("gone", "answered 410"))]
    (gone,) = polls.news(states[0], states[1], NOW)
    assert gone == polls.News("gone", "Tide Times is gone", "its server says that it is gone for good; remove it from feeds.yaml")
    moved = settle(STATE, *[updated(moved_to="https://n.example/")] * 3)
    before = settle(STATE, *[updated(moved_to="https://n.example/")] * 2)
    (told,) = polls.news(before, moved, NOW)
    assert (told.title, told.text.split(";")[1]) == ("Tide Times has moved", " in feeds.yaml, change url to https://n.example/.")


OUTCOMES = st.one_of(
    st.builds(
        polls.Failed,
        st.sampled_from(["timeout", "status", "blocked", "limited", "parse", "gone"]),
        st.just("said"),
        st.none() | st.floats(0, 1e9),
    ),
    st.builds(lambda to: updated(moved_to=to), st.sampled_from([None, "https://n.example/"])),
    st.builds(lambda days: updated(dates=tuple(NOW - day * DAY for day in days)), st.lists(st.integers(-400, 9_000), max_size=4)),
    st.builds(lambda same: unchanged(not_modified=same), st.booleans()),
)
PACES = st.builds(
    polls.Pace,
    st.none() | st.integers(1, 30 * 86_400).map(lambda seconds: datetime.timedelta(seconds=seconds)),
    st.builds(plan.Aim, st.floats(1e-3, 1e6), st.floats(0, 1)),
)


@given(st.lists(st.tuples(OUTCOMES, st.floats(0, 1, exclude_max=True)), max_size=12), PACES)
def test_whatever_happens_there_is_a_next_poll(happened: list[tuple[polls.Outcome, float]], pace: polls.Pace) -> None:
    """After now, within a day or the interval; only what is gone waits for people. Counts and times fit each other."""
    state, now = STATE, NOW
    for outcome, chance in happened:
        state = polls.settle(before := state, outcome, pace, now, chance)
        failed = isinstance(outcome, polls.Failed)
        assert polls.news(before, state, now) == polls.news(before, state, now)
        assert health.health(state, now).said
        assert state.failures == (before.failures + 1 if failed else 0)
        assert (state.failing_since is None) == (state.failures == 0)
        assert state.polled_at == now
        assert state.newest is None or state.newest <= now
        if state.due_at is None:
            assert health.health(state, now).state == "gone"
        else:
            longest = schedule.DORMANT if state.failures else schedule.LONGEST
            assert now < state.due_at <= now + 1.1 * max(longest, pace.interval or longest)
            assert not schedule.is_due(state.due_at, pace.interval, now, longest)
            assert state.retry_at is None or state.due_at >= state.retry_at
        now = state.due_at or now + DAY


@pytest.mark.parametrize(
    ("fields", "state", "said"),
    [
        ({}, "new", "not polled yet"),
        ({"success_at": NOW}, "ok", "has no entries yet"),
        ({"success_at": NOW, "newest": NOW}, "ok", "has one entry"),
        ({"success_at": NOW, "newest": NOW, "gap": 43_200.0}, "ok", "posts every 12 hours"),
        (
            {"success_at": NOW, "newest": NOW - 9 * DAY, "gap": 43_200.0},
            "silent",
            "silent for 9 days; it usually posts every 12 hours",
        ),
        ({"success_at": NOW, "newest": NOW - 9 * DAY, "gap": 10 * 86_400.0}, "ok", "posts every 10 days"),
        ({"failures": 1, "error": "too slow", "failing_since": NOW}, "failing", "too slow"),
        (
            {"failures": 2, "error": "too slow", "failing_since": NOW},
            "failing",
            "too slow (2 times in a row, since 2026-05-01 12:00 UTC)",
        ),
        (
            {"failures": 9, "error": "too slow", "failing_since": NOW - 8 * DAY},
            "dead",
            "has failed 9 times in a row, since 2026-04-23 12:00 UTC: too slow",
        ),
        (
            {"success_at": NOW, "newest": NOW, "moved_to": "https://n.example/", "moved_count": 3},
            "ok",
            "has one entry; it has moved: in feeds.yaml, change url to https://n.example/",
        ),
    ],
)
def test_health_in_words(fields: dict[str, object], state: str, said: str) -> None:
    """A sentence for people, judged by the source's own rhythm."""
    found = health.health(dataclasses.replace(STATE, **fields), NOW)  # type: ignore[arg-type]
    assert (found.state, found.said) == (state, said)


def test_paused_goes_first() -> None:
    """What is not polled cannot fail."""
    assert health.health(settle(STATE, FAILURE), NOW, paused=True).state == "paused"


def test_adaptive_polls_learn() -> None:
    """From the first document on, and only from news; what is due says how long it will have waited."""
    early = polls.settle(STATE, updated(dates=tuple(NOW - day * DAY for day in range(1, 20))), polls.Pace(), NOW, 0.5)
    assert polls.known_rhythm(early).at == (NOW - DAY).timestamp()
    again = polls.settle(early, unchanged(), polls.Pace(), NOW + DAY / 24, 0.5)
    assert again.rhythm == early.rhythm
    delay = polls.foretold(again)
    assert delay is not None
    assert again.due_at is not None
    assert 0 < delay <= (again.due_at - NOW).total_seconds()
    assert polls.foretold(STATE) is None


def test_explicit_intervals_learn_too() -> None:
    """So that a source that is made adaptive is known at once."""
    assert settle(STATE, updated(dates=(NOW - DAY,))).rhythm
