"""The pages: readable by people with any browser, and safe whatever they show."""

import itertools
import re

import pytest
import selectolax.lexbor
from core.render import made_up

from aggregator.core import model, render

PAGES = {
    "page": render.render("html", made_up.FEED, made_up.BASE),
    "empty": render.render("html", model.Feed(name="empty"), made_up.BASE),
    "index": render.index_page(made_up.OUTPUTS, made_up.SOURCES),
    "live": render.index_page(made_up.OUTPUTS, made_up.SOURCES, made_up.LIVE),
    "bare": render.index_page((), ()),
}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> selectolax.lexbor.LexborHTMLParser:
    """Each of the pages in turn."""
    return selectolax.lexbor.LexborHTMLParser(PAGES[request.param])


def _page(name: str) -> selectolax.lexbor.LexborHTMLParser:
    return selectolax.lexbor.LexborHTMLParser(PAGES[name])


def _text(node: selectolax.lexbor.LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def test_language_and_title(page: selectolax.lexbor.LexborHTMLParser) -> None:
    """The page says its language (WCAG 3.1.1), its title (2.4.2), and fits a phone."""
    assert page.css_first("html").attributes["lang"] == "en"
    assert _text(page.css_first("title"))
    assert page.css_first("meta[name=viewport]").attributes["content"] == "width=device-width, initial-scale=1"


def test_headings(page: selectolax.lexbor.LexborHTMLParser) -> None:
    """There is one h1, it comes first, and no level is skipped on the way down (WCAG 1.3.1)."""
    levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(lower - upper <= 1 for upper, lower in itertools.pairwise(levels))


def test_landmarks_and_skip_link(page: selectolax.lexbor.LexborHTMLParser) -> None:
    """There is one main, a header, a footer, and a first link that skips to main (WCAG 2.4.1)."""
    assert len(page.css("main")) == 1
    assert page.css_first("body > header") is not None
    assert page.css_first("body > footer") is not None
    assert page.css("a")[0].attributes["href"] == "#main"
    assert page.css_first("main").attributes["id"] == "main"


def test_ids_and_labels_meet(page: selectolax.lexbor.LexborHTMLParser) -> None:
    """No id is used twice, and every label points to one that is there."""
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {node.attributes["aria-labelledby"] for node in page.css("[aria-labelledby]")} <= set(ids)


def test_nothing_runs_and_nothing_is_fetched_but_images(page: selectolax.lexbor.LexborHTMLParser) -> None:
    """No style and no script but our own, no form, no frame, no handler; links do not hand over the window or the referrer."""
    assert page.css("iframe, form, object, embed, base, link[rel=stylesheet]") == []
    scripted = page.css_first("body.index") is not None
    assert len(page.css("script")) == int(scripted)
    assert len(page.css("style")) == 1
    assert page.css("[style], [onclick], [onerror], [onload], a[target]") == []
    assert page.css_first("meta[name=referrer]").attributes["content"] == "no-referrer"
    policy = page.css_first("meta[http-equiv=Content-Security-Policy]")
    assert policy.attributes["content"] == render.page_policy(script=scripted)
    assert all(
        (node.attributes["href"] or "").startswith(("http", "#", "coast.", "empty.", "index.", "sources."))
        for node in page.css("a")
    )


def test_times_are_absolute(page: selectolax.lexbor.LexborHTMLParser) -> None:
    """Every date is written out, and for machines too; nothing is "ago"."""
    for node in page.css("time"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", node.attributes["datetime"] or "")
        assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d( UTC)?", _text(node))


def test_images_of_the_page_are_lazy_and_private() -> None:
    """A thumbnail is decoration, loads late and tells nobody who reads."""
    image = _page("page").css_first("img.thumb").attributes
    assert (image["src"], image["alt"], image["loading"]) == ("https://halftide.example/pier.jpg", "", "lazy")
    assert image["referrerpolicy"] == "no-referrer"


def _alternates(page: selectolax.lexbor.LexborHTMLParser) -> list[tuple[str | None, ...]]:
    links = page.css("link[rel=alternate]")
    return [tuple(link.attributes[name] for name in ("type", "href", "title")) for link in links]


def test_autodiscovery() -> None:
    """Readers find the three feeds by the page, relative to wherever it is served, and all of them by the index."""
    coast = [
        ("application/rss+xml", "coast.rss.xml", "Along the coast (RSS)"),
        ("application/atom+xml", "coast.atom.xml", "Along the coast (Atom)"),
        ("application/feed+json", "coast.json", "Along the coast (JSON Feed)"),
    ]
    assert _alternates(_page("page")) == coast
    assert _alternates(_page("index"))[:3] == coast
    assert [href for _, href, _ in _alternates(_page("index"))[3:]] == ["empty.rss.xml", "empty.atom.xml", "empty.json"]


def test_addresses_to_copy() -> None:
    """The page tells the full addresses, for readers that do not find them."""
    assert [_text(node) for node in _page("page").css("dd code")] == [
        "https://feeds.example.org/coast.rss.xml",
        "https://feeds.example.org/coast.atom.xml",
        "https://feeds.example.org/coast.json",
    ]


def test_article() -> None:
    """An article names its source, its authors, its date and its topics; its long content is folded behind the summary."""
    article = _page("page").css("main > article")[0]
    assert _text(article.css_first("h2")) == "Tide tables wrong again <again>, say fishermen & sea"
    assert article.css_first("h2 a").attributes["rel"] == "noopener"
    assert _text(article.css_first(".about")) == "The Halftide Gazette 14 March 2026, 12:00 UTC by Ida Strand, Bo Ek"
    assert _text(article.css_first(".teaser")).startswith("The printed tide tables & the sea")
    assert article.css_first("details .content h3") is not None
    assert [_text(node) for node in article.css(".categories li")] == ["Tides & Currents", "harbour"]
    assert article.attributes["lang"] == "en"


def test_short_content_is_open() -> None:
    """What is short stands there at once, and its summary does not say it twice."""
    article = _page("page").css("main > article")[1]
    assert article.css_first("details") is None
    assert article.css_first(".teaser") is None
    assert _text(article.css_first(".content")) == "Eine Stunde am Rand der Fahrrinne."


def test_long_content_without_summary_has_a_teaser() -> None:
    """What is folded is announced by its own first words."""
    data = render.render("html", made_up.everything(content="<p>Word &amp; word.</p>" * 200), made_up.BASE)
    teaser = _text(selectolax.lexbor.LexborHTMLParser(data).css_first(".teaser"))
    assert teaser.startswith("Word & word. Word")
    assert teaser.endswith("…")
    assert len(teaser) <= 320


def test_media_are_described() -> None:
    """Enclosures are links that say kind, duration and size."""
    links = _page("page").css("main > article")[1].css(".media a")
    assert [_text(link) for link in links] == ["Audio · 1:01:11 · 31.4 MB", "PDF · 27 kB", "File"]


def test_company_stands_below_its_article() -> None:
    """Copies in one line, other articles in a list; names are kept apart from what they stand in, and only sound links link."""
    article = _page("page").css("main > article")[7]
    line, listed = article.css(".also")
    assert _text(line) == "Also at: Leuchtturm & Funk, Small <Notes>, nameless.example"
    assert _text(listed.css_first("p")) == "Also covered by:"
    assert [_text(item)[:40] for item in listed.css("li")] == [
        "The Halftide Gazette: Keepers & voters: ",
        "جريدة: مصباح قديم",
        "Small Notes: Lamp saved",
        "Small Notes: long long long long long lo",
    ]
    assert [link.attributes["href"] for link in article.css(".also a")] == [
        "https://funk.example/lamp?a=1&b=2",
        "https://nameless.example/lamp",
        "https://halftide.example/lamp",
        "https://jarida.example/1",
        "https://notes.example/long",
    ]
    assert {link.attributes["rel"] for link in article.css(".also a")} == {"noopener"}
    assert len(article.css(".also bdi")) == 7
    assert _page("page").css("main > article")[0].css(".also") == []


def test_source_is_not_named_as_its_own_author() -> None:
    """An entry whose only author is its source names it once."""
    assert _text(_page("page").css("main > article")[4].css_first(".about")) == "The Halftide Gazette 14 March 2026, 08:00 UTC"


def test_empty_page_says_so() -> None:
    """An output without entries is a page, not a blank."""
    assert "Nothing here yet" in _text(_page("empty").css_first("main"))
