"""The page of all outputs."""

import selectolax.lexbor
from core.render import made_up

from aggregator.core import render


def _page(health: tuple[render.HealthRow, ...] | None = None) -> selectolax.lexbor.LexborHTMLParser:
    return selectolax.lexbor.LexborHTMLParser(render.index_page(made_up.OUTPUTS, made_up.SOURCES, health))


def _texts(nodes: list[selectolax.lexbor.LexborNode]) -> list[str]:
    return [" ".join(node.text().split()) for node in nodes]


def test_outputs() -> None:
    """Each output leads to its page and its feeds and shows what is new in it."""
    first, second = _page().css("main > article")
    assert first.css_first("h2 a").attributes["href"] == "coast.html"
    assert [node.attributes["href"] for node in first.css(".formats a")] == ["coast.rss.xml", "coast.atom.xml", "coast.json"]
    assert _texts(first.css(".newest li")) == [
        "Tide tables wrong again <again>, say fishermen & sea The Halftide Gazette, 14 March 2026, 12:00 UTC",
        "Folge 7: Das Nebelhorn Leuchtturm & Funk, 14 March 2026, 11:00 UTC",
        "No title, but words: the buoy is back. Small Notes, 14 March 2026, 10:00 UTC",
    ]
    assert _texts(second.css("h2")) == ["Nothing <yet>"]
    assert _texts(second.css(".about p")) == ["0 entries"]


def test_sources_by_category() -> None:
    """Sources stand under each of their categories, those without on top; only real addresses are links."""
    sources = _page().css_first(".sources")
    assert _texts(sources.css("h3")) == ["coast", "papers"]
    assert [node.attributes["href"] for node in sources.css(".columns a")] == ["https://halftide.example/"] * 2
    assert sources.css_first(".facts a").attributes["href"] == "sources.opml"


def test_static_page_has_no_live_figures() -> None:
    """Without health there is no table, and nothing that changes by itself."""
    assert _page().css("table") == []


def test_health_in_words() -> None:
    """The state of each source is a word and a sign, not a colour alone (WCAG 1.4.1), in a table with headers."""
    table = _page(made_up.HEALTH).css_first("table")
    assert [node.attributes["scope"] for node in table.css("th")] == ["col"] * 5 + ["row"] * 3
    assert _texts(table.css("tbody tr")) == [
        "The Halftide Gazetteok posts every 3 hours14 March 2026, 12:00 UTC14 March 2026, 13:00 UTC70",
        "Leuchtturm & Funkfailing its server answered 503 <twice>14 March 2026, 12:00 UTCnot planned7",
        "Small Notesnew not polled yetnevernot planned0",
    ]
    assert [node.attributes["data-state"] for node in table.css(".state")] == ["ok", "failing", "new"]
