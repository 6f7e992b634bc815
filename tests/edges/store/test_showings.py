"""Since when outputs show entries."""

from __future__ import annotations

import pathlib

from stories import DAY, HOUR, NOW

from aggregator.edges import store


def test_coming_changing_leaving_and_returning(tmp_path: pathlib.Path) -> None:
    """The first time stays, changes are told, who leaves and returns is there again; each output by itself."""
    kept = store.open_store(tmp_path)
    kept.show("all", {"a": "1", "b": "1"}, NOW)
    kept.show("few", {"a": "1"}, NOW + HOUR)
    assert kept.showings("a") == {"all": store.Showing(NOW), "few": store.Showing(NOW + HOUR)}
    kept.show("all", {"a": "2"}, NOW + 2 * HOUR)
    assert kept.showings("a")["all"] == store.Showing(NOW, NOW + 2 * HOUR)
    assert kept.showings("b") == {"all": store.Showing(NOW, None, NOW + 2 * HOUR)}
    kept.show("all", {"a": "2", "b": "1"}, NOW + 3 * HOUR)
    assert kept.showings("b") == {"all": store.Showing(NOW)}
    assert kept.showings("c") == {}
    kept.show("all", {}, NOW + 4 * HOUR)
    kept.housekeep(NOW + 10 * DAY, 5 * DAY)
    assert (kept.showings("b"), set(kept.showings("a"))) == ({}, {"few"})
    kept.close()
