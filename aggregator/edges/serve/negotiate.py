"""What a request asks for: a content coding, and whether what its sender holds is still good (RFC 9110 12.5.3 and 13.1)."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Sequence

IDENTITY = "identity"
CODINGS = ("br", "zstd", "gzip")  # best first, for clients to whom all are equal
_UNSAID = 0.0005  # below every weight that can be written: identity is welcome, but least
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_TAG = re.compile(r'"[^"]*"')


def coding(accept: str | None) -> str:
    """The coding to answer an Accept-Encoding field with; None when it was not sent.

    One of CODINGS, or IDENTITY: also when nothing at all would be welcome, because a reader is better served than refused.
    Malformed members count as not said.
    """
    if accept is None:
        return IDENTITY
    weights = _weights(accept)
    others = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda name: weights.get(name, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get(IDENTITY, weights.get("*", _UNSAID)) else IDENTITY


def _weights(accept: str) -> dict[str, float]:
    found = {}
    for member in accept.lower().split(","):
        name, *parameters = (part.strip() for part in member.split(";"))
        weight = _WEIGHT.fullmatch(parameters[0] if parameters else "q=1")
        if name and weight:
            found[name.removeprefix("x-") if name == "x-gzip" else name] = float(weight[1])
    return found


def matching(if_none_match: str, tags: Sequence[str]) -> str | None:
    """The first of the entity tags that an If-None-Match field names, compared weakly; `*` names every tag (RFC 9110 13.1.2)."""
    if if_none_match.strip() == "*":
        return tags[0]
    named = set(_TAG.findall(if_none_match))
    return next((tag for tag in tags if tag in named), None)


def unmodified(if_modified_since: str, modified: float, now: float) -> bool:
    """Whether what was modified then (seconds since 1970) has not changed since that date (RFC 9110 13.1.3).

    What is no date, or one still to come, is not believed.
    """
    try:
        since = email.utils.parsedate_to_datetime(if_modified_since).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return False
    return modified <= since <= now
