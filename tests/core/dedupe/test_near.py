"""The same article from another source."""

from __future__ import annotations

import datetime
import random

import pytest

from aggregator.core import dedupe
from aggregator.core.dedupe import near, revision

NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
PROSE = "The harbour master opened the old gate at dawn, and forty boats went out before the bell had ended. "
TEXT = (PROSE * 3).strip() + "\n\n" + PROSE


def article(
    name: str, *, source: str = "a", link: str = "", title: str = "Boats go out", text: str = TEXT, days: float = 0
) -> dedupe.Article:
    """An article as the store would hold it."""
    at = NOW + datetime.timedelta(days=days)
    return dedupe.Article(name, name, source, dedupe.link_key(link or None), dedupe.text_key(text), title, text, at)


COPIES = {
    "word for word": TEXT,
    "other quotes and spaces": TEXT.replace(", ", " ,  ").upper(),
    "with a dateline": "PORT CLARENS (Meridian Wire) — " + TEXT,
    "with a credit": TEXT + "\n\nReporting by Meridian Wire",
    "with a heading": "Out at last\n\n" + TEXT,
}
OTHERS = {
    "another word": TEXT.replace("forty", "fifty"),
    "another result": TEXT + "\n\nBoats 3, Bell 1",
    "cut": PROSE * 2,
}


@pytest.mark.parametrize("name", COPIES)
def test_equal_prose_is_a_copy(name: str) -> None:
    """Whatever the paper put around it."""
    verdict = dedupe.judge(article("2", source="b", text=COPIES[name]), [article("1")])
    assert verdict is not None
    assert (verdict.duplicate_of, verdict.why["evidence"], verdict.why["against"]) == ("1", "text", "1")


@pytest.mark.parametrize("name", OTHERS)
def test_other_prose_is_none(name: str) -> None:
    """A wrong merge hides an article."""
    assert dedupe.judge(article("2", source="b", text=OTHERS[name]), [article("1")]) is None


def test_forty_words() -> None:
    """One word less proves nothing."""
    assert dedupe.text_key(" ".join(["word"] * 40))
    assert not dedupe.text_key(" ".join(["word"] * 39))


def test_a_shared_link_must_be_confirmed() -> None:
    """By title or text: a link can be claimed by anybody."""
    link = "https://e.org/boats"
    first = article("1", link=link, text="short")
    assert dedupe.judge(article("2", source="b", link=link + "?utm_source=b", text="x", title="Boats go out!"), [first]) is not None
    assert dedupe.judge(article("3", source="b", link=link, text="x", title="Win a prize"), [first]) is None
    assert (
        dedupe.judge(article("4", source="b", link="https://e.org/", text="x"), [article("1", link="https://e.org/", text="y")])
        is None
    )


def test_a_source_may_repeat_itself_later() -> None:
    """Within two days it is a copy, after that it is meant."""
    assert dedupe.judge(article("2", days=1.9), [article("1")]) is not None
    assert dedupe.judge(article("2", days=2.1), [article("1")]) is None


def test_the_head_is_kept() -> None:
    """A copy of a copy duplicates the head."""
    copy = near.Article("2", "1", "b", "", dedupe.text_key(TEXT), "t", TEXT, NOW)
    verdict = dedupe.judge(article("3", source="c"), [copy])
    assert verdict is not None
    assert verdict.duplicate_of == "1"


def test_which_one_does_not_depend_on_chance() -> None:
    """The first candidate that convinces by text is named; those of no use change nothing."""
    useful = [article("1"), article("2", source="b")]
    noise = [article(f"n{i}", source="c", text=f"{PROSE} {i} " * 3) for i in range(5)]
    shuffled = noise[:]
    random.Random(1).shuffle(shuffled)
    verdicts = [dedupe.judge(article("9", source="d"), candidates) for candidates in (useful + noise, shuffled + useful)]
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize(
    ("title", "text", "material"),
    [
        ("Old title", "one two three four " * 50, False),
        ("Old title!", "one two three four " * 50 + "!!", False),
        ("New title", "one two three four " * 50, True),
        ("Old title", "one two three four " * 50 + "and five more words here", True),
        ("Old title", "one two three for " + "one two three four " * 49, False),
    ],
)
def test_material_edits(title: str, text: str, material: bool) -> None:
    """Readers are told of news, not of commas."""
    assert revision.material("Old title", "one two three four " * 50, title, text) is material
