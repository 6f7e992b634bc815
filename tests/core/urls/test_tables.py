"""The tables of hosts and names are well formed, and strip nothing that may tell articles apart."""

from __future__ import annotations

import re

import pytest

from aggregator.core import urls
from aggregator.core.urls import places, redirectors

HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.\*)?\Z")
TELLING = (
    *(
        "id",
        "p",
        "cid",
        "eid",
        "uid",
        "aid",
        "pid",
        "nid",
        "sid",
        "story",
        "article",
        "session",
        "keyword",
        "source",
        "ref",
        "q",
        "s",
        "t",
    ),
    *(
        "page",
        "lang",
        "v",
        "tag",
        "category",
        "date",
        "from",
        "type",
        "format",
        "feed",
        "name",
        "title",
        "key",
        "token",
        "code",
        "post_id",
    ),
)


@pytest.mark.parametrize("name", TELLING)
def test_no_telling_name_goes_everywhere(name: str) -> None:
    """Such a name may be all that tells one article from another."""
    for value in ("1", "a", "2024-01-01", ""):
        url = f"https://quay.example/a?{name}={value}"
        assert urls.untracked(url) == url


def test_rows_of_trackers() -> None:
    """One name a row, in lower case, none twice."""
    names = [left for left, _ in places.rows("trackers.txt")]
    assert all(len(left) == 1 and left[0] == left[0].lower() for left in names)
    assert len(set(names)) == len(names)


def test_rows_of_sites() -> None:
    """Hosts on the left, names in lower case on the right."""
    for hosts, names in places.rows("sites.txt"):
        assert names
        assert all(HOST.match(host) for host in hosts), hosts
        assert all(name == name.lower() for name in names), names


def test_rows_of_redirectors() -> None:
    """Each place has a path, and each way to find the target is one that is known."""
    for left, right in places.rows("redirectors.txt"):
        assert right
        assert all("/" in place and HOST.match(place.partition("/")[0]) for place in left), left
        for name in right:
            known = redirectors.MANNERS if name[0] == "(" else redirectors.CODES
            assert (name if name[0] == "(" else name.partition("/")[2]) in known
            assert name == name.lower()


@pytest.mark.parametrize(
    ("host", "fits", "others"),
    [
        ("www.shop.co.uk", ("shop.co.uk", "shop.*", "*.shop.*", "*.co.uk"), ("co.*", "*.shop.uk")),
        ("shop.de", ("shop.de", "shop.*", "*.shop.de"), ("www.shop.de",)),
        ("news.shop.com.au", ("*.shop.*", "*.shop.com.au"), ("shop.*", "shop.com.au")),
        ("shop.evil.example", ("shop.evil.example", "*.evil.example"), ("shop.*", "*.shop.*")),
        ("myshop.com", ("myshop.*",), ("shop.*", "*.shop.com")),
        ("www.com", ("www.com",), ("com",)),
        ("localhost", ("localhost",), ()),
    ],
)
def test_patterns_of_hosts(host: str, fits: tuple[str, ...], others: tuple[str, ...]) -> None:
    """Whole labels only; `www.` and the like stand for the site itself."""
    found = places.patterns(host)
    assert set(fits) <= set(found)
    assert not set(others) & set(found)
