"""The documents of the hostile server, as it makes them, and a few floods of our own; the worst are made smaller."""

import importlib.util
import pathlib
import types

import pytest

from aggregator.core import errors, model, parse

_SMALLER = {
    "big": {"mb": ["1"]},
    "big-html": {"mb": ["1"]},
    "entries": {"n": ["2300"]},
    "huge-attr": {"mb": ["1"]},
    "amp-flood": {"kb": ["100"]},
}
_REFUSED = {
    "billion-laughs": "expand without measure",
    "quadratic": "prolog is longer",
    "deep-xml": "nested more than 200",
    "deep-xml-unclosed": "nested more than 200",
    "deep-xhtml": "nested more than 200",
    "many-attrs": "more than 200 attributes",
    "many-ns": "more than 200 attributes",
    "lt-flood": "too long to be mended",
    "bang-flood": "too long to be mended",
    "comment-open": "too long to be mended",
    "pi-flood": "too long to be mended",
    "doctype-flood": "prolog is longer",
    "entity-flood": "prolog is longer",
    "json-deep": "nested too deep",
    "html-page": "announces the feed http://127.0.0.1:8800/ok.rss",
    "html-as-xml": "it is a web page",
    "empty": "the answer is empty",
    "opml": "an OPML list",
    "random": "binary data",
}


def _server() -> types.ModuleType:
    path = pathlib.Path(__file__).parents[2] / "yardsticks" / "hostile.py"
    spec = importlib.util.spec_from_file_location("hostile_documents", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOSTILE = _server()


def _parsed(name: str) -> model.Feed:
    make, _, _, content_type = HOSTILE.DOCS[name]
    body = make(_SMALLER.get(name, {}))
    return parse.parse(model.Response(f"http://127.0.0.1:8800/doc/{name}", 200, body, content_type))


@pytest.mark.parametrize("name", sorted(_REFUSED))
def test_refused(name: str) -> None:
    """What is no feed, or built to hurt, is refused with its reason."""
    with pytest.raises(errors.ParseError, match=_REFUSED[name]):
        _parsed(name)


@pytest.mark.parametrize("name", sorted(set(HOSTILE.DOCS) - set(_REFUSED)))
def test_read(name: str) -> None:
    """Everything else is read, and nothing of it leaves as it should not: addresses, years, lengths, what files hold."""
    feed = _parsed(name)
    for entry in feed.entries:
        addresses = (entry.link, entry.image, *(enclosure.url for enclosure in entry.enclosures))
        assert all(url is None or url.startswith(("http://", "https://")) for url in addresses)
        assert entry.published is None or 1990 <= entry.published.year <= 9998
        assert len(entry.id) <= 2000
        assert len(entry.title) <= 1000
        assert "root:" not in entry.title


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("entries", 2000),
        ("truncated", 3),
        ("dup-guid", 3),
        ("no-guid", 3),
        ("json-types", 2),
        ("empty-feed", 0),
        ("nul", 5),
        ("unbound", 1),
    ],
)
def test_counts(name: str, count: int) -> None:
    """Entries are neither lost nor invented."""
    assert len(_parsed(name).entries) == count


def test_impossible_dates_are_none() -> None:
    """A year before feeds, a day that no calendar has and a text that is no date are all no date."""
    assert [entry.published for entry in _parsed("dates-past").entries] == [None] * 5
    dates = [entry.published for entry in _parsed("dates-garbage").entries]
    assert dates[:-1] == [None] * 7
    assert dates[-1] is not None


@pytest.mark.parametrize("letter", [b"a", b"1", b"-", b"x.", b"0-"])
def test_endless_names(letter: bytes) -> None:
    """A name of a quarter of a million letters is cut before feedparser looks for an e-mail address from each of them."""
    body = b"<rss version='2.0'><channel><item><title>t</title><author>" + letter * 250_000 + b"</author></item></channel></rss>"
    (entry,) = parse.parse(model.Response("http://e.example/", 200, body)).entries
    assert entry.title == "t"


@pytest.mark.parametrize("blank", [b"\n", b" \n", b"\t"])
def test_endless_prolog(blank: bytes) -> None:
    """Blank lines before the root element cost nothing."""
    body = b"<!-- x -->" + blank * 15_000 + b"<rss version='2.0'><channel><title>t</title></channel></rss>"
    assert parse.parse(model.Response("http://e.example/", 200, body)).title == "t"
