"""The choke-point: what it mends, what it leaves out."""

import dataclasses
import datetime

import pytest
from core.render import made_up
from hypothesis import given, settings

from aggregator.core import model, text
from aggregator.core.render import fit


@settings(max_examples=100, deadline=None)
@given(made_up.FEEDS)
def test_fitting_twice_is_fitting_once(feed: model.Feed) -> None:
    """What leaves here is fit: nothing more is to be done."""
    fitted = fit.fit(feed)
    assert fit.fit(fitted) == fitted


def _entry(**fields: object) -> model.Entry:
    return fit.fit(made_up.everything(**fields)).entries[0]


@pytest.mark.parametrize(
    ("given_type", "kept"),
    [
        ("audio/mpeg", "audio/mpeg"),
        (' audio/ogg; codecs="opus" ', 'audio/ogg; codecs="opus"'),
        ("application/vnd.x+json;a=b", "application/vnd.x+json;a=b"),
        ("mp3", None),
        ("audio/", None),
        ("a/b/c", None),
        ("audio/mpeg\n", "audio/mpeg"),
    ],
)
def test_media_types(given_type: str, kept: str | None) -> None:
    """A media type is kept as its source gave it, or left out (RFC 9110 8.3.1)."""
    assert _entry(enclosures=(model.Enclosure("https://a.example/", given_type),)).enclosures[0].type == kept


@pytest.mark.parametrize(
    ("language", "kept"), [("en", "en"), ("pt_BR", "pt-BR"), ("zh-Hans", "zh-Hans"), ("english", ""), ("e", ""), ("en us", "")]
)
def test_languages(language: str, kept: str) -> None:
    """A language tag is kept (RFC 5646), with its usual slip mended, or left out."""
    assert _entry(language=language).language == kept


def test_numbers_that_mean_unknown() -> None:
    """Lengths and durations of nothing or less are unknown."""
    kept = _entry(enclosures=(model.Enclosure("https://a.example/", None, 0, -1),)).enclosures[0]
    assert (kept.length, kept.duration) == (None, None)


def test_feed_without_date_has_that_of_its_newest_entry() -> None:
    """The feed is as new as the newest thing in it."""
    feed = model.Feed(name="x", entries=made_up.FEED.entries)
    assert fit.fit(feed).updated == made_up.NOON + datetime.timedelta(minutes=5)


def test_made_up_title_is_cut_between_words() -> None:
    """A title from a long text is its first words."""
    title = _entry(title="", summary="one two three " * 50).title
    assert title.endswith("…")
    assert len(title) <= 90
    assert set(text.words(title)) == {"one", "two", "three"}


def test_source_without_title_is_called_by_its_host() -> None:
    """A source that does not say its name has that of its server, and its address for an id."""
    origin = _entry(origin=model.Origin("", "", None, "https://papers.example/feed")).origin
    assert origin is not None
    assert (origin.title, origin.id) == ("papers.example", "https://papers.example/feed")


def test_entry_without_origin() -> None:
    """An entry of no source is the feed's own."""
    assert _entry(origin=None).authors == (model.Author("One"),)


MENTIONS = {
    "as it is": (
        model.Mention("urn:1", "Title", "https://a.example/", "Paper", made_up.NOON),
        ("urn:1", "Title", "https://a.example/", "Paper", made_up.NOON),
    ),
    "lines and controls": (
        model.Mention(" urn:1\n", "A\ntitle\x07", None, "A\x00 paper"),
        ("urn:1", "A title", None, "A paper", None),
    ),
    "a script's address": (
        model.Mention("urn:1", "Title", "javascript:alert(1)", "Paper"),
        ("urn:1", "Title", None, "Paper", None),
    ),
    "no name": (
        model.Mention("urn:1", "Title", "https://a.example/x", " "),
        ("urn:1", "Title", "https://a.example/x", "a.example", None),
    ),
    "a date of no calendar": (
        model.Mention("urn:1", "Title", None, "Paper", datetime.datetime(1, 1, 1)),
        ("urn:1", "Title", None, "Paper", None),
    ),
    "neither name nor address": (model.Mention("urn:1", "Title", "ftp://a.example/", ""), None),
}


@pytest.mark.parametrize("name", MENTIONS)
def test_mentions(name: str) -> None:
    """What is named beside an entry is made of text, gated addresses and sane dates; what says neither who nor where goes."""
    mention, kept = MENTIONS[name]
    for field in ("also_at", "covered_by"):
        (fitted,) = (dataclasses.astuple(one) for one in getattr(_entry(**{field: (mention,)}), field)) if kept else [None]
        assert fitted == kept
        assert bool(getattr(_entry(**{field: (mention,)}), field)) is (kept is not None)


def test_long_titles_of_mentions_are_cut() -> None:
    """A list of them is to be read at a glance."""
    (mention,) = _entry(covered_by=(model.Mention("urn:1", "word " * 900, None, "Paper"),)).covered_by
    assert len(mention.title) <= 200
    assert mention.title.endswith("…")


@pytest.mark.parametrize(
    ("given_address", "kept"),
    [("https://a.example", "https://a.example"), ("javascript:alert(1)", ""), ("Aggregator", ""), ("", "")],
)
def test_generator(given_address: str, kept: str) -> None:
    """Where the program is reached is an address or nothing."""
    assert fit.fit(model.Feed(name="x", generator=given_address)).generator.rstrip("/") == kept
