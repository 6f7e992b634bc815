"""What the outcome of a poll makes of a source: its new state, its next due time, and what the operator should hear."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from aggregator.core import coverage, health, model, schedule
from aggregator.core.schedule import packed, plan, rhythm

REPORTED = {"dead": "is dead", "gone": "is gone", "blocked": "is blocked", "silent": "has fallen silent"}
FAILING_REPORTED = 3  # failures in a row after which a failing source is told of


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """How often a source is polled: `interval` None is adaptive, by what a poll is worth."""

    interval: datetime.timedelta | None = None
    aim: plan.Aim = plan.Aim(10.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Fresh:
    """A new or changed entry of a document: as it came, as it was cleaned, as its page filled it in between."""

    entry: model.Entry
    cleaned: model.Cleaned
    page: model.Entry | None = None  # None: no page was wanted, or none came
    waits: bool = False  # its page did not come, and is to be asked for again
    hash: str = ""  # of the entry as it came, where it is known already


@dataclasses.dataclass(frozen=True, slots=True)
class Lesson:
    """What a source's articles taught about its boilerplate, to be stored."""

    memory: str  # the counts, as `clean.Memory.dump` writes them
    knowledge: str  # a digest of what they prove
    policy: str  # a digest of the policy that was cleaned by


@dataclasses.dataclass(frozen=True, slots=True)
class Stamp:
    """What an entry as it came is known by before it is read (`parse.read`), and what the schedule asks of it."""

    stamp: str
    hash: str  # of the entry read, `dedupe.hash_of`
    date: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Updated:
    """The source brought a document that was read well. `fresh` are its new and changed entries."""

    response: model.Response
    body_hash: str
    feed: model.Feed  # its header; entries are counted in `seen`
    fresh: tuple[Fresh, ...]
    unchanged: frozenset[str]  # published ids of entries that are stored just as they came
    dates: tuple[datetime.datetime, ...]  # of all its entries that have one
    seen: int  # entries in the document that say something
    stamps: tuple[Stamp, ...] = ()  # of all its entries, if they have any
    lesson: Lesson | None = None  # None: nothing new was taught
    empty: int = 0  # its other entries
    partial: bool = False  # a hub delivered it: what it does not carry is in the source all the same


@dataclasses.dataclass(frozen=True, slots=True)
class NotModified:
    """The source has nothing new: it said so, or sent the same again, but for the time of its making."""

    response: model.Response
    body_hash: str = ""  # of what came, as it is to be known by; "" for that it is known already


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """No document, or none that can be read: `kind` in one word, `said` for people, `retry_after` in seconds.

    `refused_by` is the address that answered so, when its host is to be left alone for a while.
    """

    kind: str
    said: str
    retry_after: float | None = None
    refused_by: str = ""


Outcome = Updated | NotModified | Failed


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """Something the operator should hear about a source."""

    kind: str
    title: str
    text: str


def settle(state: model.SourceState, outcome: Outcome, pace: Pace, now: datetime.datetime, chance: float) -> model.SourceState:
    """The state of a source after a poll; `chance` in [0, 1) spreads due times."""
    if isinstance(outcome, Failed):
        return _failed(state, outcome, pace, now, chance)
    before = state
    state = dataclasses.replace(
        _moved(state, outcome.response),
        polled_at=now,
        success_at=now,
        failing_since=None,
        failures=0,
        error="",
        error_kind="",
        retry_at=None,
    )
    state = _updated(before, state, outcome, now) if isinstance(outcome, Updated) else coverage.calmed(state)
    if isinstance(outcome, NotModified) and not outcome.response.not_modified:
        body_hash = outcome.body_hash or state.body_hash
        state = dataclasses.replace(state, validators=outcome.response.validators, body_hash=body_hash)
    state = _counted(state, outcome.response, now)
    if pace.interval is None:
        due_at = now + schedule.spread(coverage.hastened(_planned(state, pace.aim, now), state), chance)
    else:
        due_at = schedule.after_success(pace.interval, state.due_at, now)
    return dataclasses.replace(state, due_at=due_at)


def delivered(state: model.SourceState, outcome: Outcome, now: datetime.datetime) -> model.SourceState:
    """The state of a source after a hub delivered something of it, which says nothing of how its own server does.

    Only the rhythm learns from it: the next poll will not show these entries as new.
    """
    if not isinstance(outcome, Updated) or not outcome.fresh:
        return state
    known = [date for date in (*outcome.dates, state.newest) if date is not None and date <= now]
    learned = _learned(state, outcome, known_rhythm(state).hints, now)
    return dataclasses.replace(state, rhythm=learned, newest=max(known, default=now))


def _planned(state: model.SourceState, aim: plan.Aim, now: datetime.datetime) -> datetime.timedelta:
    """The adaptive interval at this moment."""
    return datetime.timedelta(seconds=plan.wait(known_rhythm(state), now.timestamp(), aim, state.window))


def known_rhythm(state: model.SourceState) -> rhythm.Rhythm:
    """What is known of when a source publishes."""
    return packed.unpack(state.rhythm) or rhythm.Rhythm()


def rebuilt(state: model.SourceState, dates: Sequence[datetime.datetime], now: datetime.datetime) -> model.SourceState:
    """A source of which no rhythm is known, with that of its stored entries; as it is when they have no dates."""
    if not dates:
        return state
    seen = rhythm.Poll(now.timestamp(), None, tuple(sorted(date.timestamp() for date in dates)))
    return dataclasses.replace(state, rhythm=packed.pack(rhythm.learn(rhythm.Rhythm(), seen)))


def foretold(state: model.SourceState) -> float | None:
    """The mean delay in seconds to expect of what the next poll will show, when it comes in time; None while nothing is due."""
    if state.polled_at is None or state.due_at is None:
        return None
    return plan.delay(known_rhythm(state), state.polled_at.timestamp(), state.due_at.timestamp())


