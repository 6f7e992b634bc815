"""The same article from another source."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator import filters
from aggregator.core import dedupe, text
from aggregator.core.dedupe import near, revision

CASES = pathlib.Path(__file__).parents[2] / "cases" / "dedupe"
NOW = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
PROSE = "The harbour master opened the old gate at dawn, and forty boats went out before the bell had ended. "
OTHER = "A baker in the upper town sold his last loaf to a travelling juggler, who paid for it with a trick and a song. "
TEXT = (PROSE * 3).strip() + "\n\n" + PROSE


def article(
    name: str, *, source: str = "a", link: str = "", title: str = "Boats go out", text: str = TEXT, days: float = 0
) -> dedupe.Item:
    """An article as the store would hold it."""
    at = (NOW + datetime.timedelta(days=days)).timestamp()
    sketch = dedupe.sketched(dedupe.read(title, text), source, dedupe.link_key(link or None), at)
    return dedupe.Item(name, name, at, sketch)


def copied(later: dedupe.Item, known: list[dedupe.Item]) -> dedupe.Verdict | None:
    """The verdict by which an article merges with one that was there before it."""
    verdict = dedupe.judge_all([later], known).get(later.id)
    return verdict if verdict is not None and verdict.confidence == "certain" else None


COPIES = {
    "word for word": TEXT,
    "other quotes and spaces": TEXT.replace(", ", " ,  ").upper(),
    "with a dateline": "PORT CLARENS (Meridian Wire) — " + TEXT,
    "with a credit": TEXT + "\n\nReporting by Meridian Wire",
    "with a heading": "Out at last\n\n" + TEXT,
    "another word": TEXT.replace("forty", "fifty"),
    "cut": PROSE * 2,
    "more behind it": TEXT + "\n\n" + OTHER,
}
OTHERS = {
    "another article": OTHER * 3,
    "the same words otherwise": " ".join(reversed(TEXT.split())),
    "one phrase of it": "Nobody knew for whom the harbour master opened the old gate, and nobody asked before winter came again.",
}


@pytest.mark.parametrize("name", COPIES)
def test_equal_prose_is_a_copy(name: str) -> None:
    """Whatever the paper put around it, took from it or changed in it."""
    verdict = copied(article("2", source="b", text=COPIES[name]), [article("1")])
    assert verdict is not None
    assert (verdict.duplicate_of, verdict.why["evidence"], verdict.why["against"]) == ("1", "text", "1")


@pytest.mark.parametrize("name", OTHERS)
def test_other_prose_is_none(name: str) -> None:
    """A wrong merge hides an article."""
    assert copied(article("2", source="b", text=OTHERS[name]), [article("1")]) is None


def test_a_shared_link_must_be_confirmed() -> None:
    """By title or text: a link can be claimed by anybody."""
    link = "https://e.org/boats"
    first = article("1", link=link, text="short")
    assert copied(article("2", source="b", link=link + "?utm_source=b", text="x", title="Boats go out!"), [first]) is not None
    assert copied(article("3", source="b", link=link, text="x", title="Win a prize"), [first]) is None
    front = article("1", link="https://e.org/", text="y")
    assert copied(article("4", source="b", link="https://e.org/", text="x"), [front]) is None


def test_a_source_may_repeat_itself_later() -> None:
    """Within two days it is a copy, after that it is meant; then people may look at it."""
    assert copied(article("2", days=1.9), [article("1")]) is not None
    assert copied(article("2", days=2.1), [article("1")]) is None
    doubtful = dedupe.duplicate(article("2", days=2.1), [article("1")])
    assert doubtful is not None
    assert doubtful.confidence == "doubtful"


@pytest.mark.parametrize("head_is_there", [True, False])
def test_the_head_is_kept(head_is_there: bool) -> None:
    """A copy of a copy duplicates the head, also when that has left the window."""
    known = [article("1"), dataclasses.replace(article("2", source="b"), head="1")]
    verdict = copied(article("3", source="c"), known[not head_is_there :])
    assert verdict is not None
    assert verdict.duplicate_of == "1"


def test_which_one_does_not_depend_on_chance() -> None:
    """The first of those that convince most is named; those of no use change nothing."""
    useful = [article("1"), article("2", source="b")]
    noise = [article(f"n{i}", source="c", text=f"{OTHER} {i} " * 3) for i in range(5)]
    shuffled = noise[:]
    random.Random(1).shuffle(shuffled)
    verdicts = [copied(article("9", source="d"), candidates) for candidates in (useful + noise, shuffled + useful, useful[::-1])]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert verdicts[0] is not None
    assert verdicts[0].duplicate_of == "1"


def test_a_page_posted_again() -> None:
    """The same text at the same address is a copy, however much later; the same text elsewhere is meant."""
    link = "https://a.example/page"
    assert copied(article("2", link=link, days=9), [article("1", link=link)]) is not None
    assert copied(article("2", link=link + "/2", days=9), [article("1", link=link)]) is None


def test_text_is_the_better_evidence() -> None:
    """Before a link, wherever it stands among the candidates."""
    by_link, by_text = article("1", link="https://e.org/a", text="short"), article("2", source="b")
    for candidates in ([by_link, by_text], [by_text, by_link]):
        verdict = copied(article("3", source="c", link="https://e.org/a"), candidates)
        assert verdict is not None
        assert (verdict.duplicate_of, verdict.why["evidence"]) == ("2", "text")


def test_nothing_is_its_own_copy() -> None:
    """An entry that is judged again is not merged with itself, nor are entries without text and link."""
    assert dedupe.duplicate(article("1"), [article("1")]) is None
    assert dedupe.judge_all([article("2", source="b", text="")], [article("1", text="")]) == {}


def test_a_link_is_confirmed_by_words() -> None:
    """Half of the title's, or half of the shorter text's phrases."""
    link = "https://e.org/boats"
    first = article("1", link=link, title="Boats go out at dawn today")
    for title, said, merges in [
        ("Boats go out at noon", "x", True),
        ("Boats go home and sleep for long", "x", False),
        ("Another title", PROSE, True),
        ("Another title", " ".join(reversed(PROSE.split())), False),
        ("", "", False),
    ]:
        found = copied(article("2", source="b", link=link, title=title, text=said), [first])
        assert (found is not None) is merges, (title, said)


@pytest.mark.parametrize(
    ("link", "tells"),
    [("https://e.org/a", True), ("https://e.org/?p=1", True), ("https://e.org/", False), ("ftp://e.org/a", False), (None, False)],
)
def test_which_links_tell(link: str | None, tells: bool) -> None:
    """A front page is nobody's article."""
    assert bool(dedupe.link_key(link)) is tells


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_mutual(one: str, other: str, title: str, other_title: str) -> None:
    """It does not matter which is asked about which; a text is like itself if it says anything, and shares are shares."""
    assert near.alike(title, one, other_title, other) == near.alike(other_title, other, title, one)
    assert near.containment(one, other) == near.containment(other, one)
    assert 0 <= near.overlap(one, other) <= 1
    assert near.alike(title, one, title, one) == bool(text.words(title) or text.words(one))


