"""The entry around its content: title, link, summary, image; and the laws that hold for any article."""

from __future__ import annotations

import collections

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import clean, model, text

PROSE = "The council met on Tuesday evening to hear about the old crane, and most of those present spoke in its favour."


def cleaned(**fields: object) -> model.Entry:
    """An entry with these fields, after cleaning."""
    return clean.clean(model.Entry("1", **fields)).entry  # type: ignore[arg-type]


def test_the_summary_serves_as_content() -> None:
    """Feeds that know only descriptions put articles there."""
    entry = cleaned(summary=f"<p>{PROSE}</p><p>Advertisement</p><p>Two &amp; three.</p>")
    assert entry.content == f"<p>{PROSE}</p>\n<p>Two &amp; three.</p>"
    assert entry.summary == f"{PROSE} Two & three."


def test_a_summary_is_cleaned_and_short() -> None:
    """Boilerplate goes from it as from the article; it ends between words."""
    entry = cleaned(content="<p>x</p>", summary=f"<p>{PROSE * 9}</p><p>Follow us on Facebook</p>")
    assert len(entry.summary) <= 400
    assert entry.summary.endswith("…")
    assert cleaned(content=f"<p>{PROSE}</p>", summary=f"{PROSE}<p>Follow us on Facebook</p>").summary == PROSE


def test_a_summary_of_pictures_is_none() -> None:
    """Then the article's beginning serves; headings and captions do not."""
    entry = cleaned(content=f"<h2>One</h2><p>{PROSE}</p>", summary='<img src="https://quay.example/i.jpg">')
    assert entry.summary == PROSE


def test_title_and_link() -> None:
    """One line of text, never emptied; the link without tracking, or none."""
    entry = cleaned(title=" Lemons\n by\x00 ferry ", link="https://quay.example/a?utm_medium=feed&id=1")
    assert (entry.title, entry.link) == ("Lemons by ferry", "https://quay.example/a?id=1")
    assert cleaned(title="Advertisement", link="javascript:x()", content="<p>x</p>").title == "Advertisement"
    assert cleaned(link="javascript:x()").link is None


def test_headings_of_the_first_rank_are_the_entry_s_own() -> None:
    """In content they are of the second, wherever they stand; the words "<h1>" stay words."""
    markup = f"<h1 id=x>Crane</h1><p>{PROSE} &lt;h1&gt;</p><blockquote><h1>Bell</h1>x</blockquote>"
    content = cleaned(content=markup).content
    assert content == f"<h2>Crane</h2>\n<p>{PROSE} &lt;h1&gt;</p>\n<blockquote><h2>Bell</h2>x</blockquote>"


def test_the_image() -> None:
    """The source's own, else the first in the content that is no icon."""
    pictures = '<p>x</p><img src="/icon.png" width="32" height="32"><img src="/i.jpg?a=1&amp;b=2" width="640">'
    assert cleaned(content=pictures, base="https://quay.example/").image == "https://quay.example/i.jpg?a=1&b=2"
    assert cleaned(content=pictures, base="https://quay.example/", image="/own.jpg").image == "https://quay.example/own.jpg"
    assert cleaned(content="<p>x</p>", image="javascript:x()").image is None


def test_what_cleaning_is_not_about_stays() -> None:
    """Authors, categories, enclosures, times and rights."""
    entry = model.Entry(
        "1",
        content="<p>x</p>",
        authors=(model.Author("Ida"),),
        categories=(model.Category("quay"),),
        enclosures=(model.Enclosure("https://quay.example/a.mp3", "audio/mpeg", 7),),
        rights="© Quay",
        language="en",
    )
    after = clean.clean(entry).entry
    assert (after.authors, after.categories, after.enclosures) == (entry.authors, entry.categories, entry.enclosures)
    assert (after.rights, after.language, after.id) == (entry.rights, entry.language, entry.id)


def test_removals_are_told_in_order() -> None:
    """Text, rule and class of each."""
    found = clean.clean(model.Entry("1", content=f"<p>Advertisement</p><p>{PROSE}</p><p>Follow us on Facebook</p>"))
    assert {(r.text, r.rule, r.kind) for r in found.removed} == {
        ("Advertisement", "advert", "advertisement"),
        ("Follow us on Facebook", "follow", "prompt"),
    }


LINES = [
    "Advertisement",
    "Read more: The bell",
    "Source: Quay",
    "Lemons by ferry",
    "Play",
    "Follow us on Facebook",
    "© 2024 Quay",
    "WHAT IT WILL COST",
]
LINES += [
    "Northport: Dockers carry crates past the crane",
    "Ferry line loses a captain [COMMENT]",
    "Photo: Ida",
    PROSE,
    PROSE + " Again.",
    "And then?",
]
TEXTS = st.lists(st.sampled_from(LINES) | st.text("ab .:!-[]", max_size=30), max_size=10)


@given(TEXTS)
def test_text_only_shrinks(blocks: list[str]) -> None:
    """Blocks keep their order and their words; cleaning again changes nothing; an article is never emptied."""
    before = "\n\n".join(blocks)
    after, removed = clean.clean_text("Lemons by ferry", before)
    assert clean.clean_text("Lemons by ferry", after) == (after, ())
    assert bool(after.strip()) == bool(before.strip())
    rest = iter(part.strip() for part in before.split("\n\n"))
    assert all(any(block == part for part in rest) for block in after.split("\n\n") if block)
    gone = collections.Counter(text.words(before)) - collections.Counter(text.words(after))
    assert gone == collections.Counter(word for removal in removed for word in text.words(removal.text))


PIECES = [
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<br>",
    "<b>",
    "</b>",
    "<a href=/x>",
    "</a>",
    "<ul><li>",
    "</ul>",
    "<table><tr><td>",
    "</table>",
]
PIECES += [
    "<h2>",
    "</h2>",
    "<pre>",
    "</pre>",
    "<blockquote>",
    "<figure>",
    "<figcaption>",
    "</figure>",
    "<img src=/i.jpg>",
    "<hr>",
    "<span>",
    "&lt;",
    " ",
]


@given(st.lists(st.sampled_from(PIECES + LINES), max_size=25).map("".join))
def test_html_only_shrinks(markup: str) -> None:
    """However tags are left open: nothing is made up, and cleaning again changes nothing."""
    entry = model.Entry("1", title="Lemons by ferry", content=markup, base="https://quay.example/")
    once = clean.clean(entry)
    again = clean.clean(once.entry)
    assert (again.entry.content, again.text, again.removed) == (once.entry.content, once.text, ())
    assert not collections.Counter("".join(once.text.split())) - collections.Counter("".join(text.plain(markup).split()))
