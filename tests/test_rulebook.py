"""What rules did, and what another one would do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from archive import SOURCES, Archive

from aggregator import rulebook
from aggregator.core import errors

RULES = """\
rules: [{tag: {categories: [birds], when: {title: heron}}}]
outputs:
- name: all
  rules:
  - {drop: {title: [ferry, heron]}, because: enough}
  - {drop: {title: nothing}}
  - {drop: {title: kettle}, expires: 2026-03-01}
  - sort: title
"""


def found(archive: Archive, days: int = 30) -> list[dict[str, Any]]:
    """The rules as JSON has them."""
    book = json.loads(json.dumps(rulebook.described(rulebook.rulebook(archive.feeds, None, days)), default=str))
    rules: list[dict[str, Any]] = book["rules"]
    return rules


def test_hits(archive: Archive) -> None:
    """How many entries each rule met, the last one, some of them; and why others met none."""
    archive.write(SOURCES + RULES)
    rules = found(archive)
    assert [(rule["at"], rule["hits"], rule["state"]) for rule in rules] == [
        ("feeds.yaml:5", 2, None),
        ("feeds.yaml:9", 2, None),
        ("feeds.yaml:10", 0, "nothing in 30 days"),
        ("feeds.yaml:11", 0, "over since 2026-03-01"),
        ("feeds.yaml:12", None, "arranges the window"),
    ]
    assert (rules[1]["because"], rules[1]["per_day"], rules[1]["scope"], rules[1]["of"]) == ("enough", 0.07, "output", "all")
    assert {entry["title"] for entry in rules[1]["sample"]} == {"The ferry", "The heron"}
    assert rules[1]["last"].startswith("2026-03-14")
    assert rules[2]["last"] is None


def test_a_backtest(archive: Archive) -> None:
    """What a rule would do to what each output shows; what is dropped already does not count."""
    archive.write(SOURCES + RULES + "- {name: other, sources: [Third]}\n")
    book = rulebook.backtest(archive.feeds, None, 30, "drop: {title: [kettle, ferry, meadow]}")
    assert [(hits.rule.of, [one.entry.title for one in hits.entries]) for hits in book.hits] == [
        ("all", ["The kettle", "The meadow"]),
        ("other", ["The meadow"]),
    ]
    scored = rulebook.backtest(archive.feeds, None, 30, "{boost: {when: {source: Third}}}")
    assert {one.source_name for hits in scored.hits for one in hits.entries} == {"Third"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("drop: {titel: x}", 'rule:1:8: unknown key "titel", did you mean "title"?'),
        ("drop: [", "rule:2:1:"),
        ("sort: score", "rule:1:1: this is no rule about single entries; name one of them, for example drop: {title: Sponsored}"),
        ("nothing", "rule:1:1: must be a mapping of keys and values"),
    ],
)
def test_a_rule_with_a_mistake(archive: Archive, written: str, said: str) -> None:
    """The same messages as for feeds.yaml."""
    with pytest.raises(errors.ConfigError) as caught:
        rulebook.backtest(archive.feeds, None, 30, written)
    assert str(caught.value).startswith(said)


def test_no_rules(archive: Archive) -> None:
    """Nothing to tell."""
    assert found(archive) == []
