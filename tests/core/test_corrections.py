"""What an edit corrects."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import corrections, model

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "corrections.yaml").read_text("utf-8"))
TEXTS = st.text(st.sampled_from("abc ABC 123.,!?\n不。notn't"), max_size=200)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    """As the file of cases says."""
    titles, texts = case.get("title", ["A title"]), case["text"]
    found = corrections.found(titles[0], texts[0], titles[-1], texts[-1])
    assert [[one.kind, one.before, one.after] for one in found] == case["found"]


@given(TEXTS, TEXTS)
def test_what_stays_is_no_correction(title: str, text: str) -> None:
    """The same text corrects nothing, and neither does one that only grew at its end."""
    assert corrections.found(title, text, title, text) == ()
    assert corrections.found(title, text, title, text + "\n\nAnother paragraph.") == ()


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_bounded(title: str, text: str, other_title: str, other: str) -> None:
    """Whatever the texts, there are few corrections, and each says two things."""
    found = corrections.found(title, text, other_title, other)
    assert len(found) <= corrections.MOST
    assert all(one.before != one.after and one.kind in ("headline", "number", "name", "negation") for one in found)


def test_long_sentences_are_cut() -> None:
    """They are shown to people."""
    long = "The board said " + "that the crane is old and " * 40 + "cost 12 crowns."
    (found,) = corrections.found("x", long, "x", long.replace("12", "13"))
    assert len(found.before) <= 301
    assert isinstance(found, model.Correction)