def _hints(outcome: Updated) -> model.Hints:
    """What the document and its server say."""
    said = outcome.feed.hints
    return dataclasses.replace(said, periods=tuple(filter(None, (outcome.response.max_age, *said.periods))))


def _learned(before: model.SourceState, outcome: Updated, hints: model.Hints, now: datetime.datetime) -> bytes:
    """The rhythm with what this document shows for the first time; with all its dates if nothing was known.

    A change of an old entry is no publication: it is told by a date from before the last poll that is not the newest.
    """
    known = packed.unpack(before.rhythm)
    since = before.success_at if known else None
    if known is None or since is None:
        dates = outcome.dates or (now,) * min(1, len(outcome.fresh))
    else:
        earliest = min(filter(None, (since - schedule.UNKNOWN, before.newest)))
        published = [fresh.entry.published or now for fresh in outcome.fresh]
        dates = tuple(date for date in published if date > earliest)
    poll = rhythm.Poll(
        now.timestamp(),
        since.timestamp() if since else None,
        tuple(date.timestamp() for date in dates),
        hints,
    )
    return packed.pack(rhythm.learn(known or rhythm.Rhythm(), poll)) if dates else before.rhythm


def shows(before: model.SourceState, after: model.SourceState, outcome: Outcome) -> bool:
    """Whether an output may look otherwise after a poll of one of its sources."""
    named = (before.title, before.link, before.rights, before.feed_id, before.moved_to)
    return isinstance(outcome, Updated) and (
        bool(outcome.fresh) or named != (after.title, after.link, after.rights, after.feed_id, after.moved_to)
    )


def _updated(before: model.SourceState, state: model.SourceState, outcome: Updated, now: datetime.datetime) -> model.SourceState:
    dates = [date for date in outcome.dates if date <= now]
    feed = outcome.feed
    return dataclasses.replace(
        state,
        title=feed.title,
        link=feed.link,
        rights=feed.rights,
        feed_id=feed.id,
        feed_updated=feed.updated if outcome.fresh else state.feed_updated,  # a build date alone is no news
        validators=outcome.response.validators,
        body_hash=outcome.body_hash,
        gap=state.gap if outcome.response.delta else schedule.mean_gap(dates),
        newest=_newest(state, outcome, dates, now),
        rhythm=_learned(before, outcome, _hints(outcome), now),
        window=state.window if outcome.response.delta else outcome.seen,
    )


def _newest(
    state: model.SourceState, outcome: Updated, dates: list[datetime.datetime], now: datetime.datetime
) -> datetime.datetime | None:
    """The date of the newest entry; the document of a delta does not have all that the source has."""
    known = [state.newest] if outcome.response.delta and state.newest else []
    return max([*dates, *known], default=now if outcome.fresh else state.newest)


def _counted(state: model.SourceState, response: model.Response, now: datetime.datetime) -> model.SourceState:
    """Count the answers since the last whole document."""
    if response.not_modified or response.delta:
        return dataclasses.replace(state, unmodified=state.unmodified + 1)
    return dataclasses.replace(state, unmodified=0, whole_at=now)


def _moved(state: model.SourceState, response: model.Response) -> model.SourceState:
    """Count how often a permanent redirect was confirmed; a believed one is asked directly and so redirects no more.

    The count begins when a document was read at its target; a 304 from there tells nothing of it.
    """
    moved_to = response.moved_to
    if health.moved_for_good(state) and moved_to is None:
        return state
    same = moved_to is not None and moved_to == state.moved_to
    read = moved_to is not None and not response.not_modified
    count = state.moved_count + 1 if same and (read or state.moved_count) else int(read)
    return dataclasses.replace(state, moved_to=moved_to, moved_count=count)


def _failed(state: model.SourceState, outcome: Failed, pace: Pace, now: datetime.datetime, chance: float) -> model.SourceState:
    failures, since = state.failures + 1, state.failing_since or now
    interval = pace.interval or (_planned(state, pace.aim, now) if state.rhythm else schedule.UNKNOWN)
    wait = schedule.after_failure(interval, failures, outcome.retry_after, now, chance, schedule.patience(now - since))
    due_at = None if outcome.kind == "gone" else wait
    return dataclasses.replace(
        state,
        polled_at=now,
        failures=failures,
        failing_since=since,
        error=outcome.said,
        error_kind=outcome.kind,
        moved_count=0,
        due_at=due_at,
        retry_at=schedule.retry_at(outcome.retry_after, now),
    )


def news(before: model.SourceState, after: model.SourceState, now: datetime.datetime) -> tuple[News, ...]:
    """What changed for the operator between two polls of a source."""
    was, became = _told(before, before.polled_at or now), _told(after, now)
    said = health.health(after, now).said
    told = []
    if became and became != was:
        told.append(News(became, f"{after.called} {REPORTED.get(became, 'keeps failing')}", said))
    elif was and not after.failures and not became:
        told.append(News("recovered", f"{after.called} is back", said))
    if health.moved_for_good(after) and not health.moved_for_good(before):
        told.append(
            News(
                "moved",
                f"{after.called} has moved",
                f"Its server sends us elsewhere for good; in feeds.yaml, {health.suggestion(after)}.",
            )
        )
    return tuple(told)


def _told(state: model.SourceState, now: datetime.datetime) -> str:
    """The state as far as it is worth telling; "" for all that is well or may pass.

    A failure or two change nothing about what was there before them.
    """
    if state.failures < FAILING_REPORTED and health.health(state, now).state == "failing":
        state = dataclasses.replace(state, failures=0)
    kind = health.health(state, now).state
    return kind if kind in REPORTED or kind == "failing" else ""
