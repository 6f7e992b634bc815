"""The feeds' bytes, read by a stranger."""

from __future__ import annotations

import datetime
import json
import xml.etree.ElementTree as ET

import pytest
from demo import reading

from aggregator import demo
from aggregator.demo import sources

EVERY = [source.slug for source in sources.load()]
READABLE = [slug for slug in EVERY if slug != "halftide"]
SECONDS = (0.0, 20.0, 44.0, 70.0, 200.0)
VERSIONS = {"rss": "rss20", "rdf": "rss10", "atom": "atom10"}

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("slug", [slug for slug in READABLE if slug != "tarn"])
async def test_feedparser_reads_every_feed(newsroom: demo.Newsroom, clock: reading.Settable, slug: str) -> None:
    """At any second each living XML feed is of its format, has its title and entries with title, link and text."""
    source = reading.source(newsroom, slug)
    for clock.now in [second for second in SECONDS if second < (source.gone_at or 1000)]:
        feed = reading.parsed(newsroom, slug)
        assert feed.version == VERSIONS[source.format]
        assert feed.feed.title == source.name
        assert len(feed.entries) >= 2
        for entry in [reading.read(entry) for entry in feed.entries]:
            assert entry.title
            assert entry.link.startswith(newsroom.base)
            assert len(entry.text) > 40


async def test_the_json_feed_is_one(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """The JSON Feed has what version 1.1 asks for: version, title, items with ids of their own and content."""
    clock.now = 20
    said = reading.answer(newsroom, "tarn")
    feed = json.loads(said.body)
    assert said.type == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Tarn Observatory Notes"
    assert feed["feed_url"] == newsroom.base + "/tarn/feed.json"
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) >= 2
    assert all(item["content_html"] and item["date_published"] for item in feed["items"])


@pytest.mark.parametrize("slug", [slug for slug in READABLE if slug not in ("ampersand", "tarn")])
async def test_good_feeds_are_well_formed(newsroom: demo.Newsroom, clock: reading.Settable, slug: str) -> None:
    """Only those that are meant to be broken are; others have no name space wrong and no character escaped badly."""
    clock.now = 40
    said = reading.answer(newsroom, slug)
    text = said.body.decode(reading.source(newsroom, slug).encoding)
    ET.fromstring(text.partition("?>")[2])
    assert "windows" not in said.type or slug == "leuchtturm"


async def test_the_ampersands_can_be_saved(newsroom: demo.Newsroom) -> None:
    """The feed with bare ampersands is ill-formed, and a lenient parser reads all of it."""
    feed = reading.parsed(newsroom, "ampersand")
    assert feed.bozo
    with pytest.raises(ET.ParseError):
        ET.fromstring(reading.answer(newsroom, "ampersand").body)
    assert {entry.title for entry in feed.entries} == {
        "Salt & Rust: a novel in which nothing sinks",
        "Maps & Crumbs: the cookery book that gets you lost",
    }
    assert all("?issue=7&page=1" in entry.link for entry in feed.entries)


