"""What the outcome of a poll makes of a source: its new state, its next due time, and what the operator should hear."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.core import health, model, schedule

REPORTED = {"dead": "is dead", "gone": "is gone", "blocked": "is blocked", "silent": "has fallen silent"}
FAILING_REPORTED = 3  # failures in a row after which a failing source is told of


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """How often a source is polled: `interval` None is adaptive, lengthened by `stretch` to stay within the budget."""

    interval: datetime.timedelta | None = None
    stretch: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Fresh:
    """A new or changed entry of a document: as it came, as it was cleaned, as its page filled it in between."""

    entry: model.Entry
    cleaned: model.Cleaned
    page: model.Entry | None = None  # None: no page was wanted, or none came
    waits: bool = False  # its page did not come, and is to be asked for again


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
    seen: int  # entries in the document
    stamps: tuple[Stamp, ...] = ()  # of all its entries, if they have any
    lesson: Lesson | None = None  # None: nothing new was taught


@dataclasses.dataclass(frozen=True, slots=True)
class NotModified:
    """The source has nothing new: it said so, or sent the same bytes again."""

    response: model.Response


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """No document, or none that can be read: `kind` in one word, `said` for people, `retry_after` in seconds."""

    kind: str
    said: str
    retry_after: float | None = None


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
    state = dataclasses.replace(
        _moved(state, outcome.response.moved_to),
        polled_at=now,
        success_at=now,
        failing_since=None,
        failures=0,
        error="",
        error_kind="",
        retry_at=None,
    )
    if isinstance(outcome, Updated):
        state = _updated(state, outcome, now)
    elif not outcome.response.not_modified:
        state = dataclasses.replace(state, validators=outcome.response.validators)
    wanted = schedule.adaptive(state.gap, state.newest, now, pace.stretch)
    return dataclasses.replace(state, due_at=schedule.after_success(pace.interval, wanted, state.due_at, now, chance))


def _updated(state: model.SourceState, outcome: Updated, now: datetime.datetime) -> model.SourceState:
    dates = [date for date in outcome.dates if date <= now]
    feed = outcome.feed
    return dataclasses.replace(
        state,
        title=feed.title,
        link=feed.link,
        rights=feed.rights,
        feed_id=feed.id,
        feed_updated=feed.updated,
        validators=outcome.response.validators,
        body_hash=outcome.body_hash,
        gap=schedule.mean_gap(dates),
        newest=max(dates, default=now if outcome.fresh else state.newest),
    )


def _moved(state: model.SourceState, moved_to: str | None) -> model.SourceState:
    """Count how often a permanent redirect was confirmed; a believed one is asked directly and so redirects no more."""
    if health.moved_for_good(state) and moved_to is None:
        return state
    count = state.moved_count + 1 if moved_to is not None and moved_to == state.moved_to else int(moved_to is not None)
    return dataclasses.replace(state, moved_to=moved_to, moved_count=count)


def _failed(state: model.SourceState, outcome: Failed, pace: Pace, now: datetime.datetime, chance: float) -> model.SourceState:
    failures = state.failures + 1
    interval = pace.interval or schedule.adaptive(state.gap, state.newest, now, pace.stretch)
    due_at = None if outcome.kind == "gone" else schedule.after_failure(interval, failures, outcome.retry_after, now, chance)
    return dataclasses.replace(
        state,
        polled_at=now,
        failures=failures,
        failing_since=state.failing_since or now,
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
                f"Its server sends us to {after.moved_to} for good; change its url in feeds.yaml.",
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
