"""What a preview found, and the same as plain values for JSON."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from aggregator.core import clean
from aggregator.preview import proof

_PAGES: Mapping[proof.Fetched, str] = {
    "": "",
    "filled": "text from its page",
    "no better": "its page has no better text, or may not be fetched",
    "failed": "its page did not come",
}
_TEASER = "a teaser: full_text would fetch its page"
_UNSEEN = {"image": "a picture", "figure": "a picture", "media": "a player", "rule": "a line"}


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A preview of one document. Texts are those of strangers: whoever shows them makes them safe."""

    url: str  # where it came from, without password or key; or the name of a file
    kind: proof.Kind
    title: str
    proofs: tuple[proof.Proof, ...]
    total: int  # entries in the document
    source: str | None = None  # what feeds.yaml calls it
    feeds: tuple[str, ...] = ()  # those that a page offers
    repeats: int = 0  # blocks that its source is known to repeat
    problems: tuple[str, ...] = ()
    failed: bool = False  # one of the problems left something out

    @property
    def removed(self) -> int:
        """How many blocks went."""
        return sum(block.after is None for one in self.proofs for block in one.blocks)

    @property
    def shortened(self) -> int:
        """How many blocks lost a part."""
        return sum(is_shortened(block) for one in self.proofs for block in one.blocks)


def is_shortened(block: clean.Reviewed) -> bool:
    """Whether a rule took a part of the block."""
    return block.after is not None and block.after != block.before


def is_spared(block: clean.Reviewed) -> bool:
    """Whether a rule would have taken the block, had that not left the article empty."""
    return bool(block.rule) and block.after == block.before


def cut(before: str, after: str) -> tuple[str, str, str]:
    """What a shortened text kept at its beginning, what it lost, and what it kept at its end."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    end = len(before) - tail
    return before[:head], before[head:end], before[end:]


def _common(one: str, other: str) -> int:
    """The length of what both begin with."""
    shorter = min(len(one), len(other))
    return next((place for place in range(shorter) if one[place] != other[place]), shorter)


def facts(one: proof.Proof) -> tuple[str, ...]:
    """What people want to know of an entry besides its text: its dates in UTC, its authors, what there is about its page."""
    came, after = one.came, one.cleaned.entry
    dates = [f"{came.published:%Y-%m-%d %H:%M}"] if came.published else []
    dates += [f"updated {came.updated:%Y-%m-%d %H:%M}"] if came.updated and came.updated != came.published else []
    authors = [f"by {', '.join(author.name for author in after.authors)}"] if after.authors else []
    teaser = _TEASER if one.teaser and came.link and not one.page else ""
    return tuple(filter(None, (*dates, *authors, _PAGES[one.page], teaser)))


def unseen(block: clean.Reviewed) -> str:
    """What to call a block without text."""
    return _UNSEEN.get(block.kind, "no text")


def described(report: Report) -> dict[str, Any]:
    """The report as JSON has it."""
    return {
        "url": report.url,
        "kind": report.kind,
        "title": report.title,
        "source": report.source,
        "feeds": list(report.feeds),
        "total": report.total,
        "repeats": report.repeats,
        "problems": list(report.problems),
        "entries": [_entry(one) for one in report.proofs],
    }


def _entry(one: proof.Proof) -> dict[str, Any]:
    came, cleaned = one.came, one.cleaned
    return {
        "title": {"before": came.title, "after": cleaned.entry.title},
        "link": {"before": came.link, "after": cleaned.entry.link},
        "published": _moment(came.published),
        "updated": _moment(came.updated),
        "authors": [author.name for author in cleaned.entry.authors],
        "language": cleaned.entry.language,
        "teaser": one.teaser,
        "page": one.page or None,
        "blocks": [_block(block) for block in one.blocks],
        "summary": cleaned.entry.summary,
        "content": cleaned.entry.content,
        "text": cleaned.text,
        "removed": [{"text": gone.text, "rule": gone.rule, "class": gone.kind} for gone in cleaned.removed],
        "pictures": list(one.pictures),
        "pictures_dropped": one.pictures_dropped,
    }


def _block(block: clean.Reviewed) -> dict[str, Any]:
    return {"kind": block.kind, "before": block.before, "after": block.after, "rule": block.rule, "class": block.cls}


def _moment(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
