"""What a source says again and again, and what only seems so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import clean

BLURB = "The Quay Gazette is folded by hand and carried to your door by people who know the way."


def article(number: int, *blocks: str) -> tuple[str, ...]:
    """An article of its own words, with these blocks besides."""
    said = [
        f"Ferry{number} left quay{number} with captain{number} and crate{number} for harbour{number}x{i} at noon." for i in range(4)
    ]
    return (*said, *blocks)


def numbered(count: int, *blocks: str) -> list[tuple[str, ...]]:
    """So many articles; their numbers are words, so that fingerprints tell them apart."""
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return [tuple(b.replace(str(i), words[i]) for b in article(i)) + blocks for i in range(count)]


@pytest.mark.parametrize(("count", "known"), [(2, False), (3, True), (9, True)])
def test_three_articles_make_a_repeat(count: int, known: bool) -> None:
    """Two may be chance."""
    assert (clean.fingerprint(BLURB) in clean.learn((blocks, "") for blocks in numbered(count, BLURB)).repeats) is known


def test_fingerprints_look_past_case_numbers_and_punctuation() -> None:
    """The blurb of 2023 is the blurb of 2024."""
    assert clean.fingerprint("© 2023 Quay Gazette, Northport!") == clean.fingerprint("© 24 QUAY GAZETTE – Northport")
    assert clean.fingerprint("Quay Gazette") != clean.fingerprint("Pier Gazette")
    assert clean.fingerprint("第二の波止場") != clean.fingerprint("第三の波止場")


def test_marks_of_an_article() -> None:
    """Each distinct block once and in order, with its size; of a very long article its two ends."""
    assert [(mark.fingerprint, mark.words) for mark in clean.marks(["b 1", "a", "B 2", "", "a"])] == [
        (clean.fingerprint("b 1"), 2),
        (clean.fingerprint("a"), 1),
    ]
    many = [f"block {word(number)}" for number in range(500)]
    assert [mark.text for mark in clean.marks(many)] == many[:50] + many[-50:]


def test_a_story_told_again_teaches_nothing() -> None:
    """Updates and reprints share their title and most of their words, or very many words."""
    first = numbered(1, BLURB)[0]
    versions = [first, (*first, "And then it rained."), first[:4], first]
    told = clean.Memory().taught(clean.marks(blocks, "The Ferry Left") for blocks in versions)
    assert (told.articles, told.learned().repeats) == (1, frozenset())
    long = [f"{BLURB} {word(number)}" for number in range(7)]
    told = clean.Memory().taught(clean.marks(long, title) for title in ("One", "Two", "Three", "Four"))
    assert told.articles == 1


def test_short_entries_that_are_mostly_boilerplate() -> None:
    """A link blog's three words and a long notice are not the same story each time."""
    notice = [f"{BLURB} And this is the {nth} sentence of it, which is long." for nth in ("first", "second")]
    learned = clean.learn([((f"See {word} here.", *notice), word) for word in ("ferry", "heron", "lantern", "gravel")])
    assert learned.repeats == clean.fingerprints(notice)


def test_a_large_source_needs_more_than_three() -> None:
    """What few of very many articles share is a background that reporters quote again."""
    others = [clean.marks([f"Ferry {word(number)} left."]) for number in range(200)]
    told = clean.Memory().taught([clean.marks([BLURB]), *others, clean.marks([BLURB]), clean.marks([BLURB])])
    assert not told.learned().repeats
    assert clean.Memory().taught([*others, *[clean.marks([BLURB, word(n)]) for n in range(3)]]).learned().repeats == marked(BLURB)


