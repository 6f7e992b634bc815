"""Near duplicates: each kind of edit and each kind of trap, whatever the order they are looked at in."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import random
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import dedupe
from aggregator.core.dedupe import copies, shelf

CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "dedupe" / "copies.yaml").read_text("utf-8"))
FIRST, NOW = CASES["first"], 1_900_000_000.0
OTHER = "Sheep number {0} crossed hill {0} and found gate {0} shut, so farmer {0} whistled to dog {0} and went home by road {0}. "


def item(name: str, *, hours: float = 0, **told: Any) -> dedupe.Item:
    """An article as the daemon would sketch it."""
    told = FIRST | {"url": f"https://{name}.example/{name}", "source": name} | told
    at = NOW + 3600 * hours
    read = dedupe.read(told["title"], told["text"])
    return dedupe.Item(name, name, at, dedupe.sketched(read, told["source"], dedupe.link_key(told["url"]), at))


def first() -> dedupe.Item:
    """The article that was there before."""
    return item("first", url=FIRST["url"], source=FIRST["source"])


def made(case: dict[str, Any]) -> dict[str, Any]:
    """What a case tells."""
    said = " ".join(FIRST["text"].split()[: case["cut"]]) if "cut" in case else FIRST["text"]
    for old, new in case.get("replace", ()):
        said = " ".join(said.split()).replace(old, new)
    before = "".join(OTHER.format(number) for number in range(case.get("before", 0)))
    told = {key: case[key] for key in ("title", "source", "url", "hours") if key in case}
    return told | {"text": before + case["text"].replace("{text}", said)}


@pytest.mark.parametrize("name", CASES["cases"])
def test_edits_and_traps(name: str) -> None:
    """A copy is found by its keys and merges with certainty; another article does not."""
    case = CASES["cases"][name]
    later = item("later", **made(case))
    verdict = dedupe.judge_all([later], [first()]).get("later")
    merged = verdict is not None and verdict.confidence == "certain"
    assert merged is case["merges"], verdict
    if verdict is not None:
        assert (verdict.duplicate_of, verdict.why["against"]) == ("first", "first")
        assert verdict.why["evidence"] in ("link", "text", "title")


def test_what_it_was_that_told() -> None:
    """The evidence and its figures come with the verdict."""
    by_link = dedupe.duplicate(item("b", url=FIRST["url"], text=""), [first()])
    by_text = dedupe.duplicate(item("c", title="Nine miles of light"), [first()])
    by_title = dedupe.duplicate(item("d", text=""), [item("e", text="")])
    assert [one and (one.why["evidence"], one.confidence) for one in (by_link, by_text, by_title)] == [
        ("link", "certain"),
        ("text", "certain"),
        ("title", "certain"),
    ]
    assert by_text is not None
    assert by_text.why["text"] == 1.0


def test_three_confidences() -> None:
    """Other figures in a template and a link that nothing confirms are for people to look at; a headline over a long text links."""
    template = made(CASES["cases"]["another quarter of the template"])
    doubtful = dedupe.duplicate(item("b", **template, source=FIRST["source"]), [first()])
    claimed = dedupe.duplicate(item("c", url=FIRST["url"], title="Win", text="Win a boat."), [first()])
    headline = dedupe.duplicate(item("d", text="".join(OTHER.format(n) for n in range(9))), [first()])
    assert [one and one.confidence for one in (doubtful, claimed, headline)] == ["doubtful", "doubtful", "probable"]


def test_walls_never_match() -> None:
    """The same words under unlike titles of which they say nothing are what stands there instead of the articles."""
    wall = "To read on you need an account. Sign in or choose a plan that suits you, and cancel whenever you like. " * 3
    one = item("a", title="Mayor opens the swimming pool", text=wall)
    assert dedupe.duplicate(item("b", title="Goats escape from the fair", text=wall), [one]) is None
    assert dedupe.duplicate(item("c", title="Mayor opens the swimming pool", text=wall), [one]) is not None


def test_headlines() -> None:
    """They tell only with four telling words, the same numbers, from another source and within days."""
    headline = "Strong winds close the northern ferry harbour for 3 days"
    known = [item("a", title=headline, text="")]
    for told, merges in [
        ({}, True),
        ({"title": headline.replace("3", "4")}, False),
        ({"title": "Letters to the editor"}, False),
        ({"source": "a"}, False),
        ({"hours": 100}, False),
    ]:
        other = item("b", **({"title": headline, "text": ""} | told))
        same = [item("a", title=other_title, text="")] if (other_title := told.get("title", "")).startswith("Letters") else known
        assert (dedupe.duplicate(other, same) is not None) is merges, told


def test_no_chains() -> None:
    """What resembles a copy of something else than its head does not merge with it."""
    texts = [" ".join(f"w{word}x" for word in range(start, start + 100)) for start in (0, 45, 90)]
    head, middle, end = (item(name, title=f"Title {name}", text=said) for name, said in zip("abc", texts, strict=True))
    middle = dataclasses.replace(middle, head="a")
    verdict = dedupe.duplicate(end, [head, middle])
    assert verdict is None or verdict.confidence != "certain"


def test_floods_match_nothing() -> None:
    """What too many unlike articles share says nothing; copies of one article do not count as many."""
    shared = FIRST["text"].split("\n\n")[0]
    flood = [item(f"f{n}", title=f"Notice {n} of {n}", text=f"{shared} {OTHER.format(n) * 3}") for n in range(40)]
    found = dedupe.judge_all([*flood, item("z", title="Title", text=shared)], [])
    assert "z" not in found or found["z"].confidence != "certain"
    copied = dedupe.judge_all([item(f"c{n:02}", hours=n / 60) for n in range(60)], [])
    assert len(copied) == 59
    assert {verdict.duplicate_of for verdict in copied.values()} == {"c00"}


def batch(count: int) -> list[dedupe.Item]:
    """Articles that came together: copies, cuts and others."""
    texts = [FIRST["text"], FIRST["text"][:400], "".join(OTHER.format(n) for n in range(5)), OTHER.format(7)]
    return [item(f"i{n}", text=texts[n % 4], title=("Lamp stays", FIRST["title"])[n % 2]) for n in range(count)]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 14), st.integers(0, 1000))
def test_shuffling_changes_nothing(count: int, seed: int) -> None:
    """Neither among what came together nor among what was there."""
    items, known = batch(count), [first(), item("k", text=OTHER.format(7) * 2)]
    told = dedupe.judge_all(items, known)
    random.Random(seed).shuffle(items)
    assert dedupe.judge_all(items, known[::-1]) == told


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=40))
def test_likeness_is_mutual(one: str, other: str, title: str) -> None:
    """It does not matter which is asked about which; shares are shares; and a sketch survives the store."""
    left, right = item("a", text=one, title=title).sketch, item("b", text=other, title=title).sketch
    likeness = copies.compare(left, right)
    assert likeness == copies.compare(right, left)
    assert 0 <= likeness.resembles <= likeness.contained <= 1
    assert dedupe.unpack(dedupe.pack(left)) == left
    assert len(dedupe.keys(left)) <= 30
    assert all(0 <= key < 1 << 32 for key in dedupe.keys(left))


@settings(deadline=None)
@given(st.lists(st.sampled_from([f"word{n}" for n in range(400)]), min_size=30, max_size=200))
def test_nothing_in_common(said: list[str]) -> None:
    """Articles that share no word are never merged."""
    other = item("b", title="Une autre chose", text=" ".join(f"autre{word}" for word in said))
    assert dedupe.duplicate(other, [item("a", title="Something", text=" ".join(said))]) is None


def test_estimates_of_long_texts() -> None:
    """A sample tells how much two long texts share, within a few hundredths."""
    words = [f"w{n}" for n in range(3000)]
    whole, half = (item(name, text=" ".join(said)).sketch for name, said in (("a", words), ("b", words[750:2250])))
    likeness = copies.compare(whole, half)
    assert likeness.contained == pytest.approx(1, abs=0.05)
    assert likeness.resembles == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize(
    "text", ["a " * 2_500_000, "the same four words " * 250_000, "\n".join("ab" * 1_000_000), "字" * 1_000_000]
)
def test_any_text_has_a_small_sketch(text: str) -> None:
    """Two kilobytes at most."""
    assert len(dedupe.pack(item("a", text=text, title=text).sketch)) <= 2048


def test_scripts_without_spaces() -> None:
    """Copies are found where no spaces stand between words."""
    text = (
        "岛上的灯塔看守人星期一晚上投票决定让旧煤油灯继续在新电灯旁边燃烧,辩论一直持续到潮水退去。" * 1
        + "港口办公室原本希望在冬天之前把它熄灭以节省开支。"
    )
    found = dedupe.duplicate(
        item("b", title="灯塔投票决定保留旧灯", text=text[:40]), [item("a", title="灯塔投票决定保留旧灯", text=text)]
    )
    assert found is not None


def test_no_salt() -> None:
    """Keys are the same in every process."""
    code = (
        "from aggregator.core import dedupe as d; print(d.keys(d.sketched(d.read('A title', 'one two three ' * 30), 's', '', 0.0)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_the_window_is_let_go() -> None:
    """What came before it is forgotten, and the rest still found under its keys."""
    articles, stories, frequencies = shelf.Articles(), shelf.Stories(), dedupe.Frequencies()
    for number in range(9000):
        text = f"word{number} a{number} b{number} c{number} d{number} e{number}"
        one = item(f"n{number}", hours=number, title=f"t{number} u{number}", text=text)
        articles.tidy(one.seen)
        stories.tidy(one.seen)
        words = dedupe.words_of(dedupe.read("", text))
        topic = dedupe.topic(words, frequencies)
        frequencies.learn(words.numbers)
        found = stories.find(topic, one.sketch.source, one.seen)
        story = stories.grow(found, one.id, topic, one.sketch.source, one.seen)
        articles.add(dataclasses.replace(one, story=story), articles.holders(one))
    latest = articles.lookalikes(one, articles.holders(one))
    assert [found.id for found in latest] == ["n8999"]
    assert articles.story_of("n8999") == "n8999"
    gone = item("x", title="t0 u0", text="word0 a0 b0 c0 d0 e0", url="")
    assert articles.lookalikes(gone, articles.holders(gone)) == []


@given(st.lists(st.none() | st.floats(0, 4e9), max_size=60))
def test_no_date_moves_the_clock_alone(claimed: list[float | None]) -> None:
    """When articles came is told by the many; a date far ahead moves it no further than out of the window."""
    clock = dedupe.Clock()
    for _ in range(101):
        clock.seen(NOW)
    for date in claimed[:50]:
        assert NOW <= clock.seen(date) <= NOW + 2 * copies.WINDOW
    assert clock.now() == NOW


REWRITTEN = {
    "another title and a few words more": ({"title": "Keepers vote for the old lamp of Sankt Olaf", "text": "Again: {text}"}, True),
    "years later": ({"hours": 20_000}, True),
    "cut": ({"cut": 60, "text": "{text}"}, True),
    "other figures": ({"text": "{text}", "replace": [["14", "17"], ["312", "208"], ["4,700", "5,150"]]}, False),
    "another figure in its title": ({"title": "Keepers of Sankt Olaf vote, part 2"}, True),
    "another article": ({"text": OTHER.format(3) * 4}, False),
    "under a title of its own, in a round-up": ({"title": "Five things", "before": 20, "text": "{text}"}, False),
    "from another source": ({"source": "elsewhere"}, False),
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_rewritten(name: str) -> None:
    """What comes under another id in a document that was rewritten is what it was, however long ago, unless its facts differ."""
    case, found = REWRITTEN[name]
    told = {"source": FIRST["source"], "url": "https://harbourpost.example/new"} | made({"text": "{text}"} | case)
    others = [item("unlike", text=OTHER.format(5) * 9), first(), item("foreign")]
    verdict = dedupe.rewritten(item("later", **told), others)
    assert (verdict is not None) is found
    if verdict is not None:
        assert (verdict.duplicate_of, verdict.why["evidence"], verdict.why["against"]) == ("first", "rewritten", "first")
    assert dedupe.rewritten(item("later", **told), others[::-1]) == verdict


def test_rewritten_copies() -> None:
    """A copy of something else leads to the head of that; nothing is itself rewritten."""
    copy = dataclasses.replace(first(), head="elsewhere")
    verdict = dedupe.rewritten(item("later", source=FIRST["source"]), [copy])
    assert verdict is not None
    assert verdict.duplicate_of == "elsewhere"
    assert dedupe.rewritten(first(), [first()]) is None


@pytest.mark.parametrize("name", CASES["cases"])
def test_what_stays(name: str) -> None:
    """A copy of the head stays one whatever its edits; one that became another article does not, unless link or words tie them."""
    later = item("later", **made(CASES["cases"][name]))
    if CASES["cases"][name]["merges"]:
        assert dedupe.stays(later.sketch, first().sketch)
    assert dedupe.stays(later.sketch, later.sketch)
    other = item("x", title="Goats eat flowers", text="A herd of goats ate every flower of the botanical garden last night. " * 5)
    assert not dedupe.stays(later.sketch, other.sketch)


def test_reasons_are_plain() -> None:
    """The filter explains itself in JSON: a verdict's figures are plain numbers."""
    verdict = dedupe.duplicate(item("b"), [first()])
    assert verdict is not None
    assert json.loads(json.dumps(verdict.why)) == verdict.why
