"""The page of all outputs: where to subscribe, what is new, which sources there are and how they do."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from aggregator.core import model, urls
from aggregator.core.render import cards, company, dates, feeds, fit, look, plots, rows


def index_page(
    outputs: Sequence[rows.OutputRow],
    sources: Sequence[rows.SourceRow],
    live: rows.LiveRows | None = None,
    *,
    images: bool = True,
) -> bytes:
    """The index as an HTML page in UTF-8; `live` is for the served page, which may show what changes by itself."""
    loose, folders = rows.by_category(map(_gated, sources))
    fitted = [_fitted(row) for row in outputs]
    return look.page(
        "index.html",
        images=images,
        scripted=True,
        cards=cards.cards((entry for row in fitted for entry in row.newest), images=images),
        covered_by=company.COVERED_BY,
        also_at=company.ALSO_AT,
        outputs=fitted,
        sources=len(sources),
        loose=loose,
        folders=folders,
        live=live,
        health=[_in_utc(row) for row in live.health] if live else [],
        freshness=plots.freshness(live.delays) if live else None,
        timeline=plots.timeline(live.past, live.planned, live.minutes) if live else None,
        width=plots.WIDTH,
        height=plots.HEIGHT,
        formats=tuple(feeds.FORMATS.values()),
    )


def _fitted(row: rows.OutputRow) -> rows.OutputRow:
    feed = fit.fit(model.Feed(name=row.name, title=row.title, updated=row.updated, entries=row.newest))
    return dataclasses.replace(row, name=feed.name, title=feed.title, updated=dates.sane(row.updated), newest=feed.entries)


def _gated(row: rows.SourceRow) -> rows.SourceRow:
    return dataclasses.replace(row, link=urls.gate(row.link) if row.link else None)


def _in_utc(row: rows.HealthRow) -> rows.HealthRow:
    return dataclasses.replace(row, success_at=dates.sane(row.success_at), due_at=dates.sane(row.due_at))
