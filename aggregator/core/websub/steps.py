"""What becomes of a subscription as it is asked for, verified, refused, renewed and given up."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Literal

from aggregator.core import text
from aggregator.core.websub.announced import Announced
from aggregator.core.websub.subscription import Subscription

LEASE = datetime.timedelta(days=10)  # that we ask for
LONGEST_LEASE = datetime.timedelta(days=30)  # that we rely on
RENEW = 0.8  # of a lease, after which it is renewed
SOONEST = datetime.timedelta(hours=6)  # between verification and renewal, however short the lease
PATIENCE = datetime.timedelta(hours=1)  # for a hub that was asked to verify
NEXT = datetime.timedelta(minutes=1)  # before the next hub of a source is tried
BACKOFF = datetime.timedelta(hours=8)  # after a round in which no hub worked; doubles each time
LONGEST = datetime.timedelta(days=7)
_LEAVING_TRIES = 2

Step = Literal["ask", "unanswered", "expired", "over"]


def due(subscription: Subscription, now: datetime.datetime) -> Step | None:
    """What there is to do for a subscription now; `over`: it can be forgotten."""
    if subscription.leaving and subscription.failures >= _LEAVING_TRIES:
        return "over"
    if subscription.lease_until is not None and subscription.lease_until <= now:
        return "over" if subscription.leaving else "expired"
    if subscription.try_at > now:
        return None
    return "ask" if subscription.asked_at is None else "unanswered"


def form(subscription: Subscription) -> dict[str, str]:
    """What a hub is asked (WebSub 5.1)."""
    asked = {
        "hub.mode": "unsubscribe" if subscription.leaving else "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": subscription.callback,
    }
    if subscription.leaving:
        return asked
    return asked | {"hub.lease_seconds": str(int(LEASE.total_seconds())), "hub.secret": subscription.secret}


def begun(subscription: Subscription, now: datetime.datetime) -> Subscription:
    """The hub is being asked; it may verify from now on."""
    return dataclasses.replace(subscription, asked_at=now, try_at=now + PATIENCE)


def failed(subscription: Subscription, said: str, now: datetime.datetime, chance: float) -> Subscription:
    """The hub refused, or did not answer, or did not verify: the next one's turn, or all of them later.

    `chance` in [0, 1) keeps the subscriptions at one hub from coming back all at once.
    """
    after = dataclasses.replace(subscription, asked_at=None, error=said)
    if subscription.leaving:
        return dataclasses.replace(after, failures=subscription.failures + 1, try_at=now + PATIENCE)
    following = subscription.hub + 1
    if following < len(subscription.hubs):
        return dataclasses.replace(after, hub=following, try_at=now + NEXT)
    wait = min(LONGEST, BACKOFF * 2 ** min(subscription.failures, 10)) * (1 + chance / 10)
    return dataclasses.replace(after, hub=0, failures=subscription.failures + 1, try_at=now + wait)


def accepts(subscription: Subscription, asked: Mapping[str, str]) -> bool:
    """Whether this is what we asked the hub for (WebSub 5.3); `asked` are the parameters of its question."""
    mode = "unsubscribe" if subscription.leaving else "subscribe"
    said = asked.get("hub.mode") == mode and asked.get("hub.topic") == subscription.topic
    return said and subscription.asked_at is not None and bool(asked.get("hub.challenge"))


def verified(subscription: Subscription, lease: str | None, now: datetime.datetime) -> Subscription:
    """The hub delivers from now on, for so many seconds."""
    seconds = int(lease) if lease and lease.isascii() and lease.isdigit() and len(lease) < 12 else int(LEASE.total_seconds())
    lasting = min(LONGEST_LEASE, datetime.timedelta(seconds=max(1, seconds)))
    return dataclasses.replace(
        subscription,
        asked_at=None,
        failures=0,
        error="",
        live_since=subscription.live_since or now,
        lease_until=now + lasting,
        try_at=now + max(SOONEST, lasting * RENEW),
    )


def denied(subscription: Subscription, reason: str, now: datetime.datetime) -> Subscription:
    """The hub will not, or no longer, deliver (WebSub 5.2); it is asked again in a week."""
    said = text.shorten(text.one_line(reason), 200)
    return dataclasses.replace(
        _dead(subscription),
        asked_at=None,
        failures=subscription.failures + 1,
        error=f"the hub denies it: {said}" if said else "the hub denies it",
        try_at=now + LONGEST,
    )


def expired(subscription: Subscription) -> Subscription:
    """Its lease has ended without a new one."""
    return _dead(subscription)


def revised(subscription: Subscription, said: Announced | None) -> Subscription | None:
    """The subscription by what its source says now; None when it says something else, or nothing."""
    hub = subscription.hubs[subscription.hub]
    if said is None or said.topic != subscription.topic or hub not in said.hubs:
        return None
    return dataclasses.replace(subscription, hubs=said.hubs, hub=said.hubs.index(hub), document=said.document)


def left(subscription: Subscription, now: datetime.datetime) -> Subscription | None:
    """It is wanted no more: the hub is told; None when no hub ever heard of it."""
    if subscription.leaving or (subscription.asked_at is None and not subscription.live):
        return subscription if subscription.leaving else None
    return dataclasses.replace(subscription, leaving=True, asked_at=None, failures=0, try_at=now)


def _dead(subscription: Subscription) -> Subscription:
    return dataclasses.replace(subscription, live_since=None, lease_until=None, unconfirmed=(), proofs=0)
