"""The list of sources for other readers."""

import lxml.etree
from core.render import made_up

from aggregator.core import render


def test_folders() -> None:
    """Sources stand in a folder for each of their categories, in the order given, those without on top."""
    body = lxml.etree.fromstring(render.opml("Our sources", made_up.SOURCES)).find("body")
    shape = [(node.get("text"), [child.get("text") for child in node]) for node in body]
    assert shape == [
        ("notes.example", []),
        ("coast", ["The Halftide Gazette", "Leuchtturm & Funk"]),
        ("papers", ["The Halftide Gazette"]),
    ]


def test_outline() -> None:
    """A source has type, text, title and address; its page only when it is one."""
    root = lxml.etree.fromstring(render.opml("Our sources", made_up.SOURCES))
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "Our sources"
    assert [dict(node.attrib) for node in root.iterfind("body/outline/outline")][:2] == [
        {
            "type": "rss",
            "text": "The Halftide Gazette",
            "title": "The Halftide Gazette",
            "xmlUrl": "https://halftide.example/feed.xml",
            "htmlUrl": "https://halftide.example/",
        },
        {
            "type": "rss",
            "text": "Leuchtturm & Funk",
            "title": "Leuchtturm & Funk",
            "xmlUrl": "https://funk.example/podcast.rss?token=…",
        },
    ]
    assert "htmlUrl" not in root.find("body/outline").attrib


def test_any_text() -> None:
    """No name or address can break the file, and there may be no source at all."""
    hostile = "a\x00\ud800\ufffe\n]]> <b> & \"'"
    root = lxml.etree.fromstring(render.opml(hostile, [render.SourceRow(hostile, hostile, hostile, (hostile,))]))
    assert root.find("body/outline/outline").get("xmlUrl") == "a ]]> <b> & \"'"
    assert len(lxml.etree.fromstring(render.opml("", [])).find("body")) == 0
