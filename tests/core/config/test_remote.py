"""Lists of feeds at other addresses: what is kept of them, and what it means."""

from __future__ import annotations

import json

import pytest

from aggregator.core import config, errors, model
from aggregator.core.config import remote

URL = "https://lists.example/blogs.opml"
MAIN = f"""\
include: "{URL}"
settings: {{allow_addresses: [10.0.0.0/8]}}
outputs: [{{name: birds, categories: [birds]}}]
"""


def opml(*feeds: str) -> bytes:
    """A list; a feed is `folder/name=address`."""
    parts = (feed.partition("=")[::2] for feed in feeds)
    rows = (
        f"<outline text='{called.partition('/')[0]}'><outline text='{called.partition('/')[2]}' xmlUrl='{url}'/></outline>"
        for called, url in parts
    )
    return f"<opml version='2.0'><body>{''.join(rows)}</body></opml>".encode()


def revised(before: config.Followed, *feeds: str) -> config.Followed:
    """A list after it was read again."""
    return config.revised(before, model.Response(URL, 200, body=opml(*feeds), validators=model.Validators('"1"')))


def loaded(followed: config.Followed, main: str = MAIN, url: str = URL) -> config.Config:
    """A configuration that includes it, as it was kept."""
    return config.load(main, parts=[config.Included(url, config.kept(followed))])


def test_what_leaves_a_list_is_muted() -> None:
    """Its feeds are sources in the folders' categories; one that it names no more is paused, and goes on when it is back."""
    first = revised(config.Followed(), "birds/Heron=https://heron.example/feed", "birds/Coot=https://coot.example/feed")
    assert [(one.url, one.name, one.categories, one.paused) for one in loaded(first).sources] == [
        ("https://heron.example/feed", "Heron", ("birds",), False),
        ("https://coot.example/feed", "Coot", ("birds",), False),
    ]
    second = revised(first, "birds/Coot=https://coot.example/feed")
    assert {one.name: one.paused for one in loaded(second).sources} == {"Heron": True, "Coot": False}
    third = revised(second, "birds/Heron=https://heron.example/feed/", "fish/Pike=https://pike.example/")
    assert {one.name: one.paused for one in loaded(third).sources} == {"Heron": False, "Coot": True, "Pike": False}
    assert config.followed(config.kept(third)) == third
    assert third.validators.etag == '"1"'


def test_lists_that_change_nothing() -> None:
    """One that is no list or is empty, and one that says that it is as it was."""
    first = revised(config.Followed(), "birds/Heron=https://heron.example/feed")
    with pytest.raises(errors.ParseError, match="it names no feeds; the sources that it named before stay as they are"):
        revised(first)
    with pytest.raises(errors.ParseError, match="it is no OPML"):
        config.revised(first, model.Response(URL, 200, body=b"<html>"))
    assert config.revised(first, model.Response(URL, 304, not_modified=True)) == first
    assert config.followed("{") == config.followed('{"members": 5}') == config.Followed()


def test_what_strangers_may_not_say() -> None:
    """Neither settings nor addresses that cannot be sources; nor names and addresses that are somebody's already."""
    said = opml("birds/Heron=https://heron.example/feed", "birds/Bad=file:///etc/passwd", "birds/Mine=https://other.example/")
    said = said.replace(
        b"<outline text='Heron'", b"<outline xmlns:a='tag:feed-aggregator,2026:sources' a:interval='1s' text='Heron'"
    )
    main = MAIN + "sources: [{url: 'http://heron.example/feed/', name: Mine}]\n"
    first = config.revised(config.Followed(), model.Response(URL, 200, body=said))
    assert [one.url for one in first.members] == ["https://heron.example/feed", "https://other.example/"]
    mine, other = loaded(first, main).sources
    assert (mine.name, mine.allow_addresses) == ("Mine", True)
    assert (other.name, other.allow_addresses, other.interval) == (None, False, None)
    alone = loaded(first).sources[0]
    assert (alone.name, alone.interval) == ("Heron", None)


def test_files_come_before_lists() -> None:
    """A list that takes a name of an included file refuses nothing."""
    first = revised(config.Followed(), "birds/Heron=https://heron.example/feed")
    parts = [
        config.Included(URL, config.kept(first)),
        config.Included("mine.yaml", "sources: [{url: 'https://x.example/', name: Heron}]"),
    ]
    read = config.load(MAIN.replace(f'"{URL}"', f'["{URL}", mine.yaml]'), parts=parts)
    assert [(one.url, one.name) for one in read.sources] == [("https://x.example/", "Heron"), ("https://heron.example/feed", None)]


def test_own_lists_may_name_own_addresses() -> None:
    """A list in a network of `allow_addresses` leads there; what a name leads to nobody knows, so names never do."""
    first = revised(config.Followed(), "birds/Heron=http://10.0.0.9/feed")
    for url, free in (("http://10.0.0.8/list", True), ("http://192.0.2.1/list", False), ("http://nas.example/list", False)):
        (source,) = loaded(first, MAIN.replace(URL, url), url).sources
        assert source.allow_addresses is free


def test_what_only_a_list_names() -> None:
    """Before it was read there is nothing, and outputs may wait for it; what nobody names is warned of."""
    main = MAIN + "categories: {fish: {rules: [{drop: {title: x}}]}}\n"
    read = config.load(main, parts=[config.Included(URL, "")])
    assert read.sources == ()
    said = [problem.message for problem in config.warnings(read, main, parts=[config.Included(URL, "")])]
    assert said[0].startswith('no source has the category "birds"')
    assert said[1].startswith('no source has the category "fish"')
    with pytest.raises(errors.ConfigError, match='no source has the category "birds"'):
        config.load("sources: [http://e.example/]\noutputs: [{name: birds, categories: [birds]}]")


def test_a_list_that_grows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what left it the first to leave are forgotten."""
    monkeypatch.setattr(remote, "MOST", 3)
    followed = config.Followed()
    for number in range(5):
        followed = revised(followed, f"a/b{number}=https://e.example/{number}")
    assert [(one.url[-1], one.gone) for one in followed.members] == [("4", False), ("3", True), ("2", True)]
    assert len(json.loads(config.kept(followed))["members"]) == 3
