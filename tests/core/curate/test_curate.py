"""Which entries an output takes."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, curate, model

NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)


def stored(name: str, *, at: int = 0, source: int = 1, **fields: object) -> model.Stored:
    """An entry seen `at` minutes after NOW."""
    text = str(fields.pop("text", ""))
    entry = dataclasses.replace(model.Entry(id=name, title=name), **fields)  # type: ignore[arg-type]
    return model.Stored(entry, text, source, f"Source {source}", ("world",), NOW + datetime.timedelta(minutes=at), name)


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
        ("{title: 'pier 7'}", True),
        ("{title: 'harbour old'}", False),
        ("{title: {words: nothing, text: PIER}}", True),
        ("{title: {words: nothing, regex: 'p.er'}}", True),
        ("{title: {text: ', p'}}", True),
        ("{title: {text: [x, y]}}", False),
        ("{text: so.}", True),
        ("{text: '“ÜBERALL”'}", True),
        ("{text: u\u0308berall}", True),
        ("{text: 京都}", True),
        ("{text: 大阪}", False),
        ("{text: को}", True),
        ("{text: क}", False),
        ("{author: 'quay ann'}", False),
        ("{author: BELL}", True),
        ("{category: b}", False),
        ("{link: e.org}", True),
        ("{link: {regex: '/video/[0-9]+$'}}", True),
        ("{enclosure: {text: audio/}}", True),
        ("{enclosure: image}", True),
        ("{any: [{any: [{all: [{not: {title: x}}]}]}]}", True),
        ("{not: {not: {title: x}}}", False),
    ],
)
def test_conditions(condition: str, matches: bool) -> None:
    """keep keeps what matches, drop drops just that."""
    entry = stored(
        "The old harbour, pier 7",
        text="Es war überall so. 我在東京都见过。 कि को देखा",
        authors=(model.Author("Ann Quay"), model.Author("Bo Bell")),
        categories=(model.Category("b", label="Boats"),),
        link="https://e.org/video/1",
        language="en-GB",
        enclosures=(model.Enclosure("https://e.org/a.mp3", "audio/mpeg"), model.Enclosure("https://e.org/a.jpg", "image/jpeg")),
    )
    assert bool(rule(f"{{keep: {condition}}}").run((entry,), NOW)) is matches
    assert bool(rule(f"{{drop: {condition}}}").run((entry,), NOW)) is not matches


@pytest.mark.parametrize("field", ["title", "text", "author", "category", "link", "language", "enclosure"])
def test_what_an_entry_does_not_have_matches_nothing(field: str) -> None:
    """Neither does an empty field."""
    entry = dataclasses.replace(stored("", text=""), categories=())
    for form in ("{words: a}", "{text: a}", "{regex: '.'}"):
        assert not rule(f"{{keep: {{{field}: {form}}}}}").run((entry,), NOW)


@pytest.mark.parametrize(
    ("pattern", "title"),
    [
        ("^(a+)+$", "a" * 20_000 + "!"),
        ("(x+x+)+y", "x" * 20_000),
        ("(.*a){20}", "a" * 19 + "b" * 20_000),
        ("(a|aa)+$", "a" * 20_000 + "b"),
    ],
)
def test_a_catastrophic_pattern_ends(pattern: str, title: str) -> None:
    """RE2 takes linear time where backtracking would take for ever."""
    assert not rule(f"{{keep: {{title: {{regex: '{pattern}'}}}}}}").run((stored("a", title=title),), NOW)


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


MINUTES = st.integers(0, 3)
ENTRIES = st.lists(
    st.builds(
        lambda number, at, published, source, title: stored(
            f"{number}",
            at=at,
            source=source,
            title=title,
            published=None if published is None else NOW + datetime.timedelta(minutes=published),
        ),
        st.integers(0, 9),
        MINUTES,
        st.none() | MINUTES,
        st.integers(1, 3),
        st.sampled_from(["a b", "b c", "c", "a", "d e f"]),
    ),
    max_size=10,
    unique_by=lambda entry: entry.entry.id,
)
SETTINGS = {
    "keep": "{title: a}",
    "drop": "{any: [{title: b}, {source: source 2}]}",
    "limit": "{per_source: 2}",
}


@pytest.mark.parametrize("name", curate.RULES)
@given(entries=ENTRIES)
def test_rules_only_take_away(name: str, entries: list[model.Stored]) -> None:
    """What a rule leaves is a subsequence of what it got, and running it again changes nothing."""
    given_rule = rule(f"{{{name}: {SETTINGS[name]}}}")
    ordered = curate.newest_first(entries)
    left = given_rule.run(ordered, NOW)
    assert [entry for entry in ordered if entry in left] == list(left)
    assert given_rule.run(left, NOW) == left


@given(ENTRIES, st.lists(st.sampled_from(sorted(SETTINGS)), max_size=3))
def test_every_entry_stays_or_is_told(entries: list[model.Stored], names: list[str]) -> None:
    """Each that goes is named once, with the rule that let it go."""
    ordered = curate.newest_first(entries)
    curated = curate.curate(ordered, [rule(f"{{{name}: {SETTINGS[name]}}}") for name in names], NOW)
    assert sorted(e.entry.id for e in ordered) == sorted(
        [e.entry.id for e in curated.entries] + [gone.id for gone in curated.dropped]
    )
    assert all(0 <= gone.rule < len(names) for gone in curated.dropped)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_store(entries: list[model.Stored], random: Any) -> None:
    """Whichever way entries arrive, windows come out the same."""
    shuffled = entries[:]
    random.shuffle(shuffled)
    assert curate.newest_first(shuffled) == curate.newest_first(entries)
