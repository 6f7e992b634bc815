"""The article out of a page, and into the entry that only teased."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import extract, model

SENTENCE = "The ferry left the quay at noon with forty passengers and a crate of lemons on deck. "
PARAGRAPHS = [f"{number} times the bell was rung. " + SENTENCE * 2 for number in ("Three", "Four", "Five", "Six", "Seven")]
ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(article: str, *, head: str = "") -> str:
    """An article as papers wrap one."""
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("news", "sport", "weather", "shop"))
    return (
        f"<!doctype html><html lang='en'><head><title>Lemons | The Paper</title>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>Lemons by ferry</h1>{article}</article></main>"
        f"<aside><h3>Most read</h3><ul>{menu}</ul></aside><footer>All rights reserved.</footer></body></html>"
    )


def test_the_article_and_nothing_else() -> None:
    """Every paragraph in its order, no menu, no footer."""
    found = extract.extract(page(ARTICLE), "https://paper.example/lemons")
    assert found is not None
    said = found.text.split("\n\n")
    assert [paragraph for paragraph in said if paragraph.startswith(tuple(p[:4] for p in PARAGRAPHS))] == [
        p.strip() for p in PARAGRAPHS
    ]
    assert "weather" not in found.text
    assert "rights reserved" not in found.text


def test_what_a_page_says_of_itself() -> None:
    """Title, date, authors, image; its own address only on the same host."""
    head = (
        '<meta property="og:title" content="Lemons by ferry"><meta name="author" content="Ann Quay">'
        '<meta property="article:published_time" content="2026-03-04T05:06:07Z"><meta property="og:image" content="/lemon.jpg">'
        '<link rel="canonical" href="https://elsewhere.example/stolen">'
    )
    found = extract.extract(page(ARTICLE, head=head), "https://paper.example/lemons")
    assert found is not None
    assert (found.title, found.authors, found.image) == ("Lemons by ferry", ("Ann Quay",), "https://paper.example/lemon.jpg")
    assert found.published == datetime.datetime(2026, 3, 4, tzinfo=datetime.UTC)
    assert found.link is None


def test_structure_stays() -> None:
    """Headings, lists, quotes, links and emphasis come out as HTML, hostile text escaped."""
    body = (
        ARTICLE
        + "<h2>Prices</h2><ul><li>one lemon</li><li>two lemons</li></ul><blockquote><p>Sour, said the mate.</p></blockquote>"
    )
    body += f'<p>See <a href="/x?a=1&amp;b=2">the list</a>, <b>really</b>, if 1 &lt; 2. {SENTENCE}</p>'
    found = extract.extract(page(body), "https://paper.example/lemons")
    assert found is not None
    for markup in (
        "<h2>Prices</h2>",
        "<li>one lemon</li>",
        "<blockquote>",
        "<b>really</b>",
        "1 &lt; 2",
        'href="https://paper.example/x?a=1&amp;b=2"',
    ):
        assert markup in found.content
    assert "one lemon two lemons" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "Please enable JavaScript to view this page.",
        "Checking your browser before accessing paper.example. This takes five seconds.",
        "Subscribe to continue reading. Already a subscriber? Log in.",
        "Jetzt abonnieren und weiterlesen. Bereits Abonnent?",
        "Cet article est réservé aux abonnés. Déjà abonné ?",
        "Sorry, the page you are looking for does not exist.",
    ],
)
def test_walls_are_no_articles(text: str) -> None:
    """What stands before an article never becomes one."""
    assert extract.extract(page(f"<p>{text}</p><p>{text}</p>"), "https://paper.example/lemons") is None


def test_an_article_may_speak_of_walls() -> None:
    """A long text that mentions one is none."""
    found = extract.extract(page(f"<p>Readers were told to enable JavaScript. {SENTENCE}</p>" + ARTICLE), "https://paper.example/x")
    assert found is not None
    assert "enable JavaScript" in found.text


@given(st.text(alphabet=st.sampled_from("<p>div/aé&;\"' \x00\ud800"), max_size=200))
def test_any_page(markup: str) -> None:
    """Whatever a server sends, there is an article or none."""
    found = extract.extract(markup, "https://paper.example/")
    assert found is None or found.text


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("<p>é</p>".encode(), "text/html", "<p>é</p>"),
        ("<p>é</p>".encode("cp1252"), "text/html; charset=iso-8859-1", "<p>é</p>"),
        ('<meta charset="windows-1251"><p>Ж'.encode("cp1251"), "text/html", '<meta charset="windows-1251"><p>Ж'),
        ("<p>é</p>".encode(), "text/html; charset=utf-7", "<p>é</p>"),
        ("<p>é</p>".encode(), "text/html; charset=zip", "<p>é</p>"),
        ("\ufeff<p>é".encode(), "text/html; charset=windows-1251", "<p>é"),
        ("\ufeff<p>é".encode("utf-16-le"), "text/html", "<p>é"),
        (b"<p>caf\xff</p>" + "é".encode(), "text/html", "<p>caf\ufffd</p>é"),
    ],
)
def test_bytes_as_text(body: bytes, content_type: str, text: str) -> None:
    """Mark, header, declaration, UTF-8; codecs that are none for text are ignored."""
    assert extract.decode(body, content_type) == text


WHOLE = SENTENCE * 10


@pytest.mark.parametrize(
    ("entry", "teaser"),
    [
        (model.Entry("1", summary="A crate of lemons."), True),
        (model.Entry("1", summary=SENTENCE * 4), True),
        (model.Entry("1", summary=SENTENCE * 4, content=SENTENCE * 4), False),
        (model.Entry("1", content=SENTENCE * 4 + "and then […]"), True),
        (model.Entry("1", content=SENTENCE * 4 + "<a href='/x'>Read more »</a>"), True),
        (model.Entry("1", content=SENTENCE * 4 + "<a href='/x'>Weiterlesen</a>"), True),
        (model.Entry("1", content=WHOLE), False),
        (model.Entry("1", summary=WHOLE), False),
        (model.Entry("1", content=SENTENCE * 30 + "…"), False),
    ],
)
def test_what_is_a_teaser(entry: model.Entry, teaser: bool) -> None:
    """Very short, or cut."""
    assert extract.is_teaser(entry) is teaser


def extracted(text: str, **fields: object) -> extract.Extracted:
    """What a page gave."""
    return extract.Extracted(title="t", content=f"<p>{text}</p>", text=text, **fields)  # type: ignore[arg-type]


def test_a_teaser_is_filled() -> None:
    """Text from the page; what the feed named stays, what it lacked is added."""
    teaser = model.Entry("1", summary="The ferry left the quay at noon …", authors=(model.Author("Feed"),))
    filled = extract.fill(teaser, extracted(WHOLE, authors=("Page",), image="https://paper.example/i.jpg"))
    assert filled is not None
    assert (filled.content, filled.summary) == (f"<p>{WHOLE}</p>", teaser.summary)
    assert (filled.authors, filled.image) == (teaser.authors, "https://paper.example/i.jpg")


@pytest.mark.parametrize(
    "text", ["The ferry left.", "Completely different words about a cat, a dog, a tree and what they did. " * 5]
)
def test_a_page_that_is_no_better(text: str) -> None:
    """Shorter, or about something else: what the feed said stays."""
    assert extract.fill(model.Entry("1", summary="The ferry left the quay at noon with forty passengers"), extracted(text)) is None
