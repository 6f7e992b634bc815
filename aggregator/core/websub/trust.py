"""How far a hub is trusted to deliver everything: by what polls confirm, and what they show besides."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from aggregator.core.websub.subscription import MOST_PROOFS, Subscription

GRACE = datetime.timedelta(minutes=15)  # in which a hub may still deliver what a poll showed
FALLBACK = datetime.timedelta(hours=12)  # between the polls of a source whose hub is trusted; up to twice that
UNCONFIRMED = 50  # delivered entries that are waited for


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a poll showed: the published ids in its document, and of those stored for the first time their dates.

    `since` is when the poll before it was, if we were there for deliveries ever since; else None.
    """

    carried: frozenset[str]
    new: Mapping[str, datetime.datetime | None]
    since: datetime.datetime | None


def delivered(subscription: Subscription, ids: Iterable[str]) -> Subscription:
    """The hub brought entries that were new; a poll may confirm them."""
    waiting = dict.fromkeys((*ids, *subscription.unconfirmed))
    return dataclasses.replace(subscription, unconfirmed=tuple(waiting)[:UNCONFIRMED])


def missed(subscription: Subscription, seen: Seen, now: datetime.datetime) -> int:
    """How many entries a poll showed that the hub should have delivered before."""
    if seen.since is None or subscription.live_since is None or subscription.live_since > seen.since:
        return 0
    return sum(date is None or date < now - GRACE for date in seen.new.values())


def judged(subscription: Subscription, seen: Seen, now: datetime.datetime) -> Subscription:
    """The subscription after a poll of its source."""
    if not subscription.live:
        return subscription
    if missed(subscription, seen, now):
        lapses = min(MOST_PROOFS, subscription.lapses + int(subscription.trusted))
        return dataclasses.replace(subscription, proofs=0, lapses=lapses, unconfirmed=())
    if not seen.carried.intersection(subscription.unconfirmed):
        return subscription
    return dataclasses.replace(subscription, proofs=min(MOST_PROOFS, subscription.proofs + 1), unconfirmed=())


def rested(due_at: datetime.datetime, now: datetime.datetime, chance: float) -> datetime.datetime:
    """When to poll a source whose hub is trusted; `chance` in [0, 1)."""
    return max(due_at, now + FALLBACK * (1 + chance))
