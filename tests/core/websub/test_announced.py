"""What a document may announce."""

from __future__ import annotations

import pytest

from aggregator.core import model, websub

URL = "https://feeds.paper.example/news"
PUBLIC = websub.Place("https://reader.example.org/", lambda _: False)
HOME = websub.Place("http://127.0.0.1:8080/", lambda url: "//127." in url)


def announced(
    topic: str | None = URL, *hubs: str, place: websub.Place = PUBLIC, url: str = URL, header: tuple[str, ...] = ()
) -> websub.Announced | None:
    """What a document at `url` announces."""
    return websub.announced(model.Response(url, 200, hubs=header), model.Feed(url=topic, hubs=hubs), place)


def test_header_before_document() -> None:
    """Both are read, Link fields first, each hub once, three of them at most (WebSub 4)."""
    found = announced(
        URL, "https://b.example/", "https://a.example/", "https://c.example/", "https://d.example/", header=("https://a.example/",)
    )
    assert found == websub.Announced(URL, ("https://a.example/", "https://b.example/", "https://c.example/"), URL)
    response = model.Response(URL, 200, hubs=("https://a.example/",), topic="https://paper.example/own#top")
    said = websub.announced(response, model.Feed(url=URL), PUBLIC)
    assert said is not None
    assert said.topic == "https://paper.example/own"


def test_nothing_to_subscribe_to() -> None:
    """Without a hub there is nothing; without a self link it is the document's own address."""
    assert announced(URL) is None
    found = announced(None, "https://hub.example/")
    assert found is not None
    assert found.topic == URL


@pytest.mark.parametrize(
    ("topic", "url", "believed"),
    [
        ("https://paper.example/all", URL, True),
        ("http://feeds.paper.example/news", URL, True),
        ("https://rival.example/news", URL, False),
        ("https://ann.github.io/feed", "https://bob.github.io/feed", False),
        ("https://paper.example.evil.example/", URL, False),
        ("https://co.uk/", "https://paper.co.uk/", False),
        ("http://127.0.0.1:81/feed", "http://127.0.0.1:80/feed", False),
        ("http://10.0.0.1/feed", "http://11.0.0.1/feed", False),
        ("https://feeds.paper.example/news?token=abc", URL, False),
    ],
)
def test_topics_of_others(topic: str, url: str, believed: bool) -> None:
    """A document speaks for its own domain only, so that nobody subscribes us to another's feed in his own name; and no keys."""
    assert (announced(topic, "https://hub.example/", url=url) is not None) == believed


@pytest.mark.parametrize(
    ("hub", "place", "asked"),
    [
        ("https://hub.example/", PUBLIC, "https://hub.example/"),
        ("http://hub.example/a?b=c", PUBLIC, "https://hub.example/a?b=c"),
        ("http://hub.example:8080/", PUBLIC, None),
        ("http://127.0.0.1:8080/", PUBLIC, None),
        ("https://hub.example/", HOME, None),
        ("http://127.0.0.1:9000/", HOME, "http://127.0.0.1:9000/"),
    ],
)
def test_usable_hubs(hub: str, place: websub.Place, asked: str | None) -> None:
    """Secrets go by https only; a callback at home is told to hubs at home only, as they stand."""
    found = announced(URL, hub, place=place)
    assert (found and found.hubs[0]) == asked
