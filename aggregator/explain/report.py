"""An explanation of an entry as values, in words, and as plain values for JSON."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from aggregator.core import curate, dedupe, model
from aggregator.edges import store
from aggregator.pipeline import trace


@dataclasses.dataclass(frozen=True, slots=True)
class Outlet:
    """What became of an entry in one output. `limit` is the output's window."""

    output: str
    trace: trace.Trace
    limit: int
    max_bytes: int | None = None  # of each of its files
    refused: str = ""  # why a new version of the whole output is held back
    showing: store.Showing | None = None  # since when the article is or was there

    @property
    def published(self) -> bool:
        """Whether readers of the output get this entry, and not another for it."""
        return self.trace.step == "published"


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of an entry. Texts are those of strangers: whoever shows them makes them safe."""

    account: store.Account
    backlog: int | None  # how many entries its source's backlog has, None without a place in feeds.yaml
    copies: tuple[store.Account, ...]  # its group, itself among them, in the order in which they came
    shown: str  # the id of the copy that is shown, where all sources are to be had; "" when none is
    shown_why: str
    story: tuple[store.Account, ...]  # the other entries of its story that are no copies of it
    decisions: tuple[store.Decision, ...]  # what users said of it
    outlets: tuple[Outlet, ...]
    corrections: tuple[model.Correction, ...] = ()  # what edits of it corrected, the oldest first

    @property
    def held(self) -> str:
        """Why it is held back; "" when it is not."""
        account = self.account
        if account.held_until is not None:
            return f"its source changed too much at once; it is held until {moment(account.held_until)}"
        if account.backlog is not None and self.backlog is not None and account.backlog >= self.backlog:
            return f"it was number {account.backlog + 1} of what its source brought when it was new; backlog: {self.backlog}"
        return ""

    @property
    def duplicate(self) -> str:
        """Of what it is a copy, and why; "" when it is none."""
        account = self.account
        if account.head == account.judged:
            return dedupe.said(account.why) if account.head else ""
        if account.head is None:
            return f"a verdict says that it is no copy; found was: {dedupe.said(account.why)}"
        return "a verdict says so, of it or of another copy"


def outlet_said(of: Explanation, outlet: Outlet) -> str:
    """What became of an entry in an output, in words."""
    said = _step_said(of, outlet)
    if outlet.trace.shown != of.account.id and outlet.trace.step not in ("merged", "story"):
        said = f"the copy of {_source(of, outlet.trace.shown)} stands for it: {said}"
    return f"{said}; its new version is held back: {outlet.refused}" if outlet.refused else said


def _step_said(of: Explanation, outlet: Outlet) -> str:
    way = outlet.trace
    if way.step in ("held", "backlog"):
        return f"held back: {of.held}"
    if way.step == "taken down":
        return "taken down; `aggregator takedown --undo` would bring it back"
    if way.step == "rule":
        return curate.deed(way.rulings[-1])
    if way.step == "no source":
        gone = of.account.source_removed
        return "feeds.yaml does not name its source any more" if gone else "its source is not among those of this output"
    return {
        "published": f"published, number {way.place}{_cut(outlet)}",
        "merged": f"merged: the copy of {_source(of, way.shown)} is published, number {way.place}",
        "story": f"told in the entry of its story, number {way.place}",
        "limit": f"behind the window of its {outlet.limit} newest entries",
    }[way.step]


def showing_said(outlet: Outlet) -> str:
    """Since when an output shows an article, when it was changed there and when it left, in words; "" when it never was there."""
    showing = outlet.showing
    if showing is None:
        return ""
    said = [f"published {moment(showing.shown_at)}"]
    said += [f"replaced by a new version {moment(showing.changed_at)}"] if showing.changed_at else []
    said += [f"gone since {moment(showing.gone_at)}"] if showing.gone_at else []
    return ", ".join(said)


def deeds(outlet: Outlet) -> tuple[str, ...]:
    """What rules did to an entry besides leaving it out, in words."""
    return tuple(curate.deed(ruling) for ruling in outlet.trace.rulings if not ruling.left)


def _cut(outlet: Outlet) -> str:
    return f", in files that do not end before it (max_bytes: {outlet.max_bytes})" if outlet.max_bytes is not None else ""


def _source(of: Explanation, id: str) -> str:
    return next((copy.source_name for copy in of.copies if copy.id == id), "another source")


def links(account: store.Account) -> tuple[str, ...]:
    """The addresses of an entry: cleaned, as it came, where that led."""
    return tuple(dict.fromkeys(link for link in (account.link, account.came_by, account.led_to) if link))


def moment(at: datetime.datetime) -> str:
    """A time for people."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def described(asked: str, explanations: Iterable[Explanation], candidates: Iterable[store.Named] = ()) -> dict[str, Any]:
    """A report as JSON has it; `candidates` are those to choose from, when too many are called so."""
    return {
        "asked": asked,
        "entries": [_entry(one) for one in explanations],
        "candidates": [dataclasses.asdict(one) | {"first_seen": one.first_seen.isoformat()} for one in candidates],
    }


def _entry(of: Explanation) -> dict[str, Any]:
    account = of.account
    return _brief(account) | {
        "links": list(links(account)),
        "own_id": account.own_id,
        "source_url": account.source_url,
        "updated": _iso(account.updated),
        "left_at": _iso(account.left_at),
        "page": {"filled": account.from_page, "asked_at": _iso(account.page_at)},
        "removed": [{"text": gone.text, "rule": gone.rule, "class": gone.kind} for gone in account.removed],
        "corrections": [{"kind": one.kind, "before": one.before, "after": one.after, "at": _iso(one.at)} for one in of.corrections],
        "duplicate": {
            "of": account.head,
            "found": account.judged,
            "why": dict(account.why),
            "said": of.duplicate or None,
        },
        "decisions": [
            {"one": one.one, "other": one.other, "verdict": "same" if one.same else "different", "origin": one.origin}
            for one in of.decisions
        ],
        "group": {
            "id": account.group,
            "shown": of.shown or None,
            "why": of.shown_why or None,
            "entries": [_brief(copy) for copy in of.copies],
        },
        "story": {"id": account.story or None, "entries": [_brief(other) for other in of.story]},
        "held": of.held or None,
        "outputs": [_outlet(of, outlet) for outlet in of.outlets],
    }


def _brief(account: store.Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "title": account.title,
        "link": account.link,
        "source": account.source_name,
        "first_seen": _iso(account.first_seen),
        "published": _iso(account.published),
        "words": account.words,
    }


def _outlet(of: Explanation, outlet: Outlet) -> dict[str, Any]:
    way = outlet.trace
    return {
        "output": outlet.output,
        "published": outlet.published,
        "step": way.step,
        "said": outlet_said(of, outlet),
        "rules": [_ruling(ruling) for ruling in way.rulings],
        "id": way.id,
        "shown": way.shown,
        "place": way.place,
        "refused": outlet.refused or None,
        "shown_at": _iso(outlet.showing.shown_at) if outlet.showing else None,
        "changed_at": _iso(outlet.showing.changed_at) if outlet.showing else None,
        "gone_at": _iso(outlet.showing.gone_at) if outlet.showing else None,
    }


def _ruling(ruling: curate.Ruling) -> dict[str, Any]:
    rule = ruling.rule
    return {
        "did": ruling.did,
        "scope": rule.scope,
        "of": rule.of or None,
        "number": rule.number,
        "set": rule.shared or None,
        "at": rule.at,
        "rule": curate.rule_said(rule),
        "because": rule.because or None,
    }


def _iso(at: datetime.datetime | None) -> str | None:
    return at.isoformat() if at else None
