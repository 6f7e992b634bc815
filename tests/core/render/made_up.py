"""Made-up feeds for the tests of rendering: one with everything in it, and arbitrary ones."""

import datetime
from typing import Any

from hypothesis import strategies as st

from aggregator.core import model, render

NOON = datetime.datetime(2026, 3, 14, 12, 0, tzinfo=datetime.UTC)
BASE = "https://feeds.example.org/"

_GAZETTE = model.Origin(
    id="tag:halftide.example,2026:feed",
    title="The Halftide Gazette",
    link="https://halftide.example/",
    url="https://halftide.example/feed.xml",
    updated=NOON,
    rights="© 2026 Halftide Press",
)
_RADIO = model.Origin(id="urn:example:radio", title="Leuchtturm & Funk", url="https://funk.example/podcast.rss")
_NOTES = model.Origin(id="urn:example:notes", title="Small Notes", link="https://notes.example/")

_LONG = (
    '<p>The tide tables were <em>wrong</em> again, and <a href="https://halftide.example/tables">everybody knew</a> why.</p>'
    '<figure><img src="https://halftide.example/pier.jpg" alt="Pier" loading="lazy"><figcaption>Low water.</figcaption></figure>'
    "<h3>What the harbour says</h3><blockquote><p>“Look out of the window.”</p></blockquote>"
    "<pre>if (a &lt; b &amp;&amp; c) ]]&gt; done</pre>"
    "<ul><li>Spring tide: 13:04</li><li>Neap tide: 19:40</li></ul>"
    + "<p>It is the third time this year that the printed times and the sea disagree, and the sea has been right each time.</p>"
    * 5
)


def _entry(number: int, **fields: object) -> model.Entry:
    moment = NOON - datetime.timedelta(hours=number)
    given = {
        "id": f"urn:example:entry:{number}",
        "title": f"Entry {number}",
        "link": f"https://halftide.example/{number}",
        "published": moment,
        "updated": moment + datetime.timedelta(minutes=5),
        "origin": _GAZETTE,
    }
    return model.Entry(**(given | fields))  # type: ignore[arg-type]


def _mention(number: int, title: str, source: str, link: str | None) -> model.Mention:
    return model.Mention(f"urn:example:entry:{number}", title, link, source, NOON - datetime.timedelta(hours=number))


FEED = model.Feed(
    id="urn:uuid:6d0c0c2e-7a51-4d0e-9d58-3f0f6b1f2a10",
    name="coast",
    title="Along the coast",
    subtitle="Tides, lights & what people say about them",
    updated=NOON + datetime.timedelta(minutes=5),
    authors=(model.Author("The editors", "https://feeds.example.org/about", "editors@feeds.example.org"),),
    rights="Texts belong to their papers",
    language="en-GB",
    image="https://feeds.example.org/coast.png",
    hub="https://hub.example.net/",
    generator=BASE,
    entries=(
        _entry(
            0,
            title="Tide tables wrong again <again>, say fishermen & sea",
            summary="The printed tide tables & the sea disagree for the third time this year (a < b).",
            content=_LONG,
            authors=(
                model.Author("Ida Strand", "https://halftide.example/ida", "ida@halftide.example"),
                model.Author("Bo Ek", None, "not an address"),
            ),
            categories=(
                model.Category("tides", "https://halftide.example/topics/", "Tides & Currents"),
                model.Category("harbour"),
                model.Category("harbour"),
                model.Category(" "),
            ),
            image="https://halftide.example/pier.jpg",
            rights="© 2026 Ida Strand",
            language="en",
        ),
        _entry(
            1,
            title="Folge 7: Das Nebelhorn",
            summary="Eine Stunde am Rand der Fahrrinne.",
            content="<p>Eine Stunde am Rand der <strong>Fahrrinne</strong>.</p>",
            link="https://funk.example/7?a=1&b=2",
            language="de",
            origin=_RADIO,
            episode=model.Episode(number=7, season=2, kind="full", explicit=False),
            image="https://funk.example/7.jpg",
            enclosures=(
                model.Enclosure("https://funk.example/7.mp3", "audio/mpeg", 31_415_926, 3671),
                model.Enclosure("https://funk.example/7.pdf", "application/pdf", 27_182),
                model.Enclosure("https://funk.example/7.bin"),
                model.Enclosure("javascript:alert(1)", "text/html", 1),
            ),
        ),
        _entry(2, title="", content="<p>No title, but words: the buoy is back.</p>", link="https://notes.example/2", origin=_NOTES),
        _entry(3, title="", summary="Only a summary, and no link to go to.", link=None, published=None, origin=_NOTES),
        _entry(4, title="Neither summary nor content nor link", link=None),
        _entry(5, title="مدٌّ وجزر", summary="جدول المدّ والجزر لهذا الأسبوع.", language="ar"),
        _entry(
            6,
            title="A title\nof two lines\x07\ufffe",
            content="<p>Controls \x00\x0b gone, \U0001f30a kept.</p>",
            language="kaputt!",
        ),
        _entry(
            7,
            title="Old lamp stays lit",
            summary="The keepers voted.",
            content="<p>The keepers voted to keep the <em>old</em> lamp.</p>",
            story="urn:example:entry:9",
            also_at=(
                _mention(8, "Old lamp stays lit", "Leuchtturm & Funk", "https://funk.example/lamp?a=1&b=2"),
                _mention(9, "", "Small <Notes>", None),
                _mention(10, "", "", "https://nameless.example/lamp"),
                _mention(11, "Nowhere", " ", None),
            ),
            covered_by=(
                _mention(12, "Keepers & voters: “a <b>bright</b> day”", "The Halftide Gazette", "https://halftide.example/lamp"),
                _mention(13, "مصباح قديم", "جريدة", "https://jarida.example/1"),
                _mention(14, "Lamp\nsaved\x07", "Small Notes", "javascript:alert(1)"),
                _mention(15, "long " * 60, "Small Notes", "https://notes.example/long"),
            ),
        ),
        _entry(
            8, title="Only a link is carried of this one", also_at=(_mention(8, "Same", "Small Notes", "https://notes.example/8"),)
        ),
    ),
)

