"""JSON Feed 1.1, field by field."""

import json
from typing import Any

from core.render import made_up

from aggregator.core import render


def _feed() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render.render("json", made_up.FEED, made_up.BASE))
    return document


def test_head() -> None:
    """The head says what it is, where it is, whose it is, which hub tells of changes, and in an extension who made it."""
    document = _feed()
    del document["items"]
    assert document == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Along the coast",
        "home_page_url": "https://feeds.example.org/coast.html",
        "feed_url": "https://feeds.example.org/coast.json",
        "description": "Tides, lights & what people say about them",
        "icon": "https://feeds.example.org/coast.png",
        "authors": [{"name": "The editors", "url": "https://feeds.example.org/about"}],
        "language": "en-GB",
        "hubs": [{"type": "WebSub", "url": "https://hub.example.net/"}],
        "_aggregator": {"generator": "Aggregator https://feeds.example.org/"},
    }
    assert next(iter(document)) == "version"


def test_item() -> None:
    """An item has all that its entry has, its source in an extension of our own."""
    item = _feed()["items"][0]
    assert item.pop("content_html") == made_up.FEED.entries[0].content
    assert item == {
        "id": "urn:example:entry:0",
        "url": "https://halftide.example/0",
        "title": "Tide tables wrong again <again>, say fishermen & sea",
        "summary": "The printed tide tables & the sea disagree for the third time this year (a < b).",
        "image": "https://halftide.example/pier.jpg",
        "date_published": "2026-03-14T12:00:00+00:00",
        "date_modified": "2026-03-14T12:05:00+00:00",
        "authors": [{"name": "Ida Strand", "url": "https://halftide.example/ida"}, {"name": "Bo Ek"}],
        "tags": ["Tides & Currents", "harbour"],
        "language": "en",
        "_aggregator": {
            "source": {
                "id": "tag:halftide.example,2026:feed",
                "title": "The Halftide Gazette",
                "url": "https://halftide.example/feed.xml",
                "link": "https://halftide.example/",
                "rights": "© 2026 Halftide Press",
            },
            "rights": "© 2026 Ida Strand",
        },
    }


def test_company() -> None:
    """Copies and the other articles of a story are named one by one, with what is known of each."""
    extension = _feed()["items"][7]["_aggregator"]
    assert extension["story"] == "urn:example:entry:9"
    assert [(one["id"], one["source"]) for one in extension["also_at"]] == [
        ("urn:example:entry:8", "Leuchtturm & Funk"),
        ("urn:example:entry:9", "Small <Notes>"),
        ("urn:example:entry:10", "nameless.example"),
    ]
    assert extension["covered_by"][1] == {
        "id": "urn:example:entry:13",
        "url": "https://jarida.example/1",
        "title": "مصباح قديم",
        "source": "جريدة",
        "date_published": "2026-03-13T23:00:00+00:00",
    }
    assert "url" not in extension["covered_by"][2]
    assert not {"also_at", "covered_by", "story"} & _feed()["items"][0]["_aggregator"].keys()


def test_attachments() -> None:
    """Attachments have size and duration where they are known, and a type always."""
    assert _feed()["items"][1]["attachments"] == [
        {"url": "https://funk.example/7.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 31_415_926, "duration_in_seconds": 3671},
        {"url": "https://funk.example/7.pdf", "mime_type": "application/pdf", "size_in_bytes": 27_182},
        {"url": "https://funk.example/7.bin", "mime_type": "application/octet-stream"},
    ]


def test_item_without_content_has_text() -> None:
    """The format demands content: without HTML it is the summary as text, or nothing."""
    items = _feed()["items"]
    assert items[3]["content_text"] == "Only a summary, and no link to go to."
    assert items[4]["content_text"] == ""
    assert "content_text" not in items[0]


def test_non_ascii_stands_as_itself() -> None:
    """The file is UTF-8 a person can read, in one line."""
    data = render.render("json", made_up.FEED, made_up.BASE)
    assert "مدٌّ وجزر".encode() in data
    assert data.count(b"\n") == 1
