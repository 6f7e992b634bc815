"""JSON Feed, beyond the cases."""

import json

import pytest

from aggregator.core import errors, model
from aggregator.core.parse import jsonfeed

URL = "https://json.example/feed"
STRANGE = (None, True, 5, -1.5, "", "x", [], [None], ["x"], {}, {"url": 5}, [{"url": []}], [[]], 10**17)
KEYS = (
    *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published"),
    *("date_modified", "author", "authors", "tags", "language", "attachments", "_ours"),
)


def _read(document: object) -> model.Feed:
    return jsonfeed.read(json.dumps(document).encode(), URL, entries=99, longest=999).feed


def _item(**keys: object) -> model.Entry:
    (entry,) = _read({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", **keys}]}).entries
    return entry


@pytest.mark.parametrize("key", KEYS)
def test_wrong_types_in_an_item(key: str) -> None:
    """Whatever a key holds, the entry is there and its other fields with it."""
    for strange in STRANGE:
        keys: dict[str, object] = {"id": "1", "title": "Still here", key: strange}
        (entry,) = _read({"version": "https://jsonfeed.org/version/1.1", "items": [keys]}).entries
        assert entry.title == "Still here" or key == "title"


@pytest.mark.parametrize(
    "key", ["title", "description", "home_page_url", "feed_url", "icon", "favicon", "author", "authors", "language", "hubs"]
)
def test_wrong_types_in_the_head(key: str) -> None:
    """The same of the feed's own fields."""
    for strange in STRANGE:
        feed = _read({"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}], key: strange})
        assert len(feed.entries) == 1


@pytest.mark.parametrize(("given", "known"), [(5, "5"), (1.5, "1.5"), ("x", "x"), (True, ""), (None, ""), (["a"], "")])
def test_ids(given: object, known: str) -> None:
    """A number is known by its digits, what is neither text nor number by nothing."""
    assert _item(id=given, title="t").id == known


def test_endless_number() -> None:
    """A number of a million digits is never made a number."""
    body = b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":' + b"9" * 10**6 + b',"x":[NaN,-Infinity,1e999]}]}'
    (entry,) = jsonfeed.read(body, URL, entries=9, longest=9).feed.entries
    assert entry.id.startswith("sha256:")


def test_content() -> None:
    """HTML before text; text becomes HTML; the external address is the link only where there is no other."""
    assert _item(content_html="<p>a</p>", content_text="b").content == "<p>a</p>"
    assert _item(content_text="b < c").content == "<p>b &lt; c</p>"
    assert _item(url="/a", external_url="https://x.example/").link == "https://json.example/a"
    assert _item(external_url="https://x.example/").link == "https://x.example/"


def test_authors() -> None:
    """`authors` before `author`; the old one counts where the new one is empty."""
    assert _item(authors=[{"name": "Ada"}], author={"name": "Ben"}).authors == (model.Author("Ada"),)
    assert _item(authors=[], author={"name": "Ben", "url": "/ben"}).authors == (model.Author("Ben", "https://json.example/ben"),)


def test_lists_end() -> None:
    """Tags and attachments are bounded."""
    entry = _item(tags=[f"t{i}" for i in range(999)], attachments=[{"url": f"/{i}"} for i in range(999)])
    assert len(entry.categories) == 100
    assert len(entry.enclosures) == 50


@pytest.mark.parametrize("version", [None, 1.1, "", "1.1", ["https://jsonfeed.org"], "https://example.org/version/1"])
def test_other_json(version: object) -> None:
    """JSON that does not say to be a JSON Feed is none, even with items."""
    with pytest.raises(errors.ParseError, match="no JSON Feed"):
        _read({"version": version, "items": [{"id": "1"}]})
