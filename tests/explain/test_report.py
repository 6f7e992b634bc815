"""An explanation as plain values."""

from __future__ import annotations

import json

from archive import Archive

from aggregator.explain import desk, report

ENTRY = set(
    "id title link source first_seen published words links own_id source_url updated left_at page removed duplicate "
    "decisions corrections group story held outputs".split()
)
OUTPUT = set("output published step said rules id shown place refused shown_at changed_at gone_at".split())


def test_json(archive: Archive) -> None:
    """Every key is always there, and all of it is JSON."""
    answer = desk.explain(archive.feeds, None, archive.id("ferry", "Rival"))
    said = json.loads(json.dumps(report.described(answer.asked, answer.explanations, answer.candidates)))
    assert set(said) == {"asked", "entries", "candidates"}
    (entry,) = said["entries"]
    assert set(entry) == ENTRY
    assert entry["duplicate"]["of"] == entry["duplicate"]["found"] == archive.id("ferry")
    assert [copy["source"] for copy in entry["group"]["entries"]] == ["Paper", "Rival"]
    assert (entry["group"]["shown"], entry["group"]["why"]) == (archive.id("ferry"), "it came first")
    (output,) = entry["outputs"]
    assert set(output) == OUTPUT
    assert (output["output"], output["published"], output["step"], output["rules"]) == ("all", False, "merged", [])


def test_candidates(archive: Archive) -> None:
    """Those to choose from, as lists have them."""
    said = report.described("x", (), archive.store.find("https://paper.example/heron"))
    assert [one["source"] for one in said["candidates"]] == ["Paper", "Third"]
    json.dumps(said)
