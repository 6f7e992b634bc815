"""What the newsroom says must come out of a reader, checked against its bytes."""

from __future__ import annotations

import datetime

import pytest
from demo import reading

from aggregator import demo
from aggregator.demo import expectations, sources

pytestmark = pytest.mark.anyio

SECONDS = (0.0, 30.0, 44.0, 60.0, 200.0)


def _carried(newsroom: demo.Newsroom) -> dict[str, dict[str, str]]:
    """Article key -> source name -> everything that the source's feed, and the page behind a teaser, say of it."""
    found: dict[str, dict[str, str]] = {}
    for source in newsroom.sources:
        if source.broken == "truncated" or (source.gone_at is not None and source.gone_at <= newsroom.seconds):
            continue
        for entry in reading.entries(newsroom, source.slug):
            page = reading.plain(reading.page(newsroom, entry.link).body.decode()) if source.teaser else ""
            found.setdefault(entry.key, {})[source.name] = f"{entry.title} {entry.text} {page}"
    return found


@pytest.mark.parametrize("seconds", SECONDS)
async def test_sentences_are_in_what_each_source_says(newsroom: demo.Newsroom, clock: reading.Settable, seconds: float) -> None:
    """Every sentence that must be in an article is in the bytes of every source that carries it, and there are enough of them."""
    clock.now = seconds
    carried = _carried(newsroom)
    for expected in newsroom.expected(seconds, since=seconds):
        assert len(expected.sentences) >= (2 if expected.key in ("heron-toll", "harbour-seal-archive") else 5)
        for name in expected.sources:
            said = carried[expected.key.partition("~")[0]][name]
            for sentence in expected.sentences:
                assert reading.fold(sentence) in said


@pytest.mark.parametrize("seconds", SECONDS)
async def test_boilerplate_is_in_what_some_source_says(newsroom: demo.Newsroom, clock: reading.Settable, seconds: float) -> None:
    """Every phrase that must go is in the bytes of a source that carries the article; what an edit took back was there before."""
    clock.now = seconds
    carried = _carried(newsroom)
    clock.now = 1
    old = " ".join(entry.text for entry in reading.entries(newsroom, "examiner") if entry.key == "weir-race")
    phrases = 0
    for expected in newsroom.expected(seconds, since=seconds):
        said = " ".join(carried[expected.key.partition("~")[0]].values()) + (old if expected.edited else "")
        for phrase in (*expected.absent, *expected.policy):
            phrases += 1
            assert reading.fold(phrase) in said, (expected.key, phrase)
    assert phrases > 60


async def test_boilerplate_is_no_sentence(newsroom: demo.Newsroom) -> None:
    """No phrase that must go is part of a sentence that must stay."""
    for expected in newsroom.expected(200):
        for phrase in expected.absent:
            assert not any(phrase in sentence or sentence in phrase for sentence in expected.sentences)


@pytest.mark.parametrize("seconds", SECONDS)
async def test_they_are_complete(newsroom: demo.Newsroom, clock: reading.Settable, seconds: float) -> None:
    """Every entry of every readable feed belongs to one expected article, with one of its titles, and copies are counted."""
    clock.now = seconds
    every = newsroom.expected(seconds, since=seconds)
    found: dict[str, list[str]] = {}
    for source in newsroom.sources:
        if source.broken == "truncated" or (source.gone_at is not None and source.gone_at <= seconds):
            continue
        for entry in reading.entries(newsroom, source.slug):
            keys = [e.key for e in every if e.key.partition("~")[0] == entry.key and source.name in e.sources]
            (key,) = keys
            found.setdefault(key, []).append(source.name)
            titles = next(e.titles for e in every if e.key == key)
            assert entry.title.replace("&amp;", "&") in titles
    assert {key: sorted(names) for key, names in found.items()} == {e.key: sorted(e.sources) for e in every}
    assert all(e.copies == len(e.sources) for e in every)