def word(number: int) -> str:
    """A word of its own for each number, without digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def marked(*blocks: str) -> frozenset[str]:
    """The fingerprints of these blocks."""
    return clean.fingerprints(blocks)


def test_a_verdict_does_not_waver() -> None:
    """What was learned stays so until it is much rarer than it had to be; then it is no boilerplate any more."""
    told = clean.Memory().taught(clean.marks([BLURB, word(number)]) for number in range(3))
    for count, stays in ((180, True), (160, False)):
        told = told.taught(clean.marks([f"Ferry {word(count * 1000 + number)} left."]) for number in range(count))
        assert (told.learned().repeats == marked(BLURB)) is stays
        assert clean.fingerprint(BLURB) in told.sightings


def test_what_is_not_seen_any_more_is_forgotten() -> None:
    """A notice that a source gave up long ago."""
    told = clean.Memory().taught(clean.marks([BLURB, word(number)]) for number in range(60))
    told = told.taught(clean.marks([f"Ferry {word(number)} left."]) for number in range(502))
    assert clean.fingerprint(BLURB) not in told.sightings


def test_a_memory_is_bounded() -> None:
    """However much a source says; what was learned goes last."""
    told = clean.Memory().taught(clean.marks([BLURB, word(number)]) for number in range(4))
    for number in range(100):
        told = told.taught([clean.marks([f"Ferry {word(number)} met {word(at)}." for at in range(60)])])
    assert len(told.sightings) == 1_500
    assert told.learned().repeats == marked(BLURB)


BLOCKS = st.lists(st.sampled_from([BLURB, "a b c", "d e f g", "h", "i j", "1 2 3", "©"]), max_size=5)


@given(st.lists(BLOCKS, max_size=12), st.integers(0, 12))
def test_a_memory_goes_on_where_it_was_stored(articles: list[list[str]], at: int) -> None:
    """Dumped and loaded in between, poll by poll, it comes to the same as in one go, however it was taught."""
    marks = [clean.marks(blocks) for blocks in articles]
    whole = clean.Memory().taught(marks)
    parted = clean.Memory.load(clean.Memory().taught(marks[:at]).dump()).taught(marks[at:])
    assert (parted.articles, parted.sightings.keys()) == (whole.articles, whole.sightings.keys())
    assert parted.learned().digest == whole.learned().digest
    assert clean.Memory.load(whole.dump()) == whole


@pytest.mark.parametrize("dumped", ["x", "[]", "[1]", "[1, [[1]]]", "{}", "[1, 2]", "null"])
def test_a_memory_that_cannot_be_read(dumped: str) -> None:
    """It is an error of one kind."""
    with pytest.raises(ValueError, match=r"."):
        clean.Memory.load(dumped)


KEPT = [
    "What it means",
    "These are the main moves in the harbour:",
    "Ida Quay, The Northport Review",
    "IDA QUAY: I do not say that, and I never did.",
    "The Northport News Agency contributed to this report.",
]


@pytest.mark.parametrize("block", KEPT)
def test_repeats_that_are_kept(block: str) -> None:
    """Headings, openings of lists, names, speakers and credits recur in good articles too."""
    learned = clean.Learned(frozenset(clean.fingerprints([block, BLURB])))
    first, *_ = numbered(1)[0]
    text, removed = clean.clean_text("t", f"{first}\n\n{block}\n\n{BLURB}\n\n{first}", clean.Policy(), learned)
    assert text.split("\n\n") == [first, block, first]
    assert [(r.rule, r.kind, r.text) for r in removed] == [("learned", "repeat", BLURB)]


def test_words_are_counted_where_none_are_parted() -> None:
    """A repeated sentence in Japanese is no short heading."""
    blurb = "当紙は毎朝手で折られ、道を知る人々の手であなたの家まで届けられます。"
    learned = clean.Learned(frozenset(clean.fingerprints([blurb])))
    assert (
        clean.clean_text("t", f"港の古いクレーンが動いた。\n\n{blurb}", clean.Policy(), learned)[0] == "港の古いクレーンが動いた。"
    )


def test_what_would_be_taken_is_listed() -> None:
    """The most frequent first, without what the rule spares."""
    notice = "Letters to the editor are answered on Thursdays by the harbour master himself."
    told = clean.Memory().taught(
        clean.marks([*blocks, *KEPT, BLURB, *([notice] if at % 2 else [])]) for at, blocks in enumerate(numbered(9))
    )
    assert [(one.articles, one.text) for one in clean.repeats(told)] == [(9, BLURB), (4, notice)]
    assert {clean.fingerprint(block) for block in KEPT} < told.learned().repeats


def test_the_user_decides() -> None:
    """A block named to be kept survives every rule, one named to be dropped goes, each by text or by fingerprint."""
    first = numbered(1)[0][0]
    advert, wanted = "Advertisement", "It was a long day, and it ended well."
    text = f"{first}\n\n{advert}\n\n{BLURB}\n\n{wanted}"
    learned = clean.Learned(marked(BLURB))
    assert clean.clean_text("t", text, clean.Policy(), learned)[0] == f"{first}\n\n{wanted}"
    policy = clean.Policy(kept=clean.fingerprints([advert, clean.fingerprint(BLURB)]), dropped=marked(wanted.upper()))
    cleaned, removed = clean.clean_text("t", text, policy, learned)
    assert cleaned == f"{first}\n\n{advert}\n\n{BLURB}"
    assert [(r.rule, r.kind, r.text) for r in removed] == [("chosen", "chosen", wanted)]


def test_what_titles_carry() -> None:
    """A name behind most titles is learned, and what the source is called is known; a word behind some titles is not."""
    titles = ["Ferry sinks", "Heron lands", "Kettle boils", "Gravel slides", "Lantern falls"]
    told = clean.Memory().taught(clean.marks([f"About {title}."], f"{title} | The Quay Gazette") for title in titles)
    known = told.learned(["Harbour News - RSS"])
    assert {"thequaygazette", "harbournews"} <= known.affixes
    assert not known.repeats
    some = clean.Memory().taught(
        clean.marks([f"About {title}."], title + " | Opinion page" * (at < 2)) for at, title in enumerate(titles)
    )
    assert not some.learned().affixes
