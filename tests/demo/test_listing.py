"""The feeds.yaml that the newsroom writes for a daemon."""

from __future__ import annotations

import datetime

import pytest
from demo import reading

from aggregator import demo
from aggregator.core import config

pytestmark = pytest.mark.anyio


async def test_it_is_a_valid_configuration(newsroom: demo.Newsroom) -> None:
    """The program's own configuration reads it, with every source by name and address, and warns of nothing."""
    text = newsroom.feeds_yaml()
    read = config.load(text)
    assert [(source.name, source.url) for source in read.sources] == [(s.name, newsroom.url(s)) for s in newsroom.sources]
    assert [source.categories for source in read.sources] == [(source.category,) for source in newsroom.sources]
    assert list(config.warnings(read, text)) == []
    assert read.settings.interval == datetime.timedelta(seconds=2)
    assert [str(network) for network in read.settings.allow_addresses] == ["127.0.0.0/8"]


async def test_teasers_are_completed_and_nothing_else(newsroom: demo.Newsroom) -> None:
    """Only sources that keep text back ask for their pages."""
    read = config.load(newsroom.feeds_yaml())
    assert [source.full_text for source in read.sources] == ["auto" if source.teaser else "never" for source in newsroom.sources]


async def test_outputs_are_those_that_are_expected(newsroom: demo.Newsroom) -> None:
    """The outputs of the file are the ones that expectations name, with windows wide enough for every article."""
    outputs = config.load(newsroom.feeds_yaml()).outputs
    expected = newsroom.expected(200)
    assert {output.name for output in outputs} == {name for article in expected for name in article.outputs}
    assert all(output.limit >= len(expected) for output in outputs)


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ({"interval": "1s"}, "  interval: 1s\n"),
        ({"listen": '"127.0.0.1:0"'}, '  listen: "127.0.0.1:0"\n'),
        ({"allow_addresses": ["127.0.0.1/32"]}, '  allow_addresses: ["127.0.0.1/32"]\n'),
    ],
)
async def test_settings_can_be_added_and_changed(newsroom: demo.Newsroom, extra: dict[str, object], line: str) -> None:
    """What is given goes into the settings as YAML, once, and wins."""
    text = newsroom.feeds_yaml(**extra)
    assert text.count(line) == 1
    assert text.count(line.partition(":")[0] + ":") == 1
    config.load(text)


async def test_it_teaches(newsroom: demo.Newsroom) -> None:
    """Every source has a comment above it that says what is special about it."""
    lines = newsroom.feeds_yaml().splitlines()
    for source in newsroom.sources:
        assert lines[lines.index(f"  - url: {newsroom.url(source)}") - 1] == f"  # {source.note}"


async def test_it_is_the_same_for_the_same_newsroom(newsroom: demo.Newsroom) -> None:
    """The text depends on the address only, not on seed or time."""
    other = demo.Newsroom(seed=9, start=reading.START)
    other.base = newsroom.base
    assert other.feeds_yaml() == newsroom.feeds_yaml()
