"""Whether what polls bring is all there is: windows that rolled over between two polls, and answers of 304 without end."""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.core import model, schedule

OFTEN = 150  # answers of 304 in a row after which a whole document is asked for,
GAPS = 5  # or when they have gone on for so many of the source's mean gaps,
SELDOM = datetime.timedelta(days=1)  # but never sooner after the last whole one
LEAST = 2  # entries: of a document with one alone, being replaced is the way
HASTIEST = 16.0  # times as often as otherwise
_CALMING = 0.9  # of the haste is left after a poll that had seen some of its entries before


def asked(state: model.SourceState, now: datetime.datetime) -> model.SourceState:
    """A source as it is to be asked: without validators when its 304s are to be doubted, for some servers send them for ever.

    A permanent redirect that was only ever followed to a 304 is doubted too: it counts when its target was read.
    """
    if not (_doubted(state, now) or (state.moved_to and not state.moved_count and not state.failures)):
        return state
    return dataclasses.replace(state, validators=model.Validators())


def _doubted(state: model.SourceState, now: datetime.datetime) -> bool:
    if state.whole_at is None:
        return state.unmodified >= OFTEN
    quiet = now - state.whole_at
    enough = state.gap is not None and quiet >= GAPS * datetime.timedelta(seconds=state.gap)
    return quiet >= SELDOM and state.unmodified > 0 and (enough or state.unmodified >= OFTEN)


def rolled_over(
    before: model.SourceState, response: model.Response, *, seen: int, known: int, oldest: datetime.datetime | None = None
) -> bool:
    """Whether entries were lost: a whole document of `seen` entries of which none was `known` follows one that had some.

    None were when the `oldest` of them is from before the newest that was known: the document reaches back far enough. Of a
    document that had but one dated entry it cannot be told.
    """
    if not before.body_hash or before.newest is None or response.delta or known:
        return False
    return seen >= LEAST and (oldest is None or (before.gap is not None and oldest > before.newest))


def watched(
    before: model.SourceState, after: model.SourceState, now: datetime.datetime, *, rolled: bool, adaptive: bool = True
) -> model.SourceState:
    """The state after a document: in more haste when entries were lost, in less when all was seen; an explicit interval stays.

    What was lost while the source could not be reached, or said 304 for ever, is no reason for haste.
    """
    if not rolled:
        return calmed(after)
    spared = before.failures or asked(before, now) is not before
    haste = after.haste if spared else min(HASTIEST, after.haste * 2)
    due_at = after.due_at
    if due_at is not None and adaptive:
        due_at = min(due_at, now + max(schedule.SHORTEST, (due_at - now) * (after.haste / haste)))
    return dataclasses.replace(after, rollovers=after.rollovers + 1, haste=haste, due_at=due_at)


def calmed(state: model.SourceState) -> model.SourceState:
    """A source in a little less haste, for nothing was missed."""
    return dataclasses.replace(state, haste=max(1.0, state.haste * _CALMING))


def hastened(wanted: datetime.timedelta, state: model.SourceState) -> datetime.timedelta:
    """An adaptive interval as the source needs it."""
    return max(schedule.SHORTEST, wanted / state.haste)
