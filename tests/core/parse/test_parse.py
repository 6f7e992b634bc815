"""Choosing a format, and what holds for every document."""

import pathlib
import pickle
import random

import hypothesis
import hypothesis.strategies
import pytest

from aggregator.core import errors, model, parse

URL = "https://source.example/dir/feed"
RSS = b"<rss version='2.0'><channel><title>t</title><item><title>One</title></item></channel></rss>"
SEEDS = sorted(
    path for path in (pathlib.Path(__file__).parents[2] / "cases" / "parse").glob("*.feed") if not path.name.startswith("no-")
)
SHARDS = (
    *(
        b"<",
        b">",
        b"&",
        b'"',
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"&#xD800;",
        b"&#99999999999;",
    ),
    *(b"<item>", b"</entry>", b"<authors>x</authors>", b'<links a="b"/>', b"<tags/>", b"<width/>", b"{", b"}", b"null", b"1e999"),
    *(b'<enclosure url="http://[" length="-1"/>', b' xml:base="http://["', b"<published>\xd9\xa1</published>", b'<source url="x">'),
)


def _parsed(body: bytes, content_type: str = "", **bounds: int) -> model.Feed:
    return parse.parse(model.Response(URL, 200, body, content_type), **bounds)


def _feed_or_refusal(body: bytes) -> model.Feed | None:
    try:
        return _parsed(body)
    except errors.ParseError:
        return None


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "image/png", "text/plain; charset=", ";;", ""])
def test_body_decides(content_type: str) -> None:
    """A feed is read as what it is, whatever the server calls it."""
    assert _parsed(RSS, content_type).entries[0].title == "One"


def test_newest_survive_the_bound() -> None:
    """Of too many entries those with the newest dates are kept, in their order; undated ones fall first."""
    dated = "".join(f"<item><title>d{day}</title><pubDate>{day:02} Jan 2026 00:00:00 GMT</pubDate></item>" for day in (3, 9, 1, 7))
    body = f"<rss version='2.0'><channel><item><title>undated</title></item>{dated}</channel></rss>"
    assert [entry.title for entry in _parsed(body.encode(), entries=3).entries] == ["d3", "d9", "d7"]


def test_html_is_bounded() -> None:
    """No summary or content is longer than was asked for."""
    body = RSS.replace(b"<title>One", b"<description>" + b"x" * 500 + b"</description><title>One")
    assert len(_parsed(body, longest=100).entries[0].summary) == 100


def test_json_is_bounded_too() -> None:
    """The bounds hold for JSON Feeds as well."""
    items = ",".join(f'{{"id": "{i}", "content_text": "{"y" * 500}", "date_published": "2026-01-0{i}"}}' for i in range(1, 6))
    feed = _parsed(f'{{"version": "https://jsonfeed.org/version/1", "items": [{items}]}}'.encode(), entries=2, longest=100)
    assert [entry.id for entry in feed.entries] == ["4", "5"]
    assert all(len(entry.content) <= 100 for entry in feed.entries)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_feeds_travel_between_processes(path: pathlib.Path) -> None:
    """Parsing happens in a worker: a feed comes back from a pickle as it was, and twice the same bytes are the same feed."""
    body = path.read_bytes()
    feed = _feed_or_refusal(body)
    assert feed is not None
    assert pickle.loads(pickle.dumps(feed)) == feed == _feed_or_refusal(body)


def test_errors_travel_between_processes() -> None:
    """So does the reason of a refusal."""
    with pytest.raises(errors.ParseError) as caught:
        _parsed(b"hello")
    assert str(pickle.loads(pickle.dumps(caught.value))) == "it is plain text, not a feed"


@hypothesis.given(hypothesis.strategies.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    """Whatever the bytes, there is a feed or a ParseError and nothing else."""
    for prefix in (b"", b"<rss>", b"{", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>"):
        _feed_or_refusal(prefix + body)


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(hypothesis.strategies.sampled_from(SEEDS), hypothesis.strategies.integers(0, 2**32))
def test_any_damage(path: pathlib.Path, seed: int) -> None:
    """A good feed, cut, doubled and strewn with shards, is a feed or a ParseError, and every text of it can be written as XML."""
    chance = random.Random(seed)
    body = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)
        body[at:at] = chance.choice((chance.choice(SHARDS), bytes(body[other : other + 99]), bytes([chance.randrange(256)])))
        del body[other : other + chance.choice((0, 0, 1, 40))]
    feed = _feed_or_refusal(bytes(body))
    assert feed is None or not set(repr(feed)) & {"\x00", "\x0b", "\ud800", "\uffff"}


def test_links_of_a_page() -> None:
    """A web page is asked for the feeds that it announces; a feed announces none."""
    body = b'<!doctype html><link rel="alternate" type="application/feed+json" href="/feed.json">'
    assert parse.links(model.Response(URL, 200, body)) == ("https://source.example/feed.json",)
    assert parse.links(model.Response(URL, 200, RSS)) == ()
