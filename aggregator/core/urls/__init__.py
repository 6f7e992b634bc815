"""URLs from strangers: gated before use, unwrapped, stripped of tracking, compared, and shown without secrets."""

from __future__ import annotations

from aggregator.core.urls import comparing, domains, gating, redirectors, showing, tracking

LONGEST = gating.LONGEST
domain = domains.domain
gate = gating.gate
host = gating.host
normalise = comparing.normalise
redact = showing.redact
untracked = tracking.untracked
unwrapped = redirectors.unwrapped


def cleaned(url: str, home: str = "") -> str:
    """A gated address as it is published: what a redirector carries in place of the redirector, and without tracking.

    `home` is the host of the page that it was found on ("" for none): its name in a `ref` or the like is tracking too.
    """
    return untracked(unwrapped(url), home)
