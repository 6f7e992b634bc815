"""Which entries an output takes."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, curate, model

NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)


def stored(name: str, *, at: int = 0, source: int = 1, **fields: object) -> model.Stored:
    """An entry seen `at` minutes after NOW."""
    text = str(fields.pop("text", ""))
    entry = dataclasses.replace(model.Entry(id=name, title=name), **fields)  # type: ignore[arg-type]
    return model.Stored(entry, text, source, f"Source {source}", ("world",), NOW + datetime.timedelta(minutes=at), name)


def placed(*texts: str) -> tuple[curate.Placed, ...]:
    """The rules of an output that says so."""
    read = config.load(f"sources: [http://e.org/]\noutputs: [{{name: all, rules: [{', '.join(texts)}]}}]")
    return config.of_output(read, read.outputs[0])


def rule(text: str) -> curate.Rule:
    """The rule that feeds.yaml says so."""
    (found,) = placed(text)
    return found.rule  # type: ignore[no-any-return]


CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "curate" / "rules.yaml").read_text("utf-8"))


def given_entry(given: Any, place: int) -> model.Stored:
    """An entry of the cases."""
    case = {"title": given} if isinstance(given, str) else dict(given)
    dates = {name: NOW + datetime.timedelta(minutes=case[name]) for name in ("published", "updated") if name in case}
    said = {"title": case["title"], "content": str(case.get("content", "")), "paywall": case.get("paywall", False)}
    entry = model.Entry(id=str(place), link=case.get("link"), **said, **dates)
    besides = {name: case[name] for name in ("words", "coverage", "score") if name in case}
    seen = NOW + datetime.timedelta(minutes=case.get("at", -place))
    return model.Stored(entry, "", case.get("source", 1), "S", ("world",), seen, str(place), **besides)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rules(case: dict[str, Any]) -> None:
    """What they leave, in which order, and what is told of it."""
    entries = tuple(given_entry(given, place) for place, given in enumerate(case["entries"]))
    rules = placed(*(text if text.startswith("{") else f"{{{text}}}" for text in case["rules"]))
    now = NOW + datetime.timedelta(minutes=case.get("now", 0))
    curated = curate.curate(entries, rules, now)
    left = curate.window(curated.entries, rules, case.get("limit", 100), now) if case.get("output") else curated.entries
    assert [one.entry.title for one in left] == case["left"]
    titles = {one.entry.id: one.entry.title for one in entries}
    if "did" in case:
        did: dict[str, list[str]] = {}
        for ruling in curated.rulings:
            did.setdefault(titles[ruling.id], []).append(ruling.did)
        assert did == case["did"]


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
    "limit": "{per_source: 2, per_day: 3, age: 2m}",
    "hold": "{up_to: 5m, settled: 5m}",
    "boost": "{when: {title: b}}",
    "demote": "{by: 2, when: {title: a}}",
    "tag": "{categories: [x, world]}",
    "replace": "{text: b, with: z}",
    "sort": "title",
    "fair": "{slots: 2}",
}
ACTING = sorted(SETTINGS.keys() - curate.ARRANGING)


@pytest.mark.parametrize("name", ACTING)
@given(entries=ENTRIES)
def test_rules_only_take_away(name: str, entries: list[model.Stored]) -> None:
    """What a rule leaves are entries that it got, in their order; run again, it takes no more."""
    given_rule = rule(f"{{{name}: {SETTINGS[name]}}}")
    ordered = curate.newest_first(entries)
    left = given_rule.run(ordered, NOW)
    ids = [one.entry.id for one in left]
    assert [entry.entry.id for entry in ordered if entry.entry.id in ids] == ids
    assert [one.entry.id for one in given_rule.run(left, NOW)] == ids


@given(ENTRIES, st.lists(st.sampled_from(ACTING), max_size=4))
def test_every_entry_stays_or_is_told(entries: list[model.Stored], names: list[str]) -> None:
    """Each that goes is named once as left, with the rule that let it go; each that is changed is told as often as it was."""
    ordered = curate.newest_first(entries)
    curated = curate.curate(ordered, placed(*(f"{{{name}: {SETTINGS[name]}}}" for name in names)), NOW)
    gone = [ruling.id for ruling in curated.rulings if ruling.left]
    assert sorted(e.entry.id for e in ordered) == sorted([e.entry.id for e in curated.entries] + gone)
    assert all(ruling.rule.name == names[ruling.rule.number - 1] for ruling in curated.rulings)
    before = {one.entry.id: one for one in ordered}
    told = {ruling.id for ruling in curated.rulings}
    assert all(one.entry.id in told or one is before[one.entry.id] for one in curated.entries)


@given(ENTRIES, st.integers(1, 6), st.lists(st.sampled_from(sorted(curate.ARRANGING)), max_size=3))
def test_a_window_is_as_large_as_it_can_be(entries: list[model.Stored], limit: int, names: list[str]) -> None:
    """Whatever arranges it, it holds `limit` of the entries, each once."""
    shown = curate.window(curate.newest_first(entries), placed(*(f"{{{name}: {SETTINGS[name]}}}" for name in names)), limit, NOW)
    ids = [one.entry.id for one in shown]
    assert len(ids) == len(set(ids)) == min(limit, len(entries))


@given(ENTRIES, st.integers(1, 6))
def test_a_fair_window_has_every_source_that_fits(entries: list[model.Stored], limit: int) -> None:
    """No source has a second entry while another one that is alive has none."""
    shown = curate.window(curate.newest_first(entries), placed("{fair: {}}"), limit, NOW)
    there, alive = [one.source for one in shown], {one.source for one in entries}
    assert set(there) == alive or len(there) == len(set(there))


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_store(entries: list[model.Stored], random: Any) -> None:
    """Whichever way entries arrive, windows come out the same."""
    shuffled = entries[:]
    random.shuffle(shuffled)
    assert curate.newest_first(shuffled) == curate.newest_first(entries)
