"""The article out of a page, and into the entry that only teased."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import extract, model, text

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
    assert found.published == datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
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
    assert "one lemon\ntwo lemons" in found.text


@pytest.mark.parametrize(
    "said",
    [
        "Please enable JavaScript to view this page.",
        "Checking your browser before accessing paper.example. This takes five seconds.",
        "Subscribe to continue reading. Already a subscriber? Log in.",
        "Jetzt abonnieren und weiterlesen. Bereits Abonnent?",
        "Cet article est réservé aux abonnés. Déjà abonné ?",
        "Sorry, the page you are looking for does not exist.",
    ],
)
def test_walls_are_no_articles(said: str) -> None:
    """What stands before an article never becomes one."""
    assert extract.extract(page(f"<p>{said}</p><p>{said}</p>"), "https://paper.example/lemons") is None


@pytest.mark.parametrize(
    "said",
    [
        "この記事は有料会員限定です。続きを読むにはログインしてください。",
        "请启用JavaScript以继续浏览本页面，谢谢您的合作。",
        "Aktivera JavaScript för att läsa sidan.",
        "Материал доступен только подписчикам.",
        "يرجى تفعيل جافا سكريبت لعرض هذه الصفحة.",
    ],
)
def test_walls_in_other_languages(said: str) -> None:
    """Scripts that part no words too."""
    assert extract.extract(page(f"<p>{said}</p>"), "https://paper.example/lemons") is None


def test_a_short_text_that_is_not_free() -> None:
    """What JSON-LD calls not free, and says little, is a teaser before a wall; what says much was let through."""
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    assert extract.extract(page(f"<p>{SENTENCE}</p><p>{SENTENCE}</p>", head=head), "https://paper.example/lemons") is None
    assert extract.extract(page(ARTICLE * 2, head=head), "https://paper.example/lemons") is not None


def test_a_test_for_robots() -> None:
    """A tiny text beside the markup of a challenge, in a language that no list has."""
    robots = '<p>Moment geduld graag, de pagina wordt voor u klaargezet.</p><div class="cf-turnstile"></div>'
    assert extract.extract(page(robots), "https://paper.example/lemons") is None


def test_a_page_that_only_scripts_fill() -> None:
    """JSON-LD has the text that the markup lacks."""
    body = json.dumps("\n\n".join(PARAGRAPHS))
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": {body}}}</script>'
    found = extract.extract(f"<html><head>{head}</head><body><div id=app></div></body></html>", "https://paper.example/lemons")
    assert found is not None
    assert found.text.split("\n\n") == [paragraph.strip() for paragraph in PARAGRAPHS]
    assert found.content.startswith("<p>Three times")


@pytest.mark.parametrize("wrapped", ["window.data = {}", "self.__next_f.push([1,{}])", '{{"content": {}}}'])
def test_a_page_that_hands_its_article_to_scripts(wrapped: str) -> None:
    """HTML in a string of JSON is read like a page, when the page itself says nothing."""
    handed = json.dumps(ARTICLE).replace("<", "\\u003c")
    found = extract.extract(
        f"<body><div id=app></div><script>{wrapped.format(handed)}</script></body>", "https://paper.example/lemons"
    )
    assert found is not None
    assert found.text.split("\n\n") == [paragraph.strip() for paragraph in PARAGRAPHS]


def test_a_text_that_stands_twice() -> None:
    """Pages repeat an article for small screens; it comes out once."""
    found = extract.extract(page(ARTICLE + f"<div class='mobile'>{ARTICLE}</div>"), "https://paper.example/lemons")
    assert found is not None
    assert found.text.count("Three times") == 1


def test_comments_are_not_the_article() -> None:
    """However long they are."""
    said = "".join(f"<li class='comment'><p>I saw it too. {SENTENCE * 2}</p></li>" for _ in range(8))
    found = extract.extract(page(ARTICLE + f"<ol class='comments'>{said}</ol>"), "https://paper.example/lemons")
    assert found is not None
    assert "I saw it too" not in found.text


def test_addresses_start_from_the_page_or_its_base() -> None:
    """What the page resolves against counts."""
    linked = f'<p>See <a href="list">the list</a>. {SENTENCE}</p>'
    for head, address in (("", "https://paper.example/a/list"), ('<base href="/b/">', "https://paper.example/b/list")):
        found = extract.extract(page(linked + ARTICLE, head=head), "https://paper.example/a/lemons")
        assert found is not None
        assert f'href="{address}"' in found.content


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000,
        "<b><p>x" * 3_000,
        "<p>" + "<a href=x>y" * 5_000,
        "<table><tr><td>" * 3_000 + SENTENCE,
        "<ul><li>" * 3_000 + SENTENCE,
        "<p>" + "x<br><br>" * 50_000,
        f"<p {' '.join(f'a{i}' for i in range(100_000))}>",
        "<script type='application/ld+json'>" + "[" * 100_000,
        "<title>" + "- " * 100_000,
        "<script>x<p" + '\\"' * 200_000 + '"' * 200_000,
        "<script>p\\u003e" + '"' + "\\\\" * 300_000,
        "<html lang='" + "x" * 100_000 + "'><p>" + SENTENCE * 20,
        "<p>" + "word " * 200_000,
        "<p class='" + "aB" * 100_000 + "'>" + SENTENCE * 20,
        "<pre>" + "<span>x</span>\n" * 20_000 + "</pre>",
    ],
)
def test_hostile_pages(markup: str) -> None:
    """Nothing that nests, repeats or runs on makes it fail."""
    found = extract.extract(markup, "https://paper.example/")
    assert found is None or found.text


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


TAGS = "p div ul li ol table tr td th blockquote pre code h1 h2 b a br img figure figcaption article nav span dl dt dd".split()
NODES = st.recursive(
    st.sampled_from([SENTENCE, "word", "", " ", "1 &lt; 2", "<br>", "<img src='/i.jpg'>"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@given(NODES)
def test_content_and_text_say_the_same(markup: str) -> None:
    """Every word of the text stands in the HTML, in its order."""
    found = extract.extract(page(ARTICLE + markup), "https://paper.example/")
    assert found is not None
    written = iter(text.words(text.plain(found.content)))
    assert all(word in written for word in text.words(found.text))


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
        (
            model.Entry(
                "1",
                content=f"<p>{SENTENCE * 9}</p><p><a class=m href='/a?utm_source=rss'>Ar vil zo!</a></p>",
                link="https://p.example/a",
            ),
            True,
        ),
        (model.Entry("1", content=f"<p>{SENTENCE * 9}</p><p><a href='/b'>Ar vil zo!</a></p>", link="https://p.example/a"), False),
        (model.Entry("1", content=f"<p><a href='/a'>Ar vil zo!</a> {SENTENCE * 9}</p>", link="https://p.example/a"), False),
        (model.Entry("1", content="船は正午に港を出て、四十人の乗客とレモンの箱を運んだ。" * 20), False),
        (model.Entry("1", content="船は正午に港を出た。"), True),
        (model.Entry("1", content="船は正午に港を出て、四十人の乗客とレモンの箱を運んだ。" * 10 + "続きを読む"), True),
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


def test_a_teaser_without_spaces_is_filled() -> None:
    """Agreement is told by pairs of characters where words are not parted."""
    whole = "船は正午に港を出て、四十人の乗客とレモンの箱を島へ運んだ。船長は誰も頼んでいないと話した。" * 3
    assert (
        extract.fill(model.Entry("1", summary="船は正午に港を出て四十人の乗客とレモンの箱を島へ運んだ…"), extracted(whole))
        is not None
    )
    assert extract.fill(model.Entry("1", summary="猫と犬が公園の木の下で昼寝をしていたという話題です…"), extracted(whole)) is None


@pytest.mark.parametrize(
    "text", ["The ferry left.", "Completely different words about a cat, a dog, a tree and what they did. " * 5]
)
def test_a_page_that_is_no_better(text: str) -> None:
    """Shorter, or about something else: what the feed said stays."""
    assert extract.fill(model.Entry("1", summary="The ferry left the quay at noon with forty passengers"), extracted(text)) is None
