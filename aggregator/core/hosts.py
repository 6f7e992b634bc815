"""When a host that refused us may be asked again, whatever source of it is due."""

from __future__ import annotations

import datetime

from aggregator.core import model, schedule

FIRST = datetime.timedelta(minutes=5)  # for which a host is left alone that does not say for how long
REFUSALS = (429, 503)  # statuses that are about us or all of the host, and not about one address (RFC 6585 4, RFC 9110 15.6.4)
_FURTHEST = schedule.LONGEST * (1 + 2 * schedule.JITTER)  # a later time comes from a clock that was wrong


def refused(before: model.HostState, retry_after: float | None, now: datetime.datetime, chance: float) -> model.HostState:
    """A host after it refused us: left alone until its Retry-After (seconds), and twice as long with each refusal in a row.

    Refusals of requests that were under way when it first refused are one. `chance` in [0, 1) spreads the return.
    """
    asked = schedule.retry_at(retry_after, now)
    again = not waits(before, now)
    refusals = before.refusals + 1 if again else before.refusals
    alone = now + _backoff(refusals, told=asked is not None) * (1 + schedule.JITTER * chance) if again else before.until
    return model.HostState(
        before.name,
        refusals,
        until=max(moment for moment in (alone, asked, now) if moment is not None),
        retry_at=max((moment for moment in (before.retry_at if not again else None, asked) if moment is not None), default=None),
    )


def _backoff(refusals: int, *, told: bool) -> datetime.timedelta:
    """Our own patience: none at the first refusal of a host that tells how long to wait."""
    if refusals == 1 and told:
        return datetime.timedelta(0)
    return min(schedule.LONGEST, FIRST * 2.0 ** min(refusals - 1, 30))


def answered(before: model.HostState) -> model.HostState:
    """A host after a good answer: nothing is remembered against it."""
    return model.HostState(before.name)


def waits(host: model.HostState | None, now: datetime.datetime) -> bool:
    """Whether a host is to be left alone."""
    return host is not None and _ahead(host.until, now)


def asks_to_wait(host: model.HostState | None, now: datetime.datetime) -> bool:
    """Whether it is because the host said so."""
    return host is not None and _ahead(host.retry_at, now)


def _ahead(moment: datetime.datetime | None, now: datetime.datetime) -> bool:
    return moment is not None and now < moment <= now + _FURTHEST
