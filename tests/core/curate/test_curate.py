"""Which entries an output takes."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, curate, model

NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)


def stored(name: str, *, at: int = 0, source: int = 1, group: str = "", **fields: object) -> model.Stored:
    """An entry seen `at` minutes after NOW."""
    text = str(fields.pop("text", ""))
    entry = dataclasses.replace(model.Entry(id=name, title=name), **fields)  # type: ignore[arg-type]
    return model.Stored(entry, text, source, f"Source {source}", ("world",), NOW + datetime.timedelta(minutes=at), group or name)


def rule(text: str) -> curate.Rule:
    """The rule that feeds.yaml says so."""
    (found,) = config.load(f"sources: [{{url: 'http://e.org/', rules: [{text}]}}]").sources[0].rules
    return found


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ("{title: harbour}", True),
        ("{title: HARBOUR}", True),
        ("{title: harb}", False),
        ("{title: {text: harb}}", True),
        ("{title: 'old harbour'}", True),
        ("{title: [nothing, harbour]}", True),
        ("{title: {regex: '^The old'}}", True),
        ("{title: {regex: '^the old'}}", False),
        ("{title: {regex: '(?i)^the old'}}", True),
        ("{title: 7}", True),
        ("{text: überall}", True),
        ("{text: über}", False),
        ("{text: 東京}", True),
        ("{author: quay}", True),
        ("{category: world}", True),
        ("{category: boats}", True),
        ("{category: planes}", False),
        ("{link: {text: /video/}}", True),
        ("{source: 'source 1'}", True),
        ("{language: en}", True),
        ("{language: en-GB}", True),
        ("{language: de}", False),
        ("{enclosure: audio/mpeg}", True),
        ("{title: harbour, author: nobody}", False),
        ("{any: [{author: nobody}, {title: harbour}]}", True),
        ("{all: [{author: nobody}, {title: harbour}]}", False),
        ("{not: {author: nobody}}", True),
        ("{title: harbour, not: {author: quay}}", False),
    ],
)
def test_conditions(condition: str, matches: bool) -> None:
    """keep keeps what matches, drop drops just that."""
    entry = stored(
        "The old harbour, pier 7",
        text="Es war überall so. 我在東京都见过。",
        authors=(model.Author("Ann Quay"),),
        categories=(model.Category("b", label="Boats"),),
        link="https://e.org/video/1",
        language="en-GB",
        enclosures=(model.Enclosure("https://e.org/a.mp3", "audio/mpeg"),),
    )
    assert bool(rule(f"{{keep: {condition}}}").run((entry,), NOW)) is matches
    assert bool(rule(f"{{drop: {condition}}}").run((entry,), NOW)) is not matches


def test_a_catastrophic_pattern_ends() -> None:
    """RE2 takes linear time where backtracking would take for ever."""
    assert not rule("{keep: {title: {regex: '^(a+)+$'}}}").run((stored("a" * 5_000 + "!"),), NOW)


def test_limit_per_source() -> None:
    """The newest of each source."""
    entries = (stored("a"), stored("b", source=2), stored("c"), stored("d"), stored("e", source=2))
    assert [s.entry.id for s in rule("{limit: {per_source: 2}}").run(entries, NOW)] == ["a", "b", "c", "e"]


def test_what_rules_dropped_is_told() -> None:
    """With the place of the rule."""
    entries = (stored("keep this"), stored("drop that"), stored("keep more"))
    curated = curate.curate(entries, [rule("{drop: {title: that}}"), rule("{limit: {per_source: 1}}")], NOW)
    assert [s.entry.id for s in curated.entries] == ["keep this"]
    assert curated.dropped == (curate.Dropped("drop that", 0), curate.Dropped("keep more", 1))


def test_the_order_of_a_window() -> None:
    """first_seen, then published, then id; newest first."""
    early = NOW - datetime.timedelta(days=1)
    entries = [stored("a"), stored("b"), stored("c", published=early), stored("d", at=1), stored("e", at=-1)]
    assert [s.entry.id for s in curate.newest_first(entries)] == ["d", "b", "a", "c", "e"]


def test_once_each_takes_the_head() -> None:
    """Even if a copy was seen earlier; without it, the copy seen first."""
    head, early, late = stored("head", at=5), stored("early", at=1, group="head"), stored("late", at=9, group="head")
    assert curate.once_each((late, head, early)) == (head,)
    assert curate.once_each((late, early)) == (early,)


TITLES = st.lists(st.sampled_from(["a b", "b c", "c", "a", "d e f"]), max_size=8)


@given(TITLES, st.sampled_from(["{keep: {title: a}}", "{drop: {title: b}}", "{limit: {per_source: 2}}"]))
def test_rules_only_take_away(titles: list[str], text: str) -> None:
    """What a rule leaves is a subsequence of what it got, and running it again changes nothing."""
    entries = tuple(stored(f"{i}", title=title) for i, title in enumerate(titles))
    left = rule(text).run(entries, NOW)
    assert [s for s in entries if s in left] == list(left)
    assert rule(text).run(left, NOW) == left