OUTPUTS = (
    render.OutputRow("coast", FEED.title, 7, FEED.updated, FEED.entries[:3], BASE + "coast"),
    render.OutputRow("empty", "Nothing <yet>"),
)
SOURCES = (
    render.SourceRow("The Halftide Gazette", "https://halftide.example/", "https://halftide.example/feed.xml", ("coast", "papers")),
    render.SourceRow("Leuchtturm & Funk", None, "https://funk.example/podcast.rss?token=…", ("coast",)),
    render.SourceRow("", "javascript:alert(1)", "https://notes.example/feed"),
)
HEALTH = (
    render.HealthRow("The Halftide Gazette", "ok", "posts every 3 hours", NOON, NOON + datetime.timedelta(hours=1), 70, (0, 4, 1)),
    render.HealthRow("Leuchtturm & Funk", "failing", "its server answered 503 <twice>", NOON, None, 7),
    render.HealthRow("Small Notes", "new", "not polled yet"),
)
LIVE = render.LiveRows(
    health=HEALTH,
    merged=(
        render.MergedRow(
            "Lamp <saved>", "Small Notes", "Lamp saved", "The Halftide Gazette", "97% of the text", NOON, "urn:uuid:1"
        ),
    ),
    merged_count=3,
    stripped=(
        render.StrippedRow("Fog & more", "Leuchtturm & Funk", (("signup", "Sign <up>"), ("tags", "[COMMENT]")), NOON, "urn:uuid:2"),
    ),
    stripped_count=1,
    delays=((30.0, 31.0), (400.0, 420.0), (7000.0, 7001.0)),
    past=({}, {"updated": 2, "not_modified": 5, "failed": 1}, {"not_modified": 1}),
    planned=(4, 0, 1),
)


def everything(**changes: object) -> model.Feed:
    """A feed with one plain entry, which has these fields besides."""
    return model.Feed(id="urn:example:feed", name="one", title="One", updated=NOON, entries=(_entry(0, **changes),))


def feeds(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[model.Feed]:
    """Arbitrary feeds: any text of these characters, any address, any date, any number; only the entries' ids are sound."""
    words = st.text(alphabet, max_size=40)
    url = st.none() | words | st.from_regex(r"https?://[a-zé]{1,8}\.example(:\d{1,5})?/[ -~é]{0,12}", fullmatch=True)
    language = words | st.sampled_from(["", "en", "de_AT", "zh-Hans-TW", "x" * 9])
    odd_zone = st.just(datetime.timezone(datetime.timedelta(seconds=3671)))
    moment = st.none() | st.datetimes(timezones=st.none() | st.timezones() | odd_zone)
    number = st.none() | st.integers(-5, 10**15)
    authors = _few(st.builds(model.Author, words, url, words | st.just("a@b.example")))
    enclosure = st.builds(model.Enclosure, url.filter(bool), st.none() | words | st.just("audio/mpeg"), number, number)
    mentions = _few(st.builds(model.Mention, words, words, url, words, moment))
    entry = st.builds(
        model.Entry,
        id=st.uuids().map(lambda made: made.urn),
        title=words,
        link=url,
        summary=words,
        content=words | st.just(_LONG),
        authors=authors,
        categories=_few(st.builds(model.Category, words, url, st.none() | words)),
        enclosures=_few(enclosure),
        image=url,
        published=moment,
        updated=moment,
        rights=words,
        language=language,
        origin=st.none() | st.builds(model.Origin, words, words, url, url, moment, words),
        story=words,
        also_at=mentions,
        covered_by=mentions,
    )
    return st.builds(
        model.Feed,
        id=words,
        name=st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True),
        title=words,
        subtitle=words,
        link=url,
        updated=moment,
        authors=authors,
        rights=words,
        language=language,
        image=url,
        hub=url,
        generator=url.map(lambda address: address or ""),
        entries=st.lists(entry, max_size=4, unique_by=lambda entry: entry.id).map(tuple),
    )


def _few(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


FEEDS = feeds(st.characters(exclude_categories=()))
