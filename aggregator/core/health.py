"""How a source is doing, in words."""

from __future__ import annotations

import dataclasses
import datetime
import typing
from typing import Literal

from aggregator.core import model, urls

State = Literal["ok", "new", "paused", "failing", "dead", "gone", "blocked", "silent"]
STATES: tuple[State, ...] = typing.get_args(State)

DEAD_AFTER = datetime.timedelta(days=7)  # of nothing but failures
BLOCKED = (401, 403)  # statuses that mean: not you
SILENT_GAPS = 10  # a source is silent after so many of its mean gaps,
SILENT_AFTER = datetime.timedelta(days=3)  # but never before this
CONFIRMED = 3  # polls after which a permanent redirect is believed


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    """A state for tables and a sentence for people."""

    state: State
    said: str


def health(source: model.SourceState, now: datetime.datetime, *, paused: bool = False) -> Health:
    """How a source is doing, judged by its own rhythm."""
    if paused:
        return Health("paused", "not polled, as feeds.yaml says")
    if source.error_kind == "gone":
        return Health("gone", "its server says that it is gone for good; remove it from feeds.yaml")
    if source.failures:
        return _failing(source, now)
    if source.success_at is None:
        return Health("new", "not polled yet")
    return _alive(source, now)


def _failing(source: model.SourceState, now: datetime.datetime) -> Health:
    since = source.failing_since or now
    how_long = f"{source.failures} times in a row, since {_day(since)}"
    if source.error_kind == "blocked":
        return Health("blocked", f"its server refuses us: {source.error} ({how_long})")
    if now - since >= DEAD_AFTER:
        return Health("dead", f"has failed {how_long}: {source.error}")
    return Health("failing", f"{source.error} ({how_long})" if source.failures > 1 else source.error)


def _alive(source: model.SourceState, now: datetime.datetime) -> Health:
    moved = _remarks(source)
    if source.newest is None:
        return Health("ok", "has no entries yet" + moved)
    quiet = now - source.newest
    if source.gap and quiet > max(SILENT_AFTER, SILENT_GAPS * datetime.timedelta(seconds=source.gap)):
        return Health(
            "silent",
            f"silent for {duration(quiet)}; it usually posts every {duration(datetime.timedelta(seconds=source.gap))}{moved}",
        )
    rhythm = f"posts every {duration(datetime.timedelta(seconds=source.gap))}" if source.gap else "has one entry"
    return Health("ok", rhythm + moved)


def _remarks(source: model.SourceState) -> str:
    """What else the operator should know of a source that answers."""
    moved = f"; it has moved: in feeds.yaml, {suggestion(source)}" if moved_for_good(source) else ""
    times = "once" if source.rollovers == 1 else f"{source.rollovers} times"
    lost = f"; {times} all its entries were replaced between two polls, so some were missed" if source.haste > 1 else ""
    return moved + lost


def suggestion(source: model.SourceState) -> str:
    """The edit that a source that has moved for good asks for; "" for none."""
    return f"change url to {urls.redact(source.moved_to)}" if moved_for_good(source) and source.moved_to else ""


def moved_for_good(source: model.SourceState) -> bool:
    """Whether permanent redirects were confirmed often enough to be believed (RFC 9110 15.4.2)."""
    return source.moved_to is not None and source.moved_count >= CONFIRMED


def duration(span: datetime.timedelta) -> str:
    """A span in the one unit that says most: `40 minutes`, `9 days`."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size or (unit == "minute" and seconds >= size):
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"


def _day(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
