"""The commands that show and edit the list of sources, as people and programs call them."""

from __future__ import annotations

import asyncio
import json
import pathlib

import pytest
from loopback import Answer, Loopback
from test_cli import PREVIEWED, call

from aggregator.core import config

FEED = "sources:\n  - http://a.example/  # the first\nsettings: {allow_addresses: [127.0.0.0/8]}\n"


@pytest.fixture
def feeds(tmp_path: pathlib.Path) -> pathlib.Path:
    """A feeds.yaml."""
    path = tmp_path / "feeds.yaml"
    path.write_text(FEED, "utf-8")
    return path


def addresses(feeds: pathlib.Path) -> list[str]:
    """Of the sources of a feeds.yaml."""
    return [one.url for one in config.load(feeds.read_text("utf-8")).sources]


def test_there_and_back(feeds: pathlib.Path) -> None:
    """Add, list, export, remove, import: one JSON object each, and the file is as it was in between."""
    words = ("--config", str(feeds))
    done = call("add", "http://b.example/feed", "--offline", "--name", "B", "--category", "x", "--category", "y", "--json", *words)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert (said["sources"], said["written"]) == (["http://b.example/feed"], True)
    listed = json.loads(call("sources", "--json", *words).stdout)["sources"]
    assert [one["categories"] for one in listed] == [[], ["x", "y"]]
    assert call("sources", "--category", "x", *words).stdout.startswith("B  x, y\n")
    exported = call("export-opml", *words).stdout
    target = feeds.parent / "list.opml"
    assert "Written to" in call("export-opml", str(target), *words).stdout
    assert target.read_text("utf-8") == exported
    removed = call("remove", "B", *words)
    assert (removed.returncode, "− " in removed.stdout, feeds.read_text("utf-8")) == (0, True, FEED)
    imported = call("import-opml", str(target), *words)
    assert (imported.returncode, "there already: http://a.example/" in imported.stdout) == (0, True)
    assert [one.name for one in config.load(feeds.read_text("utf-8")).sources] == [None, "B"]
    assert json.loads(call("import-opml", str(target), "--json", *words).stdout)["lines"] == []


def test_what_goes_wrong(feeds: pathlib.Path) -> None:
    """One clear message, and the file is as it was."""
    words = ("--config", str(feeds))
    for command, code, said in (
        (("remove", "nobody"), 2, 'no source is called "nobody"'),
        (("remove", "http://a.example/"), 2, "these are all the sources there are"),
        (("import-opml", "none.opml"), 1, "cannot be read: No such file or directory"),
        (("import-opml", str(PREVIEWED)), 1, "it is no OPML"),
        (("add", "ftp://c.example/", "--offline"), 1, ""),
    ):
        done = call(*command, *words)
        assert (done.returncode, "Traceback" in done.stderr, said in done.stderr) == (code, False, True), done.stderr
    assert feeds.read_text("utf-8") == FEED


@pytest.mark.anyio
async def test_add_finds_the_feeds_of_a_page(feeds: pathlib.Path) -> None:
    """Shows what they bring; of several one is to be chosen."""
    async with Loopback() as server:
        link = '<link rel="alternate" type="application/rss+xml" href="{}">'
        server.answers |= {
            "/": Answer(f"<html><head>{link.format('/feed.xml')}{link.format('/two.xml')}</head></html>".encode()),
            "/feed.xml": Answer(PREVIEWED.read_bytes()),
            "/two.xml": Answer(PREVIEWED.read_bytes()),
        }
        words = ("--config", str(feeds))
        several = await asyncio.to_thread(call, "add", server.url("/"), "--json", *words)
        assert several.returncode == 1
        assert [one["entries"] for one in json.loads(several.stdout)["found"]] == [3, 3]
        picked = await asyncio.to_thread(call, "add", server.url("/"), "--pick", "2", *words)
        assert (picked.returncode, picked.stdout.split()[-3:]) == (0, ["+", "-", server.url("/two.xml")]), picked.stderr
        shown = await asyncio.to_thread(call, "add", server.url("/feed.xml"), *words)
        assert "Harbour Gazette" in shown.stdout
        assert addresses(feeds)[1:] == [server.url("/two.xml"), server.url("/feed.xml")]