TRAPS = [json.loads(line) for line in (CASES / "traps.jsonl").read_text("utf-8").splitlines()]
LISTED = yaml.safe_load((CASES / "traps.yaml").read_text("utf-8"))


def test_every_trap_is_listed() -> None:
    """As held or as missed."""
    assert sorted(LISTED["held"] + LISTED["missed"]) == sorted(trap["kind"] for trap in TRAPS)


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap["kind"] in LISTED["held"]], ids=lambda trap: trap["kind"])
def test_traps(trap: dict[str, Any]) -> None:
    """The filter merges what is one article and nothing else."""
    lines = [json.dumps(trap[side] | {"id": side}) for side in "ab"]
    first, second = (json.loads(answer) for answer, good in filters.run("dedupe", lines) if good)
    assert first["duplicate_of"] is None
    assert (second["duplicate_of"] == "a") is (trap["expect"] in ("same_item", "near_dup"))


@pytest.mark.parametrize(
    ("title", "text", "material"),
    [
        ("Old title", "one two three four " * 50, False),
        ("Old title!", "one two three four " * 50 + "!!", False),
        ("New title", "one two three four " * 50, True),
        ("Old title", "one two three four " * 50 + "and five more words here", True),
        ("Old title", "one two three for " + "one two three four " * 49, False),
        ("OLD TITLE", "One, two: three – four! " * 50, False),
        ("Old title", "one two three four " * 48, True),
        ("Old title", "", True),
    ],
)
def test_material_edits(title: str, text: str, material: bool) -> None:
    """Readers are told of news, not of commas."""
    assert revision.material("Old title", "one two three four " * 50, title, text) is material


@pytest.mark.parametrize(
    ("before", "after", "material"),
    [("", "", False), ("", "one", False), ("", "one two", True), ("one two three", "one two four", True), ("one", "", False)],
)
def test_material_edits_of_short_texts(before: str, after: str, material: bool) -> None:
    """One word put in or taken out is a correction."""
    assert revision.material("t", before, "t", after) is material


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_changed_is_no_news(title: str, body: str) -> None:
    """Nor are other spaces and quotes."""
    assert not revision.material(title, body, f" {title} ", f"“{body}”")
