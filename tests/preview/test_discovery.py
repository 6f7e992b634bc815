"""The feeds that an address leads to."""

from __future__ import annotations

import ipaddress
import pathlib

import pytest
from loopback import Answer, Loopback

from aggregator.core import config, errors
from aggregator.preview import discovery

pytestmark = pytest.mark.anyio
LOCAL = config.Config(settings=config.Settings(allow_addresses=(ipaddress.ip_network("127.0.0.0/8"),)))
FEED = """<rss version="2.0"><channel><title>{title}</title>
<item><title>Old</title><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><guid>1</guid></item>
<item><title>New</title><pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate><guid>2</guid></item>
<item><title>Undated</title><guid>3</guid></item></channel></rss>"""
PAGE = """<!doctype html><html><head><title>Home</title>
<link rel="alternate" type="application/rss+xml" href="/one.xml"><link rel="alternate" type="application/atom+xml" href="two.xml">
<link rel="alternate" type="application/rss+xml" href="/gone.xml">
<link rel="alternate" type="application/rss+xml" href="/other.html">
</head><body><p>Hello.</p></body></html>"""


@pytest.fixture
def site(server: Loopback) -> Loopback:
    """A site with a page, two feeds and two that are none."""
    server.answers |= {
        "/": Answer(PAGE.encode()),
        "/one.xml": Answer(FEED.format(title="One").encode()),
        "/two.xml": Answer(FEED.format(title="Two").encode()),
        "/other.html": Answer(b"<html><body>no feed</body></html>"),
        "/moved.xml": Answer(status=301, headers=(("Location", "/one.xml"),)),
    }
    return server


async def test_a_feed(site: Loopback) -> None:
    """With its title, the newest date, and its newest entries."""
    (found,) = await discovery.discover(LOCAL, site.url("/one.xml"))
    assert (found.url, found.title, found.entries, found.error) == (site.url("/one.xml"), "One", 3, "")
    assert found.sample == ("New", "Old", "Undated")
    assert found.newest is not None
    assert found.newest.day == 3


async def test_a_page(site: Loopback) -> None:
    """All that it announces, in its order; what is no feed says why."""
    found = await discovery.discover(LOCAL, site.url("/"))
    assert [(one.url, one.title) for one in found] == [
        (site.url("/one.xml"), "One"),
        (site.url("/two.xml"), "Two"),
        (site.url("/gone.xml"), ""),
        (site.url("/other.html"), ""),
    ]
    assert "404" in found[2].error
    assert found[3].error == "it is a web page, not a feed"


async def test_one_that_has_moved(site: Loopback) -> None:
    """Is added where it is now."""
    (found,) = await discovery.discover(LOCAL, site.url("/moved.xml"))
    assert found.url == site.url("/one.xml")


async def test_nothing(site: Loopback) -> None:
    """Neither a feed nor a page that announces one, nor an address that may be asked."""
    with pytest.raises(errors.ParseError, match="a web page that announces no feed"):
        await discovery.discover(LOCAL, site.url("/other.html"))
    with pytest.raises(errors.FetchError):
        await discovery.discover(config.Config(), site.url("/one.xml"))


def test_terms(tmp_path: pathlib.Path) -> None:
    """Those of feeds.yaml, which need not be there."""
    assert discovery.terms(tmp_path / "feeds.yaml") == config.Config()
    path = tmp_path / "feeds.yaml"
    path.write_text("sources: [http://e.example/]\nsettings: {contact: me}\n", "utf-8")
    assert discovery.terms(path).settings.contact == "me"
