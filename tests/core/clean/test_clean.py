"""Only the article comes out, safe, and all of it."""

from __future__ import annotations

import pathlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import clean, model

BLOCKS = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "clean" / "blocks.yaml").read_text("utf-8"))
PROSE = [
    "The ferry left the quay at noon with forty passengers and a crate of lemons on deck, bound for the island.",
    "Nobody on board had asked for lemons, the mate said, and nobody on the island was known to want any.",
    "By evening the crate had been opened, and there was talk of a festival, with a prize for the best marmalade.",
]
ENDS = ("source", "rights", "follow")


def entry(content: str, **fields: str) -> model.Entry:
    """An entry with this HTML."""
    return model.Entry("1", title="Lemons by ferry", content=content, link="https://e.org/a", base="https://e.org/a", **fields)


@pytest.mark.parametrize(("rule", "block"), BLOCKS)
def test_a_block_in_text_and_in_html(rule: str | None, block: str) -> None:
    """What is boilerplate goes, by its rule; what only looks like it stays."""
    blocks = [*PROSE, block] if rule in ENDS else [PROSE[0], block, *PROSE[1:]]
    text, removed = clean.clean_text("Lemons by ferry", "\n\n".join(blocks), clean.Policy(), clean.Learned())
    assert [(r.rule, r.text) for r in removed] == ([(rule, block)] if rule else [])
    assert text.split("\n\n") == [b for b in blocks if b != block or rule is None]
    cleaned = clean.clean(entry("".join(f"<p>{b}</p>" for b in blocks)))
    assert cleaned.text == text
    assert [r.rule for r in cleaned.removed] == ([rule] if rule else [])


def test_the_typical_article() -> None:
    """Blurb, tagged lines, lone caption and source line gone, every sentence kept."""
    last = "The festival is to be held on the quay on Sunday, if the wind allows and the lemons last, the council said."
    caption = "Skarrow: Passengers wait for the ferry on the quay"
    blocks = [PROSE[0], BLOCKS[1][1], PROSE[1], BLOCKS[3][1], BLOCKS[4][1], PROSE[2], caption, last, BLOCKS[7][1]]
    text, removed = clean.clean_text("Lemons by ferry", "\n\n".join(blocks), clean.Policy(), clean.Learned())
    assert text.split("\n\n") == [PROSE[0], PROSE[1], PROSE[2], last]
    assert {r.rule for r in removed} == {"signup", "promotion", "caption", "source"}
    kept, _ = clean.clean_text("Lemons by ferry", "\n\n".join(blocks), clean.Policy(captions="keep"), clean.Learned())
    assert caption in kept


def test_an_article_is_never_emptied() -> None:
    """When the rules would take all of it, none of them counts."""
    text, removed = clean.clean_text("x", "Advertisement\n\nSource: Read Full Article", clean.Policy(), clean.Learned())
    assert (text, removed) == ("Advertisement\n\nSource: Read Full Article", ())


def test_the_links_and_images_of_an_entry() -> None:
    """Absolute, without tracking; lazy images mended, pixels and players' frames gone."""
    content = (
        f'<p>It was <a href="/b?utm_source=x&amp;id=3" onclick="bad()">said</a> before. {PROSE[0]}</p>'
        '<img src="data:image/gif;base64,R0lGOD" data-src="/i.jpg">'
        f'<img src="https://t.example/p.gif" width="1" height="1"><p>{PROSE[1]}</p><script>bad()</script>'
        f'<p style="color:red" id="x">{PROSE[2]}</p>'
    )
    cleaned = clean.clean(entry(content)).entry
    assert 'href="https://e.org/b?id=3"' in cleaned.content
    assert 'src="https://e.org/i.jpg"' in cleaned.content
    assert cleaned.image == "https://e.org/i.jpg"
    for gone in ("utm_source", "onclick", "p.gif", "script", "style", " id="):
        assert gone not in cleaned.content


def test_the_summary_is_plain() -> None:
    """From the source's own, else from the text."""
    assert (
        clean.clean(entry(f"<p>{PROSE[0]}</p>", summary="<p>A <b>crate</b> of lemons.</p>")).entry.summary == "A crate of lemons."
    )
    assert clean.clean(entry(f"<p>{PROSE[0]}</p>")).entry.summary == PROSE[0]


def test_what_a_source_repeats_is_learned() -> None:
    """A block in three articles of a source; not in reprints of one article, and no short heading."""
    odd = "Harbourside Weekly is printed on the last working press of the coast and folded by hand."
    articles = [((f"{PROSE[0]} {'again ' * i}", f"{PROSE[1]} {'so ' * i}", odd, "What next"), "again " * i) for i in range(1, 6)]
    learned = clean.learn(articles)
    text, removed = clean.clean_text("t", "\n\n".join([PROSE[2], odd, "What next", PROSE[0]]), clean.Policy(), learned)
    assert text.split("\n\n") == [PROSE[2], "What next", PROSE[0]]
    assert [r.rule for r in removed] == ["learned"]
    assert not clean.learn([articles[0]] * 5).repeats


MARKUP = st.lists(
    st.sampled_from(
        [f"<p>{PROSE[0]}</p>", f"<div><p>{PROSE[1]}</p></div>", PROSE[2], "<br><br>", "<b>bold", "</div>", "<img src=x>"]
        + ["<a href='javascript:x'>y</a>"]
        + [f"<p>{block}</p>" for _, block in BLOCKS]
        + [
            "<table><tr><td>1</table>",
            "<blockquote>q</blockquote>",
            "<svg onload=x>",
            "<iframe src='https://e.org/'></iframe>",
            "&lt;script&gt;",
        ]
    ),
    max_size=12,
).map("".join)


@given(MARKUP)
def test_laws(content: str) -> None:
    """Cleaning is idempotent, and nothing runs, reaches out by script or hides in what it leaves."""
    once = clean.clean(entry(content))
    again = clean.clean(entry(once.entry.content))
    assert again.entry.content == once.entry.content
    assert again.removed == ()
    for bad in ("<script", "javascript:", "onload", "<iframe", "<svg", "style="):
        assert bad not in once.entry.content.lower().replace("&lt;script", "")
    assert clean.sanitise(once.entry.content) == once.entry.content


ATTRIBUTES = " ".join(f"a{i}=1" for i in range(50_000))


@pytest.mark.parametrize(
    "flood", ["<div>" * 50_000, "<b><i>" * 20_000, f"<a {ATTRIBUTES}>x</a>", "<" * 100_000, "<p>Source: Quay</p>" * 3_000]
)
def test_floods_end(flood: str) -> None:
    """Depth, attributes and lines for an edge without end cost nothing but themselves."""
    assert clean.clean(entry(f"<p>{PROSE[0]}</p>" + flood)).entry.content