async def test_the_half_feed_cannot_be_saved(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """The feed that is cut off has no entry for the most lenient parser, at no time."""
    for clock.now in SECONDS:
        feed = reading.parsed(newsroom, "halftide")
        assert feed.bozo
        assert feed.entries == []


async def test_encodings_are_what_they_are_said_to_be(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """German says its encoding in the header only, Russian in the XML only; both read right, and are not UTF-8."""
    clock.now = 200
    german, russian = reading.answer(newsroom, "leuchtturm"), reading.answer(newsroom, "mayak")
    assert german.type == "application/rss+xml; charset=windows-1252"
    assert german.body.startswith(b'<?xml version="1.0"?>')
    assert russian.type == "text/xml"
    assert russian.body.startswith(b'<?xml version="1.0" encoding="windows-1251"?>')
    for said in (german, russian):
        with pytest.raises(UnicodeDecodeError):
            said.body.decode("utf-8")
    assert "Möwe besucht seit drei Wochen die Grundschule Süderkoog" in [e.title for e in reading.entries(newsroom, "leuchtturm")]
    assert "Кот смотрителя маяка внесён в штатное расписание" in [e.title for e in reading.entries(newsroom, "mayak")]


async def test_dates_are_wrong_in_every_way(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """The clockmaker's dates: one right, one impossible, one in a year to come, one not there."""
    clock.now = 200
    said = {entry.key: entry.published for entry in reading.entries(newsroom, "clockmaker")}
    assert said["sundial-night"] == "Thu, 31 Feb 2021 25:61:00 GMT"
    assert said["hour-borrowed"] is None
    assert str(said["pendulum-letter"]).endswith("Jun 2032 12:00:00 GMT")
    assert str(said["cuckoo-strike"]).endswith("2031 " + str(said["cuckoo-strike"])[-12:])


async def test_titles_are_escaped_once_too_often(newsroom: demo.Newsroom) -> None:
    """The town clerk's machine turns & into &amp; before XML does."""
    assert "Rope &amp; Tackle Order 14: on things left hanging" in [entry.title for entry in reading.entries(newsroom, "townhall")]


async def test_ids(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """Ids come in all kinds: plain guids, permalinks without parameters, tag URIs, none at all."""
    clock.now = 200
    assert {entry.id for entry in reading.entries(newsroom, "courier")} >= {"courier-buoy-count", "courier-lock-gates"}
    kettle = reading.entries(newsroom, "kettle")
    assert reading.answer(newsroom, "kettle").body.count(b'<guid isPermaLink="true">') == len(kettle) == 4
    assert all("?" not in entry.id and entry.link.startswith(entry.id + "?utm_source=feed") for entry in kettle)
    assert all(entry.id.startswith("tag:newsroom.example,2020:") for entry in reading.entries(newsroom, "meridian"))
    assert all("id" not in entry for entry in reading.parsed(newsroom, "townhall").entries)


async def test_episodes_have_enclosures(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """The podcast says type, length and duration, and the length is that of the file."""
    clock.now = 200
    entries = reading.parsed(newsroom, "slowboats").entries
    assert len(entries) == 3
    for entry in entries:
        (enclosure,) = entry.enclosures
        sound = reading.page(newsroom, enclosure.href)
        assert (sound.status, sound.type, enclosure.type) == (200, "audio/mpeg", "audio/mpeg")
        assert int(enclosure.length) == len(sound.body) > 10_000
        assert sound.body.startswith(b"\xff\xfb")
        assert entry.itunes_duration.count(":") == 2


async def test_pictures_and_pixels(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """Sources show pictures in their own ways: absolute, relative, lazily, with a tracking pixel."""
    clock.now = 200
    tarn = next(entry for entry in reading.entries(newsroom, "tarn") if entry.key == "owl-in-the-dome")
    assert 'src="data:image/gif;base64,' in tarn.html
    assert 'data-src="/img/tarn/owl-in-the-dome.svg"' in tarn.html
    assert 'href="/tarn/log/owl"' in tarn.html
    kettle = reading.entries(newsroom, "kettle")[0]
    assert 'width="1" height="1"' in kettle.html
    assert f'src="{newsroom.base}/pixel.gif?post={kettle.key}"' in kettle.html
    examiner = next(entry for entry in reading.entries(newsroom, "examiner") if entry.key == "heron-toll")
    assert 'href="visit/lock-cottage"' in examiner.html
    assert b'xml:base="' + f"{newsroom.base}/examiner/".encode() in reading.answer(newsroom, "examiner").body


async def test_teasers_point_to_their_pages(newsroom: demo.Newsroom) -> None:
    """A teaser is short, has a link to more or an ellipsis, and its page has the rest."""
    for slug, mark in (("gazette", "Continue reading →"), ("longroom", "…")):
        for entry in reading.entries(newsroom, slug):
            assert entry.text.endswith(mark)
            assert len(entry.text) < 450
            assert len(reading.plain(reading.page(newsroom, entry.link).body.decode())) > 3 * len(entry.text)


async def test_an_edit_keeps_the_id(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """The rewritten report has the same id, link and date of publication, and a new title, text and date of change."""
    clock.now = 49
    (before,) = [entry for entry in reading.entries(newsroom, "examiner") if entry.key == "weir-race"]
    clock.now = 51
    (after,) = [entry for entry in reading.entries(newsroom, "examiner") if entry.key == "weir-race"]
    assert (after.id, after.link, after.published) == (before.id, before.link, before.published)
    assert after.title != before.title
    assert "without a winner" in before.text
    assert "without a winner" not in after.text
    assert reading.date(before.updated) == reading.date(before.published)
    assert reading.date(after.updated) == datetime.datetime(2031, 5, 6, 12, 0, 50, tzinfo=datetime.UTC)
