"""The lists below an entry hold names, titles and links of strangers, and nothing of them gets out of its place."""

from __future__ import annotations

import pytest
import selectolax.lexbor
from core.render import made_up
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import model
from aggregator.core.render import company, fit

CONTENT = "<p>Sound.</p>"
HOSTILE = [
    "<script>alert(1)</script>",
    "</a></li></ul><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp;amp; ]]> -->",
    "\u202eevil \x00\x07",
]


def content(**fields: object) -> str:
    """The content of an entry as it is written."""
    (entry,) = fit.fit(made_up.everything(**({"content": CONTENT} | fields))).entries
    return company.content(entry)


def mention(title: str = "Title", source: str = "Paper", link: str | None = "https://a.example/") -> tuple[model.Mention, ...]:
    """One other article."""
    return (model.Mention("urn:1", title, link, source),)


def parsed(**fields: object) -> selectolax.lexbor.LexborHTMLParser:
    """The content as a browser reads it."""
    return selectolax.lexbor.LexborHTMLParser(f"<main>{content(**fields)}</main>")


def test_alone() -> None:
    """An entry without company is its content; one that carries no content has no lists either."""
    assert content() == CONTENT
    assert content(content="", also_at=mention(), covered_by=mention()) == ""


def test_both_lists() -> None:
    """Where else the article stands, then who else tells the story, below the content."""
    said = content(also_at=mention() * 2, covered_by=mention(link=None))
    link = '<a href="https://a.example/">Paper</a>'
    assert said == f"{CONTENT}<p>Also at: {link}, {link}</p><p>Also covered by:</p><ul><li>Paper: Title</li></ul>"


def test_what_an_article_is_called() -> None:
    """By its source and title, as far as it has one."""
    assert [company.called(one) for one in (*mention(), *mention(title=""))] == ["Paper: Title", "Paper"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_and_titles(hostile: str) -> None:
    """They stay text: no element, attribute or address comes of them."""
    tree = parsed(also_at=mention(source=hostile), covered_by=mention(title=hostile, source=hostile))
    assert [node.tag for node in tree.css("main *")] == ["p", "p", "a", "p", "ul", "li", "a"]
    assert {tuple(node.attributes.items()) for node in tree.css("main a")} == {(("href", "https://a.example/"),)}


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//a.example/", "x", " ", "http://", "file:///etc/passwd"]
)
def test_links_are_gated(link: str) -> None:
    """What is no address of the web is no link; the name stands without."""
    tree = parsed(also_at=mention(link=link), covered_by=mention(link=link))
    assert tree.css("main a") == []
    assert tree.css_first("main").text() == "Sound.Also at: PaperAlso covered by:Paper: Title"


@pytest.mark.parametrize("link", ['https://a.example/"onclick="x', "https://a.example/<b>", "https://a.example/?a=1&b=2&lt;"])
def test_links_stay_in_their_place(link: str) -> None:
    """An address with quotes or angles is one attribute."""
    tree = parsed(also_at=mention(link=link))
    assert [sorted(node.attributes) for node in tree.css("main a")] in ([["href"]], [])
    assert len(tree.css("main *")) <= 3


TEXT = st.text(max_size=30)
MENTIONS = st.lists(st.builds(model.Mention, TEXT, TEXT, st.none() | TEXT | st.just("https://a.example/"), TEXT), max_size=3)


@given(MENTIONS.map(tuple), MENTIONS.map(tuple))
def test_any_company(also_at: tuple[model.Mention, ...], covered_by: tuple[model.Mention, ...]) -> None:
    """Whatever is named, the content stays first and whole, and nothing but our own elements with sound links follows it."""
    said = content(also_at=also_at, covered_by=covered_by)
    assert said.startswith(CONTENT)
    tree = parsed(also_at=also_at, covered_by=covered_by)
    assert {node.tag for node in tree.css("main *")} <= {"p", "a", "ul", "li"}
    assert all(list(node.attributes) == ["href"] for node in tree.css("main a"))
    assert all((node.attributes["href"] or "").startswith(("http://", "https://")) for node in tree.css("main a"))
    assert len(tree.css("main li")) <= len(covered_by)
