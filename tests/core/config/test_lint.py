"""Rules that are worth a look."""

from __future__ import annotations

import datetime
import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, curate, model

CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "config" / "lint.yaml").read_text("utf-8"))
NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.get("rules", case.get("text")))[:80])
def test_lint(case: dict[str, Any]) -> None:
    """What is allowed and hardly meant is told with its place; what may be meant is not."""
    before = 4
    lines = "".join(f"  - {rule if rule.startswith('{') else '{' + rule + '}'}\n" for rule in case.get("rules", ()))
    text = case.get("text") or f"sources: [http://e.org/]\noutputs:\n- name: all\n  rules:\n{lines}"
    offset = 0 if "text" in case else before
    said: dict[int, Any] = {}
    for problem in config.warnings(config.load(text), text, today=NOW.date()):
        message = problem.message
        for line in range(9, 0, -1):
            message = message.replace(f"feeds.yaml:{line + offset} ", f"line {line} ")
        said.setdefault(problem.line - offset, []).append(message)
    expected = {line: one if isinstance(one, list) else [one] for line, one in case.get("says", {}).items()}
    assert said == expected


WORDS = st.sampled_from(["a", "b", "a b", "ab", "c"])
LEAVES = st.one_of(
    st.builds(lambda field, words: {field: words}, st.sampled_from(["title", "author"]), st.lists(WORDS, min_size=1, max_size=2)),
    st.builds(lambda said: {"title": {"text": said}}, WORDS),
    st.builds(lambda said: {"title": {"regex": said}}, st.sampled_from(["a", "b*", ".", "^a b$"])),
    st.builds(lambda least, more: {"words": {"min": least, "max": least + more}}, st.integers(0, 3), st.integers(0, 3)),
    st.builds(lambda value: {"paywall": value}, st.booleans()),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda some: {"all": some}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda one, other: {**one, **other}, LEAVES, LEAVES),
    ),
    max_leaves=5,
)
ENTRIES = st.builds(
    lambda title, author, words, paywall: model.Stored(
        model.Entry("1", title=title, authors=tuple(map(model.Author, author)), paywall=paywall),
        "",
        1,
        "",
        (),
        NOW,
        "1",
        words=words,
    ),
    st.sampled_from(["", "a", "b", "a b", "ab", "c b", "x"]),
    st.lists(WORDS, max_size=2),
    st.integers(0, 6),
    st.booleans(),
)


def condition(said: dict[str, Any]) -> curate.Condition:
    """A condition as feeds.yaml has it."""
    read = config.load(yaml.safe_dump({"sources": ["http://e.org/"], "rules": [{"drop": said}]}))
    return read.rules[0].rule.when  # type: ignore[no-any-return]


@given(CONDITIONS, CONDITIONS, st.lists(ENTRIES, min_size=1, max_size=20))
def test_what_is_proved_of_conditions_is_true(one: dict[str, Any], other: dict[str, Any], entries: list[model.Stored]) -> None:
    """No entry contradicts it."""
    left, right = condition(one), condition(other)
    for entry in entries:
        holds = left.holds(entry, NOW)
        assert holds or not curate.always(left)
        assert not holds or not curate.never(left)
        assert not (curate.implies(left, right) and holds) or right.holds(entry, NOW)
    assert curate.implies(left, left)
