"""Pictures: laws, and what is built to cost time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import clean, model, urls
from aggregator.core.clean import embeds, images, players

BASE = "https://quay.example/news/"
SETS = st.lists(
    st.sampled_from(["/a.jpg", "/b,c.jpg", "javascript:x", "data:x", " ", ",", " 300w", " 2x", " 1e9w", " ²w", "//[", "w", "é"]),
    max_size=20,
).map("".join)
SOUP = [
    '<img src="/a.jpg">',
    '<img class="lazyload" data-src="/a.jpg">',
    '<img src="data:image/gif;base64,R0lGOD">',
    '<img class="emoji" src="/e.png" alt="x">',
    "<noscript>",
    "</noscript>",
    "<picture>",
    '<source srcset="/a.jpg 3w">',
    "</picture>",
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "word",
    '<iframe src="https://graph.example/1"></iframe>',
    '<video poster="/p.jpg">',
    "</video>",
    '<amp-youtube data-videoid="abcdefghijk"></amp-youtube>',
    '<blockquote class="twitter-tweet">',
    '<div class="fb-post" data-href="https://www.facebook.com/a/posts/1">',
    "</blockquote>",
    '<a href="https://www.google.com/url?q=https%3A%2F%2Fquay.example%2F">',
    "</a>",
    "<h2>",
    "</h2>",
]


@given(SETS)
def test_a_candidate_passes_the_gate(candidates: str) -> None:
    """Whatever a set of candidates is made of."""
    found = images.widest(candidates, BASE)
    assert found is None or urls.gate(found) == found


@given(st.lists(st.sampled_from(SOUP), max_size=16).map("".join))
def test_laws(markup: str) -> None:
    """Cleaned again, it is the same, but for white space; and no script, frame or film is left."""
    once = clean.clean(model.Entry("1", title="t", content=markup, base=BASE)).entry.content
    again = clean.clean(model.Entry("1", title="t", content=once, base=BASE)).entry.content
    assert again.split() == once.split()
    assert clean.sanitise(once) == once
    assert not any(tag in once for tag in ("<iframe", "<video", "<noscript", "<source", "<script", "data:image", "class="))


@pytest.mark.parametrize(
    "monster",
    [
        '<img srcset="' + "/a.jpg 1w, " * 100_000 + '">',
        "<img " + " ".join(f'data-{number}="/a.jpg?{number}"' for number in range(400)) + ">",
        '<img data-src="' + "/blank" * 50_000 + '">',
        '<img src="/' + "-lazy" * 400 + '.jpg">',
        '<img style="' + "width :" * 50_000 + '">',
        '<div class="fb-post" data-href="https://www.facebook.com/a">' * 100,
        '<iframe src="https://www.youtube.com/embed/videoseries?' + "list" * 400 + '"></iframe>',
        '<img src="/a.gif"><noscript><img src="/b.jpg"></noscript>' * 3_000,
    ],
)
def test_floods(monster: str) -> None:
    """They are read, and bounded."""
    assert len(clean.clean(model.Entry("1", title="t", content=monster, base=BASE)).entry.content) <= 4 * len(monster) + 1_000


def test_lists_hold_addresses_by_their_hosts() -> None:
    """Not by what only looks like one."""
    for counted in (
        "https://stats.wp.com/x.gif",
        "http://de.ioam.de/tx.io?a",
        "https://a.example/x/pixel.gif?u=1",
        "https://feedads.g.example/",
    ):
        assert images.beacon(counted)
    for shown in (
        "https://mystats.wp.com.example/i.jpg",
        "https://radio.de/a.jpg",
        "https://a.example/i.jpg?from=ioam.de/",
        "https://a.example/pixel-art.gif",
        "https://notturn.com/i.jpg",
    ):
        assert not images.beacon(shown)


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("/i.jpg", "https://quay.example/i.jpg"),
        ("/placeholder.png", None),
        ("https://stats.wp.com/b.gif", None),
        ("data:image/png;base64,AAAA", None),
        ("", None),
    ],
)
def test_a_picture_by_its_address_alone(url: str, usable: str | None) -> None:
    """For what a feed names beside its content."""
    assert images.usable(url, BASE) == usable


def test_players_are_looked_up_by_their_hosts() -> None:
    """And by nothing that only ends like one."""
    assert players.of("https://notyoutube.com/embed/abcdefghijk") is None
    assert players.of("https://youtube.com.evil.example/embed/abcdefghijk") is None
    assert players.of("https://quay.example/?https://www.youtube.com/embed/abcdefghijk") is None
    assert not embeds.possible("<p>The crane</p>")
