"""Evidence in words."""

from __future__ import annotations

import pytest

from aggregator.core import dedupe


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            {"evidence": "text", "against": "a", "text": 0.62, "title": 0.4, "figures": 1.0},
            "by their texts: texts 62 % the same, titles 40 %, figures all the same",
        ),
        ({"evidence": "title", "text": 0, "title": 1, "figures": 0.0}, "by their titles: texts 0 % the same, titles 100 %, "
         "figures all different"),
        ({"evidence": "link", "text": 0.996, "title": 0.004, "figures": 0.5}, "the same link: texts 99 % the same, titles 1 %, "
         "figures 50 %"),
        ({"evidence": "edited"}, "edited since, until it was a copy no more"),
        ({"title": 0.5}, "titles 50 % the same"),
        ({"evidence": "of another version"}, "for a reason that is not known any more"),
        ({}, "for a reason that is not known any more"),
    ],
)  # fmt: skip
def test_why_in_words(why: dict[str, object], said: str) -> None:
    """Which evidence, and the figures as percentages; all and nothing are said only of all and nothing."""
    assert dedupe.said(why) == said


def member(id: str, words: int, trust: int = 0, seen: float = 0.0) -> dedupe.Member:
    """A copy of an article."""
    return dedupe.Member(id, words, trust, seen)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([member("a", 10)], "there is no other copy"),
        ([member("a", 100), member("b", 40)], "its text is the fullest"),
        ([member("a", 100), member("b", 100, seen=1.0)], "it came first"),
        ([member("a", 100), member("b", 99, seen=1.0), member("c", 9)], "it came first of those that are as full"),
        ([member("a", 100), member("b", 100, trust=-1)], "its source is the most trusted"),
        ([member("a", 95, trust=1, seen=2.0), member("b", 100), member("c", 9)],
         "its source is the most trusted of those that are as full"),
        ([member("a", 100), member("b", 120, seen=1.0)],
         "it was shown before the others came, and none of them is so much fuller that readers would gain by it"),
    ],
)  # fmt: skip
def test_why_a_copy_is_shown(members: list[dedupe.Member], said: str) -> None:
    """The reasons are those by which it was chosen."""
    assert dedupe.shown(members).id == "a"
    assert dedupe.preferred(members, "a") == said
