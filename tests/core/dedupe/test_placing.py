"""The stories of entries that came together, beside those of the store."""

from __future__ import annotations

import dataclasses
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import dedupe
from aggregator.core.dedupe import frequencies

NOW, DAY = 1_900_000_000.0, 86_400.0
TEXTS = {
    "bridge": "The council closed the Varnholm bridge after divers found cracks in its piers. Mayor Elsa Brandt promised ferries. ",
    "again": "Divers who examined the piers at Varnholm saw cracks, so Elsa Brandt, the mayor, shut it and ordered ferries. ",
    "goats": "A herd of goats ate the flowers of the botanical garden before volunteers could lead them home with apples. ",
    "tram": "Number seven trams run every four minutes since Monday, and drivers say that passengers smile more than they did. ",
}


def told(id: str, text: str = "bridge", *, days: float = 0, source: str = "a", follows: str = "") -> dedupe.Told:
    """An entry to be placed."""
    topic = dedupe.topic(dedupe.words_of(dedupe.read("", TEXTS[text] * 4)), frequencies.Frequencies())
    return dedupe.Told(id, topic, zlib.crc32(source.encode()), NOW + days * DAY, follows)


class Shelf:
    """Stories by number and by key, as the store has them."""

    def __init__(self) -> None:
        self.stories: dict[int, dedupe.Story] = {}
        self.holders: dict[int, list[int]] = {}

    def place(self, *batch: dedupe.Told) -> dict[str, str]:
        """Place entries that came together, and keep what was found; the story of each."""
        wanted = dedupe.stories_wanted(batch, self.holders)
        followed = {one.follows for one in batch}
        near = {number: one for number, one in self.stories.items() if number in wanted or one.id in followed}
        placed = dedupe.place_all(batch, self.holders, near)
        numbers = {one.id: number for number, one in self.stories.items()}
        for one in placed.grown.values():
            number = numbers.setdefault(one.id, len(numbers))
            self.stories[number] = one
            for key in placed.keys[one.id]:
                if number not in self.holders.setdefault(key, []):
                    self.holders[key].append(number)
        return dict(placed.stories)


def test_one_story_in_one_batch_and_in_many() -> None:
    """It does not matter how many polls brought the articles; a story is named after its first, another event is another story."""
    batch = [told("a"), told("b", "goats", days=0.1), told("c", "again", days=0.5, source="b"), told("d", days=20)]
    together, apart = Shelf(), Shelf()
    expected = {"a": "a", "b": "b", "c": "a", "d": "d"}
    assert together.place(*batch) == expected
    assert {id: story for one in batch for id, story in apart.place(one).items()} == expected
    assert {one.id: one.at for one in together.stories.values()} == {one.id: one.at for one in apart.stories.values()}


def test_a_story_grows() -> None:
    """It keeps its id, takes the latest date, forgets its only source, and is found by the words of all its articles."""
    shelf = Shelf()
    shelf.place(told("a"))
    placed = dedupe.place_all([told("b", "again", days=1, source="b")], shelf.holders, shelf.stories)
    assert placed.stories == {"b": "a"}
    grown = placed.grown["a"]
    assert (grown.id, grown.at, grown.source) == ("a", NOW + DAY, 0)
    assert set(placed.keys["a"]) == set(dedupe.story_keys(told("b", "again").topic))


def test_what_is_taught() -> None:
    """The words of each entry, with those that its story had before it, in the order in which they were placed."""
    first, second = dataclasses.replace(told("a"), words=(1, 2)), dataclasses.replace(told("b", "again", days=1), words=(2, 3))
    placed = dedupe.place_all([second, first], {}, {})
    story = dedupe.place_all([first], {}, {}).grown["a"]
    assert placed.lessons == (((1, 2), ()), ((2, 3), tuple(story.words)))


def test_what_follows_a_story_joins_it() -> None:
    """An entry that is surely of a story goes there, be its words as they may; where that is gone it is placed by its words."""
    shelf = Shelf()
    shelf.place(told("a"), told("g", "goats"))
    assert shelf.place(told("b", "tram", follows="g"), told("c", "tram", follows="gone", days=0.1)) == {"b": "g", "c": "g"}
    assert Shelf().place(told("c", "tram", follows="gone")) == {"c": "c"}


def test_only_what_was_asked_for_is_joined() -> None:
    """A story that is not at hand is passed over: what the store cannot tell is no story."""
    shelf = Shelf()
    shelf.place(told("a"))
    assert dedupe.stories_wanted([told("b")], shelf.holders) == [0]
    assert dedupe.stories_wanted([told("b", "goats")], {}) == []
    assert dedupe.place_all([told("b")], shelf.holders, {}).stories == {"b": "b"}


def test_nothing_to_place() -> None:
    """Nothing is placed, and nothing grows."""
    assert dedupe.place_all([], {}, {}) == dedupe.Placed({}, {}, {})


@pytest.mark.parametrize("words", ["", "of the"])
def test_entries_without_words(words: str) -> None:
    """Each is a story of its own."""
    topic = dedupe.topic(dedupe.words_of(dedupe.read("", words)), frequencies.Frequencies())
    batch = [dedupe.Told(id, topic, number, NOW, "") for number, id in enumerate("ab")]
    assert len(set(dedupe.place_all(batch, {}, {}).stories)) == 2


BATCH = st.lists(
    st.builds(
        lambda id, text, days, source, follows: told(id, text, days=days, source=source, follows=follows),
        st.sampled_from("stuvwxyz"),
        st.sampled_from(sorted(TEXTS)),
        st.sampled_from([-1.0, 0.0, 0.5, 3.0]),
        st.sampled_from("ab"),
        st.sampled_from(["", "", "a", "gone"]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@settings(max_examples=60)
@given(BATCH, st.integers(0, 1000))
def test_shuffling_changes_nothing(batch: list[dedupe.Told], seed: int) -> None:
    """Whatever order a batch is given in, every entry is in one story, which is the first one's of it, and the same as before."""
    shelf = Shelf()
    shelf.place(told("a"), told("g", "goats"))
    shuffled = batch[:]
    random.Random(seed).shuffle(shuffled)
    placed = dedupe.place_all(batch, shelf.holders, shelf.stories)
    again = dedupe.place_all(shuffled, shelf.holders, shelf.stories)
    assert placed == again
    assert placed.stories.keys() == {one.id for one in batch}
    assert placed.grown.keys() == placed.keys.keys() == set(placed.stories.values())
    assert all(story in ("a", "g") or placed.stories[story] == story for story in placed.stories.values())
