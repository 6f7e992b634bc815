"""Copies as one entry, and stories: what is shown, under which id, and what is named beside it."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import HOUR, NOW

from aggregator.core import model
from aggregator.pipeline import groups

LINE = {
    "title": "The title of {0}",
    "link": "https://{0}.example/a",
    "content": "<p>{0}</p>",
    "rights": "© {0}",
    "summary": "Says {0}.",
}


def stored(name: str, *, hours: float = 0, words: int = 100, group: str = "", story: str = "", **fields: Any) -> model.Stored:
    """An entry of a source of its own, first seen some hours after NOW and published an hour before that."""
    seen = NOW + hours * HOUR
    source, trust = fields.pop("source", sum(map(ord, name))), fields.pop("trust", 0)
    told = {key: value.format(name) for key, value in LINE.items()} | {"published": seen - HOUR, "updated": seen - HOUR}
    origin = model.Origin(f"urn:{name}", f"Source of {name}")
    entry = model.Entry(**({"id": name, "authors": (model.Author(name),), "origin": origin} | told | fields))
    return model.Stored(entry, f"text of {name}", source, f"Source {source}", (), seen, group or name, story, words, trust=trust)


def named(mentions: tuple[model.Mention, ...]) -> str:
    """The ids of mentions in one word."""
    return "".join(mention.id for mention in mentions)


SHOWN: dict[str, tuple[list[model.Stored], str]] = {
    "the first": ([stored("a"), stored("b", hours=1, group="a")], "a"),
    "the first, whatever dates are claimed": ([stored("a"), stored("b", hours=1, group="a", published=NOW - 900 * HOUR)], "a"),
    "the first, although it came to be no head": ([stored("b", group="a"), stored("a", hours=1)], "b"),
    "the fullest": ([stored("a", words=20), stored("b", hours=1, group="a")], "b"),
    "of those as full the most trusted": ([stored("a"), stored("b", hours=1, group="a", words=95, trust=1)], "b"),
    "no trust makes up for a text": ([stored("a"), stored("b", hours=1, group="a", words=20, trust=1)], "a"),
    "not the least trusted": ([stored("a", trust=-1), stored("b", hours=1, group="a")], "b"),
    "what is shown stays for a few words": ([stored("a"), stored("b", hours=1, group="a", words=120)], "a"),
    "without the head": ([stored("b", group="a"), stored("c", hours=1, group="a")], "b"),
    "alone without the head": ([stored("b", group="a")], "b"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_one_entry_a_group(name: str) -> None:
    """Under the group's id, with all that is of the copy that is shown; when it came and was published is what was known first."""
    members, chosen = SHOWN[name]
    (one,) = groups.merged(members)
    shown = next(member for member in members if member.entry.id == chosen)
    first = min(members, key=lambda member: member.first_seen)
    assert (one.entry.id, one.group) == ("a", "a")
    for field in ("title", "link", "content", "summary", "authors", "rights", "origin"):
        assert getattr(one.entry, field) == getattr(shown.entry, field)
    assert (one.text, one.words, one.source, one.source_name) == (shown.text, shown.words, shown.source, shown.source_name)
    assert (one.first_seen, one.entry.published) == (first.first_seen, first.entry.published)
    assert set(named(one.entry.also_at)) == {member.entry.id for member in members} - {chosen}


def test_what_is_alone_stays_as_it_is() -> None:
    """Entries that duplicate nothing are the same as before, newest first."""
    one, other = stored("a"), stored("b", hours=1)
    assert groups.merged([one, other]) == (other, one)


UPDATES: dict[str, tuple[list[model.Stored], float]] = {
    "no copy is news": ([stored("a"), stored("b", hours=3, group="a")], -1),
    "nor one of a more trusted source": ([stored("a"), stored("b", hours=3, group="a", trust=1)], -1),
    "nor one that says it was updated": ([stored("a"), stored("b", hours=3, group="a", updated=NOW + 2 * HOUR)], -1),
    "nor a fuller one that came in the same poll": ([stored("a", words=20), stored("b", group="a")], -1),
    "a text for a teaser is": ([stored("a", words=20), stored("b", hours=3, group="a")], 3),
    "an edit of what is shown is": ([stored("a", updated=NOW + 5 * HOUR), stored("b", hours=3, group="a")], 5),
    "an edit of what came to be shown is": (
        [stored("a", words=20), stored("b", hours=3, group="a", updated=NOW + 5 * HOUR)],
        5,
    ),
    "an edit of a copy is not": ([stored("a"), stored("b", hours=3, group="a", updated=NOW + 5 * HOUR)], -1),
    "nor of a teaser that is no longer shown": (
        [stored("a", words=20, updated=NOW + 5 * HOUR), stored("b", hours=3, group="a")],
        3,
    ),
    "an edit of what was shown before is": (
        [stored("a", updated=NOW + 2 * HOUR), stored("b", hours=3, group="a", trust=1)],
        2,
    ),
}


@pytest.mark.parametrize("name", UPDATES)
def test_updated(name: str) -> None:
    """It moves when readers gain something, and for nothing else."""
    members, hours = UPDATES[name]
    (one,) = groups.merged(members)
    assert one.entry.updated == NOW + hours * HOUR


