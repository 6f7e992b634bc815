"""Stories: other articles on the same event."""

from __future__ import annotations

import dataclasses
import itertools
import zlib

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dedupe
from aggregator.core.dedupe import frequencies, shelf, story

NOW, DAY = 1_900_000_000.0, 86_400.0
BRIDGE = "The council closed the Varnholm bridge after divers found cracks in its piers. Mayor Elsa Brandt promised ferries. "
AGAIN = "Divers who examined the piers at Varnholm saw cracks, so Elsa Brandt, the mayor, shut the bridge and ordered ferries. "
OTHER = "Inspectors found cracks in the deck of the Oberlund bridge. Jan Kettle, who leads the road office, sends lorries uphill. "
GOATS = "A herd of goats ate the flowers of the botanical garden before volunteers could lead them home with apples and patience. "


def placed(*told: tuple[str, str, str, float]) -> list[str]:
    """The stories of articles: id, title, text, days."""
    stories, counts = dedupe.Stories(), dedupe.Frequencies()
    result = []
    for name, title, text, days in told:
        words = dedupe.words_of(dedupe.read(title, text))
        topic = dedupe.topic(words, counts)
        source = zlib.crc32(name.rstrip("0123456789").encode())
        found = stories.find(topic, source, NOW + days * DAY)
        counts.learn(words.numbers, found[1].words if found else ())
        result.append(stories.grow(found, name, topic, source, NOW + days * DAY))
    return result


def about(title: str, text: str = "") -> story.Topic:
    """What an article is about, when nothing came before."""
    return dedupe.topic(dedupe.words_of(dedupe.read(title, text)), dedupe.Frequencies())


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


def test_a_word_in_common_makes_no_story_of_two_headlines() -> None:
    """It may be a place's or a company's name; what more makes one, a story that much was said of needs less of."""
    titles = ["Varnholm council opens modern library quarter", "Varnholm swimmers collect seven unexpected medals"]
    assert placed(*((name, title, "", 0.1) for name, title in zip("ab", titles, strict=True))) == ["a", "b"]
    new = story.join(None, "a", about("Varnholm council opens library quarter"), 7, NOW)
    known = dataclasses.replace(new, said=400)
    swimmers = about("Varnholm swimmers collect seven medals")
    assert story.story(swimmers, 8, NOW, [new]) is None
    assert story.story(swimmers, 8, NOW, [known]) is known


def test_a_sources_own_headlines_need_more() -> None:
    """A source repeats its own words."""
    known = dataclasses.replace(story.join(None, "a", about("Varnholm council opens library quarter"), 7, NOW), said=100)
    swimmers = about("Varnholm swimmers collect seven medals")
    assert story.story(swimmers, 7, NOW, [known]) is None
    assert story.story(swimmers, 8, NOW, [known]) is known


def test_what_is_less_like_a_story_than_its_own_articles_are() -> None:
    """Tells of another event of the kind: that bridges close alike is no story, the more the first one was written about."""
    one = story.join(None, "a", about("", BRIDGE * 4), 7, NOW)
    many = one
    for number in range(5):
        many = story.join(many, str(number), about("", BRIDGE * 4 + f"Report {number}"), number, NOW)
    elsewhere = about("", OTHER * 4)
    assert story.story(elsewhere, 8, NOW, [one]) is one
    assert story.story(elsewhere, 8, NOW, [many]) is None
    assert story.story(about("", AGAIN * 4), 8, NOW, [many]) is many


def test_the_longer_ago_the_more_alike() -> None:
    """After days only the same headline continues a story, not one that says the like."""
    first, like = "Varnholm council opens library quarter", "Varnholm opens library with council"
    assert placed(("a", first, "", 0.0), ("b", like, "", 0.1)) == ["a", "a"]
    assert placed(("a", first, "", 0.0), ("b", like, "", 5.0)) == ["a", "b"]
    assert placed(("a", first, "", 0.0), ("b", first, "", 5.0)) == ["a", "a"]


def test_words_are_compared_without_their_endings() -> None:
    """Plurals and genitives are the same word, and so are long words that begin alike."""
    written = ["floods", "flood's", "brandt's", "investigators", "it's", "gas", "chess"]
    assert dedupe.tokens.stems(written) == ["flood", "flood", "brandt", "investig", "it", "gas", "ches"]
    assert about("Floods reach Varnholm").words == about("Flood reach Varnholm's").words


def test_short_words_tell_less() -> None:
    """The shorter a word, the likelier it is one that holds sentences together."""
    weights = dict(zip(about("by ferry").words, about("by ferry").weights, strict=True))
    short, long = dedupe.tokens.numbered(["by", "ferry"])
    assert weights[short] < weights[long]


def test_what_a_story_has_told_counts_half() -> None:
    """Its words stay telling however much is written about it."""
    counts, other = frequencies.Frequencies(), frequencies.Frequencies()
    for _ in range(50):
        counts.learn([1, 2], [2, 3])
        other.learn([1, 2])
    assert counts.weights([1, 3]) == other.weights([1, 3])
    assert counts.weights([1])[0] < counts.weights([2])[0] < counts.weights([3])[0]


def test_a_story_that_grows_is_found() -> None:
    """Of the many that share its words, those are looked at that grew last."""
    others = [
        (f"{letter}{n}", f"{name} {letter}{n} {n}{letter}", "")
        for n in range(20)
        for letter, name in (("x", "Elsa"), ("y", "Brandt"))
    ]
    told = [("a", "Elsa Brandt", ""), *others[: len(others) // 2], ("b", "Elsa Brandt", ""), *others[len(others) // 2 :]]
    assert placed(*((*one, 0.01 * n) for n, one in enumerate([*told, ("c", "Elsa Brandt", "")])))[-1] == "a"
    assert len(others) // 2 < shelf.STORIES < len(others)


def test_order_of_candidates() -> None:
    """It does not matter which story is looked at first."""
    counts = frequencies.Frequencies()
    topics = [
        dedupe.topic(dedupe.words_of(dedupe.read(title, text)), counts)
        for title, text in (("x", BRIDGE), ("y", AGAIN), ("z", GOATS))
    ]
    candidates = [story.join(None, name, topic, 7, NOW) for name, topic in zip("abc", topics, strict=True)]
    found = {story.story(topics[0], 7, NOW, order).id for order in itertools.permutations(candidates)}  # type: ignore[union-attr]
    assert found == {"a"}


@given(st.lists(st.text(max_size=200), min_size=1, max_size=8))
def test_stories_survive_the_store(texts: list[str]) -> None:
    """Packed and unpacked a story is the same within the precision of its weights, and of at most fourteen hundred bytes."""
    counts, one = dedupe.Frequencies(), None
    for number, text in enumerate(texts):
        words = dedupe.words_of(dedupe.read(text, text))
        topic = dedupe.topic(words, counts)
        counts.learn(words.numbers)
        one = story.join(one, str(number), topic, number + 1, NOW + number)
    assert one is not None
    packed = story.pack_story(one)
    again = story.unpack_story(one.id, one.at, packed)
    assert again == one
    assert story.pack_story(again) == packed
    assert len(packed) <= 1_400
    assert len(dedupe.story_keys(topic)) <= story.KEYS


def test_a_story_of_many_words_is_bounded() -> None:
    """However much is said of it."""
    one = None
    for number in range(4):
        one = story.join(one, str(number), about("", " ".join(f"word{number}{n}" for n in range(400))), 7, NOW)
    assert one is not None
    assert len(one.words) == story.CENTRE
    assert len(story.pack_story(one)) <= 1_400


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
