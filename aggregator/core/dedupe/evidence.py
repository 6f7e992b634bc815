"""The evidence of a verdict in words, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.core.dedupe import head

_SUMS = {
    "link": "the same link",
    "text": "by their texts",
    "title": "by their titles",
    "rewritten": "one source's, under another id or link",
    "edited": "edited since, until it was a copy no more",
}
_SHARES = {"text": "texts", "title": "titles"}


def said(why: Mapping[str, object]) -> str:
    """What `why` of a verdict says: `by their texts: texts 62 % the same, titles 40 %, figures all the same`."""
    told = _SUMS.get(str(why.get("evidence", "")), "")
    figures = ", ".join(_figures(why))
    return f"{told}: {figures}" if told and figures else told or figures or "for a reason that is not known any more"


def _figures(why: Mapping[str, object]) -> list[str]:
    parts = [f"{noun} {_percent(share)} %" for name, noun in _SHARES.items() if (share := _share(why, name)) is not None]
    parts = [f"{part} the same" if place == 0 else part for place, part in enumerate(parts)]
    figures = _share(why, "figures")
    if figures is not None:
        parts.append(f"figures {'all the same' if figures >= 1 else 'all different' if figures <= 0 else f'{_percent(figures)} %'}")
    return parts


def _share(why: Mapping[str, object], name: str) -> float | None:
    value = why.get(name)
    return float(value) if isinstance(value, int | float) else None


def _percent(share: float) -> int:
    """Rounded; all and nothing are said only of all and nothing."""
    return round(100 * share) if share in (0, 1) else min(99, max(1, round(100 * share)))


def preferred(members: Sequence[head.Member], shown: str) -> str:
    """Why this one of the copies of an article is shown, as `head.shown` chose it."""
    if len(members) == 1:
        return "there is no other copy"
    if head.choose_head(members).id != shown:
        return "it was shown before the others came, and none of them is so much fuller that readers would gain by it"
    most = max(member.words for member in members)
    full = [member for member in members if member.words >= head.AS_FULL * most]
    if len(full) == 1:
        return "its text is the fullest"
    trust = next(member.trust for member in members if member.id == shown)
    rest = "" if len(full) == len(members) else " of those that are as full"
    if any(member.trust < trust for member in full):
        return f"its source is the most trusted{rest}"
    return f"it came first{rest}"
