"""A podcast, from its feed to ours."""

from __future__ import annotations

import lxml.etree
import pytest
from loopback import Answer, Loopback
from pipeline.reader import Reader
from stories import NOW

from aggregator.core import config, model, render
from aggregator.edges import store
from aggregator.pipeline import compose

pytestmark = pytest.mark.anyio
NAMESPACES = {"i": "http://www.itunes.com/dtds/podcast-1.0.dtd"}
FEED = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Slow Boats</title>
<itunes:explicit>no</itunes:explicit><item><guid isPermaLink="false">14</guid><title>A night shift</title>
<enclosure url="https://boats.example/14.mp3" length="31415926" type="audio/mpeg"/><itunes:duration>1:02:05</itunes:duration>
<itunes:season>2</itunes:season><itunes:episode>14</itunes:episode><itunes:episodeType>full</itunes:episodeType>
<itunes:explicit>yes</itunes:explicit><itunes:image href="https://boats.example/14.jpg"/><description>Mud.</description></item>
<item><guid isPermaLink="false">13</guid><title>No length</title><description>Mud.</description>
<enclosure url="https://boats.example/13.mp3" length="" type="audio/mpeg"/></item></channel></rss>"""


async def test_what_a_podcast_says_is_kept(reader: Reader, server: Loopback) -> None:
    """Number, season, kind, warning, picture and length as given; nothing is made up for what was not."""
    server.answers["/feed"] = Answer(FEED.encode())
    await reader.updated()
    read = config.Config(sources=(reader.source,), outputs=(config.Output(name="all"),))
    kept = reader.edges.store
    kept.enrol([store.Enrolment(reader.source.url, None)], [("all", "All")], "http://127.0.0.1/", NOW)
    feed = compose.compose(kept, read, read.outputs[0], kept.outputs()["all"])
    assert {entry.title: entry.episode for entry in feed.entries} == {
        "A night shift": model.Episode(14, 2, "full", explicit=True),
        "No length": None,
    }
    root = lxml.etree.fromstring(render.render("rss", feed, "http://127.0.0.1/"))
    item = next(item for item in root.iterfind("channel/item") if item.findtext("title") == "A night shift")
    assert item.find("enclosure").attrib == {"url": "https://boats.example/14.mp3", "length": "31415926", "type": "audio/mpeg"}
    said = {element.tag.rpartition("}")[2]: element.text for element in item.iterfind("i:*", NAMESPACES) if element.text}
    assert said == {"duration": "3725", "season": "2", "episode": "14", "episodeType": "full", "explicit": "true"}
    assert item.find("i:image", NAMESPACES).attrib == {"href": "https://boats.example/14.jpg"}
    assert root.findtext("channel/i:explicit", namespaces=NAMESPACES) == "true"
