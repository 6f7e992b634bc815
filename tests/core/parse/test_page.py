"""Web pages."""

import pytest

from aggregator.core.parse import page

URL = "https://site.example/dir/"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<!DOCTYPE html><p>", True),
        (b"<!-- served --><?xml-stylesheet?>\n<HTML lang=en>", True),
        (b"<head><title>", True),
        (b"<script>location='/'</script>", True),
        (b"<!DOCTYPE rss><rss>", False),
        (b"<rss><channel><description><html>", False),
        (b"<header/>", False),
        (b"", False),
    ],
)
def test_is_page(data: bytes, *, expected: bool) -> None:
    """A page begins as HTML does, after comments and processing instructions."""
    assert page.is_page(data) is expected


def test_links() -> None:
    """The feeds that a page announces, in order, each once, absolute by its base element."""
    data = b"""<base href="/blog/"><link rel="stylesheet" href="x"><link rel=icon href=i type=application/rss+xml>
        <link rel="home ALTERNATE" type="Application/Atom+XML; charset=utf-8" href=atom><link rel=alternate type=text/html href=fr>
        <link rel=alternate type=application/rss+xml href="http://feeds.example/rss"><link rel=feed href=/f>
        
        <link rel=alternate type=application/feed+json href="javascript:alert(1)">
        <link rel=alternate type=application/rss+xml href=atom>"""
    assert page.links(data, URL) == ("https://site.example/blog/atom", "http://feeds.example/rss", "https://site.example/f")


def test_bad_base() -> None:
    """A base element that is no address is none."""
    data = b'<base href="javascript:x"><link rel=feed href=f>'
    assert page.links(data, URL) == ("https://site.example/dir/f",)


def test_refusal() -> None:
    """The reason names the first feed, if there is one."""
    assert page.refusal(b"<html>", URL) == "it is a web page, not a feed"
    assert page.refusal(b"<html><link rel=feed href=f>", URL).endswith("; the page announces the feed https://site.example/dir/f")
