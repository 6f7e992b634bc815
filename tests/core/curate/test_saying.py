"""Rules in words."""

from __future__ import annotations

import pytest

from aggregator.core import config, curate


def placed(written: str) -> curate.Placed:
    """The rule of an output that says so."""
    read = config.load(f"sources: [https://e.example/]\noutputs:\n- name: all\n  rules: [{written}]", "feeds.yaml")
    (found,) = config.of_output(read, read.outputs[0])
    return found


@pytest.mark.parametrize(
    "written",
    [
        "{drop: {title: Sponsored}}",
        "{keep: {any: [{title: [a, b]}, {text: {regex: ['(?i)tide']}}]}}",
        "{drop: {not: {category: {words: [x], text: [Ü]}}}}",
        "{drop: {paywall: true}}",
        "{drop: {paywall: false}}",
        "{keep: {age: {min: 1d12h}, words: {max: 20}, score: {min: 1.5}}}",
        "{limit: {per_source: 20}}",
        "{limit: {per_day: 3, age: 2w, bytes: 1000, when: {title: a}}}",
        "{hold: {up_to: 1h, settled: 15m, coverage: 2}}",
        "{boost: {by: 2, when: {title: a}}}",
        "{demote: {when: {title: a}}}",
        "{tag: {categories: [a, b], when: {language: de}}}",
        "{replace: {regex: ^a, with: b}}",
        "{sort: score}",
        "{fair: {slots: 2, stay: 1w}}",
        "{drop: {title: a}, expires: '2030-12-31'}",
    ],
)
def test_rules_as_feeds_yaml_has_them(written: str) -> None:
    """What is shown of a rule may be written into feeds.yaml again."""
    assert curate.rule_said(placed(written)) == written


def test_deeds() -> None:
    """What was done, by which rule, where that is written, and why."""
    ruling = curate.Ruling("id", placed("{drop: {title: a}, because: nobody reads it}"), left=True, did="left out")
    assert curate.deed(ruling) == "left out by rule 1 of the output all: {drop: {title: a}} (feeds.yaml:4); nobody reads it"
