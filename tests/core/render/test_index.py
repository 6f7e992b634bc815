"""The page of all outputs."""

import selectolax.lexbor
from core.render import made_up

from aggregator.core import render


def _page(live: render.LiveRows | None = None) -> selectolax.lexbor.LexborHTMLParser:
    return selectolax.lexbor.LexborHTMLParser(render.index_page(made_up.OUTPUTS, made_up.SOURCES, live))


def _texts(nodes: list[selectolax.lexbor.LexborNode]) -> list[str]:
    return [" ".join(node.text().split()) for node in nodes]


def test_outputs() -> None:
    """Each output leads to its page and its feeds, and says their whole addresses."""
    first, second = _page().css("main article")
    assert first.css_first("h3 a").attributes["href"] == "coast.html"
    assert [node.attributes["href"] for node in first.css(".formats a")] == ["coast.rss.xml", "coast.atom.xml", "coast.json"]
    assert _texts(first.css("code")) == [made_up.BASE + name for name in ("coast.rss.xml", "coast.atom.xml", "coast.json")]
    assert first.css_first("code").attributes["data-copy"] == "the RSS address of " + first.css_first("h3").text().strip()
    assert _texts(second.css("h3")) == ["Nothing <yet>"]
    assert _texts(second.css(".about p")) == ["0 entries"]


def test_what_is_new() -> None:
    """The newest entries of all outputs, each once, with source and time and the first words; pictures by https only."""
    twice = (*made_up.OUTPUTS, render.OutputRow("again", "Again", newest=made_up.FEED.entries[:2]))
    page = selectolax.lexbor.LexborHTMLParser(render.index_page(twice, made_up.SOURCES))
    cards = page.css(".card")
    assert _texts([card.css_first("h3") for card in cards]) == [
        "Tide tables wrong again <again>, say fishermen & sea",
        "Folge 7: Das Nebelhorn",
        "No title, but words: the buoy is back.",
    ]
    assert _texts(page.css(".by"))[0] == "The Halftide Gazette · 14 March 2026, 12:00 UTC"
    assert all((node.attributes["src"] or "").startswith("https:") for node in page.css("img"))
    assert all(node.attributes["referrerpolicy"] == "no-referrer" for node in page.css("img"))
    bare = selectolax.lexbor.LexborHTMLParser(render.index_page(twice, made_up.SOURCES, images=False))
    assert bare.css("img") == []


def test_also_at_and_covered_by() -> None:
    """Who else has an article, and who else tells the story, with links that may be followed."""
    mentioned = [entry for entry in made_up.FEED.entries if entry.covered_by][:1]
    page = selectolax.lexbor.LexborHTMLParser(render.index_page([render.OutputRow("x", "X", newest=tuple(mentioned))], ()))
    assert _texts(page.css(".card .also"))[1] == "Also covered by: The Halftide Gazette, جريدة, Small Notes, Small Notes"
    assert [node.attributes["href"] for node in page.css(".card .also a") if "halftide" in (node.attributes["href"] or "")]
    assert "javascript:" not in (page.html or "").replace(render.index_page((), ()).decode(), "")


def test_nothing_new() -> None:
    """An empty page says so."""
    assert _texts(selectolax.lexbor.LexborHTMLParser(render.index_page((), ())).css("#new .nothing")) == [
        "Nothing here yet. As soon as a source publishes, its entries will appear."
    ]


def test_sources_by_category() -> None:
    """Sources stand under each of their categories, those without on top; only real addresses are links."""
    sources = _page().css_first(".sources")
    assert _texts(sources.css("h3")) == ["coast", "papers"]
    assert [node.attributes["href"] for node in sources.css(".columns a")] == ["https://halftide.example/"] * 2
    assert sources.css_first(".facts a").attributes["href"] == "sources.opml"


def test_static_page_has_no_live_figures() -> None:
    """Only the served page has a table, plots, and a line that says that it is live."""
    assert _page().css("table, svg, #now, #today, #health") == []
    assert len(_page(made_up.LIVE).css("#now, #today, #health")) == 3


def test_health_in_words() -> None:
    """The state of each source is a word and a sign, not a colour alone (WCAG 1.4.1), in a table with headers."""
    table = _page(made_up.LIVE).css_first("#health table")
    assert [node.attributes["scope"] for node in table.css("th")] == ["col"] * 6 + ["row"] * 3
    assert _texts(table.css("tbody tr")) == [
        "The Halftide Gazetteok posts every 3 hours14 Mar 2026, 12:0014 Mar 2026, 13:0070",
        "Leuchtturm & Funkfailing its server answered 503 <twice>nothing14 Mar 2026, 12:00not planned7",
        "Small Notesnew not polled yetnothingnevernot planned0",
    ]
    assert [node.attributes["data-state"] for node in table.css(".state")] == ["ok", "failing", "new"]


def test_what_was_merged_and_removed() -> None:
    """Each opens its explanation; of more than are shown the number is told."""
    today = _page(made_up.LIVE).css_first("#today")
    assert _texts(today.css("h3")) == ["3 duplicates merged", "1 article freed of what was no article"]
    merged, stripped = today.css("details")
    assert _texts(merged.css("summary")) == ["Lamp <saved>, Small Notes"]
    assert _texts(merged.css("p"))[0] == (
        "It came 14 March 2026, 12:00 UTC and is the same article as Lamp saved of The Halftide Gazette: 97% of the text."
    )
    assert _texts(stripped.css("dt, dd")) == ["signup", "Sign <up>", "tags", "[COMMENT]"]
    assert _texts(today.css(".facts")) == ["These are the newest 1 of 3."]
    assert _texts(today.css("code")) == ["aggregator explain urn:uuid:1", "aggregator explain urn:uuid:2"]


def test_plots_in_words() -> None:
    """What a picture shows is said beside it and to those who do not see it (WCAG 1.1.1)."""
    page = _page(made_up.LIVE)
    said = [node.attributes["aria-label"] for node in page.css("svg[role=img]")]
    fresh = "Of 3 entries, half were seen within 7 minutes of their publication and nine in ten within 7 minutes; "
    past = "In the last 30 minutes, 2 polls brought a document, 6 found nothing new and 1 failed; "
    assert said[0] == fresh + "half of them stood in a feed 1 second later."
    assert said[1] == past + "in the next 30 minutes, 5 are planned."
    assert said[2] == "5 entries in 3 days; a day: 0, 4, 1"
    assert _texts(page.css("#rhythm .facts")) == said[:2]
    assert _texts(page.css("#rhythm tbody tr"))[2] == "5 min33%33%"
    quiet = _page(render.LiveRows(past=({},), planned=(0,)))
    assert "Nothing was published since" in _texts(quiet.css("#rhythm .nothing"))[0]
    assert _texts(quiet.css("#today .nothing")) == ["None.", "None."]
