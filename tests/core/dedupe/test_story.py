"""Stories: other articles on the same event."""

from __future__ import annotations

import itertools
import zlib

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe
from aggregator.core.dedupe import frequencies, shelf, story

NOW, DAY = 1_900_000_000.0, 86_400.0
BRIDGE = "The council closed the Varnholm bridge after divers found cracks in its piers. Mayor Elsa Brandt promised ferries. "
AGAIN = "Divers who examined the piers at Varnholm saw cracks, so Elsa Brandt, the mayor, shut the bridge and ordered ferries. "
GOATS = "A herd of goats ate the flowers of the botanical garden before volunteers could lead them home with apples and patience. "


def placed(*told: tuple[str, str, str, float]) -> list[str]:
    """The stories of articles: id, title, text, days."""
    stories, counts = dedupe.Stories(), dedupe.Frequencies()
    result = []
    for name, title, text, days in told:
        topic, words = dedupe.topic(dedupe.read(title, text), counts)
        counts.learn(words)
        result.append(stories.place(name, topic, zlib.crc32(name.rstrip("0123456789").encode()), NOW + days * DAY))
    return result


def test_the_same_event_told_anew() -> None:
    """Joins the story of the first entry; another event does not, nor the same words weeks later."""
    told = [
        ("a", "Varnholm bridge closed", BRIDGE * 4, 0.0),
        ("b", "Goats in the garden", GOATS * 4, 0.1),
        ("c", "Cracks shut bridge at Varnholm", AGAIN * 4, 0.5),
        ("d", "Varnholm bridge closed", BRIDGE * 4, 20.0),
    ]
    assert placed(*told) == ["a", "b", "a", "d"]
    assert placed(*told[:3]) == ["a", "b", "a"]


def test_a_sources_own_headlines_need_more() -> None:
    """A word that a source has in every second headline makes no story of them."""
    titles = ["Varnholm council opens modern library quarter", "Varnholm swimmers collect seven unexpected medals"]
    assert placed(*((f"a{n}", title, "", 0.1 * n) for n, title in enumerate(titles))) == ["a0", "a1"]
    assert placed(*((name, title, "", 0.1) for name, title in zip("ab", titles, strict=True))) == ["a", "a"]


def test_order_of_candidates() -> None:
    """It does not matter which story is looked at first."""
    counts = frequencies.Frequencies()
    topics = [dedupe.topic(dedupe.read(title, text), counts)[0] for title, text in (("x", BRIDGE), ("y", AGAIN), ("z", GOATS))]
    candidates = [story.join(None, name, topic, 7, NOW) for name, topic in zip("abc", topics, strict=True)]
    found = {story.story(topics[0], 7, NOW, order).id for order in itertools.permutations(candidates)}  # type: ignore[union-attr]
    assert found == {"a"}


@given(st.lists(st.text(max_size=200), min_size=1, max_size=8))
def test_stories_survive_the_store(texts: list[str]) -> None:
    """Packed and unpacked a story is the same within the precision of its weights, and below eight hundred bytes."""
    counts, one = dedupe.Frequencies(), None
    for number, text in enumerate(texts):
        topic, words = dedupe.topic(dedupe.read(text, text), counts)
        counts.learn(words)
        one = story.join(one, str(number), topic, number + 1, NOW + number)
    assert one is not None
    packed = story.pack_story(one)
    again = story.unpack_story(one.id, one.at, packed)
    assert (again.id, again.at, again.words, again.source) == (one.id, one.at, one.words, one.source)
    assert story.pack_story(again) == packed
    assert len(packed) <= 800
    assert len(dedupe.story_keys(topic)) <= story.KEYS


def test_frequencies_survive_the_store() -> None:
    """Packed and unpacked they weigh words the same; common words weigh less; the old is forgotten by halves."""
    counts = frequencies.Frequencies()
    for number in range(100):
        counts.learn([1, 2 + number])
    again = frequencies.Frequencies(counts.pack())
    assert again.weights([1, 50, 999]) == counts.weights([1, 50, 999])
    assert counts.weights([1])[0] < counts.weights([50])[0] < counts.weights([999])[0]
    for _ in range(frequencies.MEMORY - 100):
        again.learn([3])
    assert again.articles == frequencies.MEMORY // 2
    assert all(weight >= 0 for weight in again.weights(range(1000)))


def test_many_stories_of_one_word() -> None:
    """Only the newest are looked at; all get an answer."""
    told = [(f"{n}", f"Election {n}", "", n / 1000) for n in range(300)]
    assert len(placed(*told)) == 300
    assert shelf.STORIES < 300
