"""An output of corrections: what entries said and do not say any more, each edit an entry of its own."""

from __future__ import annotations

import dataclasses
import datetime
import html
import itertools
import uuid

from aggregator.core import model
from aggregator.edges import store
from aggregator.pipeline import passage

REMEMBERED = datetime.timedelta(days=30)


def corrected(into: store.Store, way: passage.Course) -> tuple[model.Entry, ...]:
    """The corrections of entries that the output's sources and rules leave, the latest first, however far behind any window."""
    since = passage.moment(into) - REMEMBERED
    ids = into.figures.corrected(since, 5 * way.output.limit)
    stored = [one for one in into.members(ids) if one.entry.id in set(ids)]
    known = {one.entry.id: one for one in passage.passage(into, way, stored).told}
    made = []
    for id, told in into.figures.corrections(sorted(known.keys() & set(ids))).items():
        for at, edit in itertools.groupby(told, key=lambda one: one.at):
            if at is not None and at >= since:
                made.append(_entry(known[id].entry, tuple(edit), at))
    return tuple(sorted(made, key=lambda entry: (entry.updated or since, entry.id), reverse=True)[: way.output.limit])


def _entry(of: model.Entry, told: tuple[model.Correction, ...], at: datetime.datetime) -> model.Entry:
    rows = "".join(
        f"<p>{_LABELS[one.kind]}</p><blockquote><p><del>{_said(one.before)}</del></p><p><ins>{_said(one.after)}</ins></p></blockquote>"
        for one in told
    )
    return dataclasses.replace(
        of,
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{of.id}\n{at.timestamp()}").urn,
        title=f"Corrected: {of.title}",
        summary="; ".join(dict.fromkeys(_LABELS[one.kind].rstrip(":") for one in told)),
        content=rows,
        enclosures=(),
        image=None,
        published=at,
        updated=at,
        story="",
        also_at=(),
        covered_by=(),
        corrections=(),
    )


_LABELS = {
    "headline": "Another headline:",
    "number": "Another number:",
    "name": "Another name:",
    "negation": "The opposite:",
}


def _said(value: str) -> str:
    return html.escape(value, quote=False)
