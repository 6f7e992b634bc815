"""Figures over the whole store."""

from __future__ import annotations

import datetime

from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator.core import model
from aggregator.edges import store

MINUTE = datetime.timedelta(minutes=1)


def test_freshness(kept: store.Store, source: model.SourceState) -> None:
    """From publication until an entry was seen, and until one of these outputs showed it; nothing of what was there at first."""
    heron, ferry = keep(kept, source, record(source, entry("heron")), record(source, entry("ferry")))
    (old,) = keep(kept, source, record(source, entry("old"), backlog=3))
    before = {"none": "1"}
    kept.show("all", before, NOW)
    assert kept.show("all", before | {heron: "1", old: "1"}, NOW + MINUTE) == [3660.0]
    assert kept.show("few", {heron: "1", ferry: "1"}, NOW + 2 * MINUTE) == []  # it is new itself
    assert sorted(kept.figures.freshness(NOW - DAY, ["all", "few"])) == [(3600.0, 3660.0), (3600.0, 3720.0)]
    assert kept.figures.freshness(NOW - DAY, ["all"]) == [(3600.0, 3660.0)]
    assert kept.figures.freshness(NOW - DAY, []) == kept.figures.freshness(NOW + DAY, ["all"]) == []


def test_volumes(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """By day of publication, but for dates after an entry was seen; older ones are not counted."""
    ages = {"a": HOUR, "b": 25 * HOUR, "c": 26 * HOUR, "d": 40 * DAY, "e": -5 * HOUR}
    keep(kept, source, *(record(source, entry(name, published=NOW - age), NOW) for name, age in ages.items()))
    keep(kept, rival, record(rival, entry("f", published=None), NOW - HOUR))
    assert kept.figures.volumes(NOW + MINUTE, 3) == {source.row: [0, 2, 2], rival.row: [0, 0, 1]}


def test_lately(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> None:
    """What was merged and what lost blocks, as far as these outputs show it; of many the newest."""
    gone = model.Removal("Sign up", "signup", "advert")
    heron, ferry = keep(kept, source, record(source, entry("heron")), record(source, entry("ferry"), removed=(gone,)))
    copies = [record(rival, entry(name, "rival.example"), NOW + at * MINUTE, head=heron) for at, name in enumerate(("one", "two"))]
    _, second = keep(kept, rival, *copies)
    kept.show("all", {heron: "1"}, NOW)
    kept.show("secret", {ferry: "1"}, NOW)
    found = kept.figures.lately(NOW - DAY, ["all"], 1)
    assert (found.merged, found.stripped, found.newest_stripped) == (2, 0, ())
    ((copy, head),) = found.newest_merged
    assert head is not None
    assert (copy.id, head.id) == (second, heron)
    found = kept.figures.lately(NOW - DAY, ["all", "secret"], 5)
    assert [one.id for one in found.newest_stripped] == [ferry]
    assert found.newest_stripped[0].removed == (gone,)
    assert kept.figures.lately(NOW + DAY, ["all", "secret"], 5) == store.Lately()
    kept.show("all", {}, NOW + HOUR)
    assert kept.figures.lately(NOW - DAY, ["all"], 5).merged == 0


def test_totals(kept: store.Store, source: model.SourceState) -> None:
    """How many entries there are, and how large the database is."""
    keep(kept, source, record(source, entry("heron"), NOW))
    totals = kept.figures.totals()
    assert totals["entries"] == 1
    assert totals["bytes"] >= 4096
