"""What a source says again and again, and what only seems so."""

from __future__ import annotations

import collections

import pytest

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
    assert (clean.fingerprint(BLURB) in clean.learn(numbered(count, BLURB)).repeats) is known


def test_fingerprints_look_past_case_numbers_and_punctuation() -> None:
    """The blurb of 2023 is the blurb of 2024."""
    assert clean.fingerprint("© 2023 Quay Gazette, Northport!") == clean.fingerprint("© 24 QUAY GAZETTE – Northport")
    assert clean.fingerprint("Quay Gazette") != clean.fingerprint("Pier Gazette")
    assert clean.fingerprint("第二の波止場") != clean.fingerprint("第三の波止場")


def test_fingerprints_of_an_article_are_distinct_and_in_order() -> None:
    """As a store counts them."""
    assert clean.fingerprints(["b 1", "a", "B 2", "a"]) == (clean.fingerprint("b 1"), clean.fingerprint("a"))


def test_a_story_told_again_teaches_nothing() -> None:
    """Updates and reprints share most of their words."""
    first = numbered(1, BLURB)[0]
    assert not clean.learn([first, (*first, "And then it rained."), first[:4], first]).repeats


def test_counts_of_a_store_make_the_same() -> None:
    """What `learn` finds, a store finds by counting fingerprints, each entry once."""
    articles = numbered(9, BLURB, "What happens next")
    counts = collections.Counter(mark for blocks in articles for mark in clean.fingerprints(blocks))
    assert clean.Learned.counted(counts, len(articles)) == clean.learn(articles)


def test_a_large_source_needs_more_than_three() -> None:
    """What few of very many articles share is a background that reporters quote again."""
    assert clean.Learned.counted({"a": 3, "b": 20}, 1_000).repeats == {"b"}


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
