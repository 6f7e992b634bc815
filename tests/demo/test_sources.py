"""The made-up sources and their texts."""

from __future__ import annotations

import re

import pytest

from aggregator.demo import compose, sources

EVERY = sources.load()
ARTICLES = [(source, article) for source in EVERY for article in source.articles]


def test_there_are_enough_of_them_in_every_format() -> None:
    """The newsroom has ten sources and more, forty-five articles and more, and every format that a reader must know."""
    assert len(EVERY) >= 10
    assert len(ARTICLES) >= 45
    assert {source.format for source in EVERY} == {"rss", "rdf", "atom", "json"}
    assert sum(source.format == "rss" for source in EVERY) >= 3


def test_names_and_keys_are_unique() -> None:
    """A test that finds an article by its key, or a source by its name, finds one."""
    for names in ([s.name for s in EVERY], [s.path for s in EVERY], [a.key for _, a in ARTICLES], [a.title for _, a in ARTICLES]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(("source", "article"), ARTICLES, ids=[article.key for _, article in ARTICLES])
def test_articles_are_as_long_as_articles(source: sources.Source, article: sources.Article) -> None:
    """Each has four to twelve blocks and more words than equality of texts needs."""
    blocks = article.text.strip().split("\n\n")
    assert 4 <= len(blocks) <= 12
    assert len(re.findall(r"\w+", article.text)) >= 100
    assert all(block == block.strip() for block in blocks)


def test_no_sentence_stands_in_two_articles() -> None:
    """What is found in an output tells which article it came from, and nothing looks like repeated boilerplate."""
    blocks = [compose.Block(text) for _, article in ARTICLES for text in article.text.split("\n\n")]
    said = [sentence for block in blocks for sentence in compose.sentences(block)]
    long = [sentence for sentence in said if len(sentence) > 25]
    assert len(set(long)) == len(long)


def test_copies_name_articles_of_other_sources() -> None:
    """Whoever copies copies something that is there, and changes only wording that is there."""
    owners = {article.key: (source, article) for source, article in ARTICLES}
    for source in EVERY:
        for copy in source.copies:
            owner, article = owners[copy.of]
            assert owner != source
            assert copy.delay > 0
            assert all(article.text.count(old) == 1 for old, _ in copy.near)


def test_every_bad_habit_of_real_sources_is_there() -> None:
    """What a reader must cope with is in the newsroom."""
    assert {source.teaser for source in EVERY} == {"", "sentences", "cut"}
    assert {source.broken for source in EVERY} == {"", "ampersand", "truncated"}
    assert {source.validators for source in EVERY} == {"both", "date", "none"}
    assert {article.dated for _, article in ARTICLES} == {"right", "wrong", "future", "missing"}
    assert {source.encoding for source in EVERY} == {"utf-8", "windows-1251", "windows-1252"}
    assert any(source.gone_at for source in EVERY)
    assert any(source.moved_at and source.moved_to for source in EVERY)
    assert any(source.limit for source in EVERY)
    assert any(article.edit for _, article in ARTICLES)
    assert any(article.blocked and source.teaser for source, article in ARTICLES)
    assert any(source.boilerplate.source for source in EVERY)
    assert any(source.audio for source in EVERY)
    assert any(source.tracking and source.pixel for source in EVERY)


def test_a_wire_story_is_carried_by_three_papers() -> None:
    """One agency report at least has three exact copies with headlines of their own."""
    copies = [copy for source in EVERY for copy in source.copies if not copy.near and not copy.link_only]
    carried = [copy.title for copy in copies if copy.of == "seal-slipway"]
    assert len(carried) == len(set(carried)) == 3
