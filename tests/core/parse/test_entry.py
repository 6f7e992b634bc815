"""Entries out of what feedparser leaves behind, where any key may hold anything."""

import dataclasses

import hypothesis
import hypothesis.strategies
import pytest

from aggregator.core import model
from aggregator.core.parse import entry, header

AROUND = entry.Around(base="https://e.example/dir/feed", language="en")
KEYS = (
    *("id", "link", "links", "title", "title_detail", "summary", "summary_detail", "content", "authors", "author", "tags", "image"),
    *("published", "published_parsed", "updated", "updated_parsed", "created", "rights", "rights_detail", "language", "logo"),
    *("media_content", "media_thumbnail", "itunes_duration", "feedburner_origlink", "subtitle"),
)
_LEAVES = hypothesis.strategies.none() | hypothesis.strategies.integers() | hypothesis.strategies.text(max_size=9)
_NAMES = hypothesis.strategies.sampled_from(
    ("href", "url", "rel", "type", "value", "base", "term", "name", "email", "src", "width")
)
_ANYTHING = hypothesis.strategies.recursive(
    _LEAVES,
    lambda inner: hypothesis.strategies.lists(inner, max_size=3) | hypothesis.strategies.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)


def _html(value: str, base: str = "") -> dict[str, object]:
    return {"type": "text/html", "value": value, "base": base}


@hypothesis.given(hypothesis.strategies.dictionaries(hypothesis.strategies.sampled_from(KEYS), _ANYTHING))
def test_any_leavings(raw: dict[str, object]) -> None:
    """Whatever lies under the keys, there is an entry and a head."""
    assert isinstance(entry.entry(raw, AROUND), model.Entry)
    assert isinstance(header.header(raw, AROUND.base, atom=False), model.Feed)


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ({"link": "/a"}, "https://e.example/a"),
        ({"link": "http://c.example/r", "feedburner_origlink": "https://e.example/b"}, "https://e.example/b"),
        ({"link": "http://c.example/r", "feedburner_origlink": "/relative"}, "http://c.example/r"),
        ({"link": "https://e.example/c", "id": "https://e.example/c"}, "https://e.example/c"),
        ({"link": "12345", "id": "12345"}, None),
        ({"link": "/12345", "id": "/12345"}, "https://e.example/12345"),
        ({"link": "d", "id": "d", "links": [{"rel": "alternate", "href": "d"}]}, "https://e.example/dir/d"),
        (
            {"link": "urn:x", "id": "urn:x", "links": [{"rel": "self", "href": "/s"}, {"rel": "alternate", "href": "/e"}]},
            "https://e.example/e",
        ),
        ({"link": "javascript:alert(1)"}, None),
        ({}, None),
    ],
)
def test_link(raw: dict[str, object], link: str | None) -> None:
    """Where an article is: not at a counter, not at a number that is but an id."""
    assert entry.entry(raw, AROUND).link == link


def test_relative_ids() -> None:
    """An id that feedparser resolved is again what the source wrote, and no link."""
    around = dataclasses.replace(AROUND, ids={"https://e.example/dir/7": "7"})
    found = entry.entry({"id": "https://e.example/dir/7", "link": "https://e.example/dir/7"}, around)
    assert (found.id, found.link) == ("7", None)


def test_copied_summary() -> None:
    """The summary that feedparser makes of a lone content is none."""
    found = entry.entry({"summary": "<p>a</p>", "content": [_html("<p>a</p>")]}, AROUND)
    assert (found.summary, found.content) == ("", "<p>a</p>")


@pytest.mark.parametrize(
    ("doubled", "content", "expected"),
    [
        (True, "caption", ("The whole story.", "")),
        (True, "A story that is longer.", ("The whole story.", "A story that is longer.")),
        (False, "caption", ("The whole story.", "caption")),
    ],
)
def test_second_descriptions(doubled: bool, content: str, expected: tuple[str, str]) -> None:
    """A caption that feedparser takes for content is none; it does so only where other vocabularies describe."""
    raw = {"summary": "The whole story.", "summary_detail": _html("The whole story."), "content": [_html(content)]}
    found = entry.entry(raw, dataclasses.replace(AROUND, doubled=doubled))
    assert (found.summary, found.content) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text/html", "a <b>"),
        ("application/xhtml+xml", "a <b>"),
        ("text/plain", "<p>a &lt;b&gt;</p>"),
        ("text/markdown", "<p>a &lt;b&gt;</p>"),
        ("image/png", ""),
        ("application/xml", ""),
        (None, ""),
    ],
)
def test_content_types(kind: object, expected: str) -> None:
    """HTML as it came, other text escaped, anything else left out."""
    assert entry.entry({"content": [{"type": kind, "value": "a <b>"}]}, AROUND).content == expected


def test_base() -> None:
    """Relative addresses start from xml:base, else from the article, else from the feed."""
    assert entry.entry({"link": "/a", "content": [_html("x", "https://x.example/y/")]}, AROUND).base == "https://x.example/y/"
    assert entry.entry({"link": "/a", "content": [_html("x", AROUND.base)]}, AROUND).base == "https://e.example/a"
    assert entry.entry({"content": [_html("x")]}, AROUND).base == AROUND.base


def test_published() -> None:
    """dc:date is when an RSS entry came out; in Atom updated is not published."""
    raw = {"updated": "2026-01-05"}
    assert entry.published(raw, AROUND) == entry.date_of(raw, "updated", "")
    assert entry.published(raw, dataclasses.replace(AROUND, atom=True)) is None


def test_categories() -> None:
    """Each once by term and scheme, named by its label where it has no term, and not more than the bound."""
    tags = [{"term": "a"}, {"term": "a"}, {"term": "a", "scheme": "s"}, {"term": None, "label": "L"}, {"term": ""}]
    assert entry.entry({"tags": tags}, AROUND).categories == (
        model.Category("a"),
        model.Category("a", "s"),
        model.Category("L", None, "L"),
    )
    assert len(entry.entry({"tags": [{"term": f"t{i}"} for i in range(999)]}, AROUND).categories) == entry.CATEGORIES


def test_language() -> None:
    """An entry's own language, else that of its texts, else the feed's."""
    assert entry.entry({"language": "de"}, AROUND).language == "de"
    assert entry.entry({"title_detail": {"language": "fr"}}, AROUND).language == "fr"
    assert entry.entry({}, AROUND).language == "en"


def test_head() -> None:
    """A head without a self link is where it was fetched; its picture is its image, else logo, else icon."""
    assert header.header({}, AROUND.base, atom=True).url == AROUND.base
    assert header.header({"logo": "/l", "icon": "/i"}, AROUND.base, atom=True).image == "https://e.example/l"
    assert header.header({"image": {"href": "/m"}, "logo": "/l"}, AROUND.base, atom=True).image == "https://e.example/m"