def test_also_at() -> None:
    """The copies in the order in which they came, each address once, and no more of them than anybody reads."""
    members = [stored("a"), *(stored(name, hours=number + 1, group="a") for number, name in enumerate("bcde"))]
    members[3] = dataclasses.replace(members[3], entry=dataclasses.replace(members[3].entry, link="https://b.example/a"))
    (one,) = groups.merged(members)
    assert named(one.entry.also_at) == "bce"
    assert one.entry.also_at[0] == model.Mention("b", "The title of b", "https://b.example/a", members[1].source_name, NOW)
    many = [stored(f"n{number}", hours=number, group="n0") for number in range(50)]
    (one,) = groups.merged(many)
    assert [mention.id for mention in one.entry.also_at] == [f"n{number}" for number in range(1, groups.COPIES + 1)]


def test_copies_without_links_are_told_apart() -> None:
    """By their ids."""
    (one,) = groups.merged([stored("a"), stored("b", group="a", link=None), stored("c", group="a", link=None)])
    assert named(one.entry.also_at) == "bc"


STORY = (
    stored("d", hours=4, story="a", source=2),
    stored("x", hours=3),
    stored("c", hours=2, story="a", source=1),
    stored("b", hours=1, story="a", source=2),
    stored("a", story="a", source=1),
)


def test_annotated() -> None:
    """Each entry of a story names those of other sources, in the order in which they came; all stay, in their places."""
    told = groups.told(STORY, "annotate")
    assert [one.entry.id for one in told] == ["d", "x", "c", "b", "a"]
    assert {one.entry.id: named(one.entry.covered_by) for one in told} == {"a": "bd", "b": "ac", "c": "bd", "d": "ac", "x": ""}
    assert {one.entry.id: one.entry.story for one in told} == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x"}


def test_grouped() -> None:
    """A story is its first article, under the story's id, where the newest of it would stand; all others are named in it."""
    told = groups.told(STORY, "group")
    assert [(one.entry.id, named(one.entry.covered_by)) for one in told] == [("a", "bcd"), ("x", "")]
    assert told[0].entry.title == "The title of a"
    assert told[0].first_seen == NOW + 4 * HOUR


def test_off() -> None:
    """Entries are as if there were no stories."""
    assert groups.told(STORY, "off") == STORY
    told = [dataclasses.replace(one, entry=dataclasses.replace(one.entry, story="a")) for one in STORY]
    assert groups.told(told, "off") == STORY


def test_the_newest_of_a_long_story_are_named() -> None:
    """So many, and still in the order in which they came."""
    story = [stored(f"n{number:02}", hours=number, story="n00", source=number) for number in range(40)]
    told = groups.told(groups.merged(story), "annotate")
    assert [mention.id for mention in told[0].entry.covered_by] == [f"n{number}" for number in range(27, 39)]


def test_the_id_of_a_story_stays() -> None:
    """While it grows, and when its first article is gone."""
    assert {groups.told(STORY[count:], "group")[-1].entry.id for count in (3, 4)} == {"a"}
    assert {one.entry.id for one in groups.told(STORY[:4], "group")} == {"a", "x"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_copy_is_in_the_story_of_what_came_first(order: tuple[int, ...]) -> None:
    """Whatever story the copy that is shown was put in."""
    members = [stored("a", words=20, story="s"), stored("b", hours=1, group="a", story="t"), stored("c", hours=2, story="s")]
    told = groups.told(groups.merged([members[place] for place in order]), "annotate")
    assert {one.entry.id: named(one.entry.covered_by) for one in told} == {"a": "c", "c": "a"}


ENTRIES = st.lists(
    st.builds(
        lambda name, hours, words, group, story, source, trust, updated: stored(
            name,
            hours=hours,
            words=words,
            group=group,
            story=story,
            source=source,
            trust=trust,
            updated=NOW + updated * HOUR,
            link=f"https://{name if words else 'same'}.example/",
        ),
        st.sampled_from("abcdefgh"),
        st.integers(0, 3),
        st.integers(0, 3).map(lambda words: words * 40),
        st.sampled_from(["", "a", "b", "gone"]),
        st.sampled_from(["", "a", "b", "gone"]),
        st.integers(1, 3),
        st.integers(-1, 1),
        st.integers(-2, 9),
    ),
    max_size=8,
    unique_by=lambda one: one.entry.id,
)


@pytest.mark.parametrize("mode", ["annotate", "group", "off"])
@given(entries=ENTRIES, random=st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(mode: Any, entries: list[model.Stored], random: Any) -> None:
    """Neither in groups nor in stories; no id stands twice, and nobody is named beside himself."""
    shuffled = entries[:]
    random.shuffle(shuffled)
    once = groups.merged(entries)
    assert groups.merged(shuffled) == once
    assert sorted(one.entry.id for one in once) == sorted({one.group for one in entries})
    told = groups.told(once, mode)
    assert groups.told(groups.merged(shuffled), mode) == told
    assert len({one.entry.id for one in told}) == len(told)
    assert [one.first_seen for one in told] == sorted((one.first_seen for one in told), reverse=True)
    for one in told:
        links = [mention.link for mention in one.entry.also_at]
        assert len(set(links)) == len(links)
        assert one.entry.link not in [mention.link for mention in one.entry.covered_by if mention.link != "https://same.example/"]


@given(ENTRIES)
def test_no_copy_takes_a_date_back(entries: list[model.Stored]) -> None:
    """What came first says when an article was published; `updated` is never before that, nor after all that its copies say."""
    for one in groups.merged(entries):
        members = [member for member in entries if member.group == one.entry.id]
        assert one.first_seen == min(member.first_seen for member in members)
        assert one.entry.updated is not None
        dates = [
            date for member in members for date in (member.first_seen, member.entry.updated) if isinstance(date, datetime.datetime)
        ]
        assert one.entry.updated <= max(dates)