async def test_keys_are_unique_and_more_come(newsroom: demo.Newsroom) -> None:
    """Each article is expected once; later seconds expect all that earlier ones do, and more."""
    early, late = ([expected.key for expected in newsroom.expected(seconds)] for seconds in (0, 200))
    assert len(set(late)) == len(late)
    assert set(early) < set(late)
    assert len(late) >= 45
    written = {article.key for source in sources.load() if source.broken != "truncated" for article in source.articles}
    assert {key.partition("~")[0] for key in late} == written


async def test_every_seed_can_be_expected() -> None:
    """Other seeds order the same articles otherwise."""
    rooms = [demo.Newsroom(seed=seed, start=reading.START) for seed in range(4)]
    assert len({frozenset(expected.key for expected in room.expected(200)) for room in rooms}) == 1
    assert len({tuple(expected.key for expected in room.expected(200)) for room in rooms}) == 4


async def test_the_wire_story(newsroom: demo.Newsroom) -> None:
    """The agency's story counts four carriers, any of whose headlines will do; a copy with changed wording is one too."""
    every = {expected.key: expected for expected in newsroom.expected(200)}
    assert every["seal-slipway"].copies == 4
    assert len(every["seal-slipway"].titles) == 4
    assert "PORT CLARENS (Meridian Wire) —" in every["seal-slipway"].policy
    assert "Lower Gannet gets its light back" in every["lamp-auction"].titles
    assert len(every["lamp-auction"].sentences) > 3


async def test_the_edit(newsroom: demo.Newsroom) -> None:
    """Before it the old text is expected, afterwards the new one, and the old one's sentences must be gone."""
    before, after = (next(e for e in newsroom.expected(s) if e.key == "weir-race") for s in (49, 50))
    old = "The stewards expect to announce a result on Monday."
    assert old in before.sentences
    assert old in after.absent
    assert not before.edited
    assert after.edited
    assert before.titles != after.titles


async def test_who_comes_late_misses_what_has_died(newsroom: demo.Newsroom) -> None:
    """The dead source's articles are expected of those that read it in time, and of nobody else."""
    bugle = {"last-press", "weather-column", "thanks-and-goodbye"}
    assert bugle <= {expected.key for expected in newsroom.expected(200)}
    assert bugle <= {expected.key for expected in newsroom.expected(200, since=44)}
    assert not bugle & {expected.key for expected in newsroom.expected(200, since=45)}


async def test_outputs_do_not_depend_on_the_head(newsroom: demo.Newsroom) -> None:
    """All carriers of an article belong to the same outputs, so whoever is its head it is published in the same ones."""
    categories = {source.name: source.category for source in newsroom.sources}
    for expected in newsroom.expected(200):
        (category,) = {categories[name] for name in expected.sources}
        wanted = expectations.OUTPUTS.get(category)
        assert expected.outputs == (("all", wanted) if wanted else ("all",))


async def test_dates(newsroom: demo.Newsroom) -> None:
    """Sensible dates are expected as they are, senseless ones not at all."""
    every = {expected.key: expected.published for expected in newsroom.expected(200)}
    assert {key for key, date in every.items() if date is None} == {"pendulum-letter", "sundial-night", "hour-borrowed"}
    end = reading.START + datetime.timedelta(minutes=2)
    assert all(date <= end for date in every.values() if date is not None)


async def test_troubles(newsroom: demo.Newsroom) -> None:
    """Who is gone, broken, moved or limited is said from the second at which it is true."""
    always = {("The Half Tide", "broken"), ("Town Hall Notices", "limited")}
    moved, gone = ("Wend Valley Voice", "moved"), ("The Fennimore Bugle", "gone")
    for seconds, more in ((0, set()), (30, {moved}), (45, {moved, gone})):
        assert {(trouble.source, trouble.reason) for trouble in newsroom.troubles(seconds)} == always | more
