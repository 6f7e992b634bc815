"""An explanation as plain values."""

from __future__ import annotations

import json

import pytest
from archive import Archive

from aggregator.core import config
from aggregator.explain import desk, report

ENTRY = set(
    "id title link source first_seen published words links own_id source_url updated left_at page removed duplicate decisions "
    "group story held outputs".split()
)
OUTPUT = set("output published step said rule id shown place refused".split())


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
    assert (output["output"], output["published"], output["step"], output["rule"]) == ("all", False, "merged", None)


def test_candidates(archive: Archive) -> None:
    """Those to choose from, as lists have them."""
    said = report.described("x", (), archive.store.find("https://paper.example/heron"))
    assert [one["source"] for one in said["candidates"]] == ["Paper", "Third"]
    json.dumps(said)


@pytest.mark.parametrize(
    "written",
    [
        "{drop: {title: Sponsored}}",
        "{keep: {any: [{title: [a, b]}, {text: {regex: ['(?i)tide']}}]}}",
        "{drop: {not: {category: {words: [x], text: [Ü]}}}}",
        "{limit: {per_source: 20}}",
    ],
)
def test_rules_as_feeds_yaml_has_them(written: str) -> None:
    """What is shown of a rule may be written into feeds.yaml again."""
    read = config.load(f"sources: [https://e.example/]\noutputs: [{{name: all, rules: [{written}]}}]")
    assert report.rule_said(read.outputs[0].rules[0]) == written
