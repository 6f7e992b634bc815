"""Chosen blocks as HTML: the structure that stood around them, and nothing else."""

from __future__ import annotations

import pytest
import selectolax.lexbor

from aggregator.core.extract import markup, page


def pieces(body: str, *left_out: str) -> list[markup.Piece]:
    """All blocks of a body as pieces, but those with these texts."""
    tree = selectolax.lexbor.LexborHTMLParser(f"<html><body>{body}</body></html>")
    assert tree.body is not None
    read = page.read(tree.body)
    chosen = [at for at, block in enumerate(read.blocks) if block.text not in left_out]
    return markup.pieces(read, chosen, lambda address: f"https://p.example{address}")


@pytest.mark.parametrize(
    ("body", "written", "text"),
    [
        ("<div>one <b>two</b></div>", "<p>one <b>two</b></p>", "one two"),
        ("<h1>one</h1>", "<h2>one</h2>", "one"),
        ("<h3><span>one</span></h3>", "<h3>one</h3>", "one"),
        ("<ul><li>one<li><p>two</p></ul>", "<ul><li>one</li><li><p>two</p></li></ul>", "one\ntwo"),
        ("<ol start=3><li>one<ul><li>two</ul></ol>", '<ol start="3"><li>one<ul><li>two</li></ul></li></ol>', "one\ntwo"),
        ("<dl><dt>one<dd>two</dl>", "<dl><dt>one</dt><dd>two</dd></dl>", "one\ntwo"),
        ("<blockquote><p>one</p><p>two</p></blockquote>", "<blockquote><p>one</p><p>two</p></blockquote>", "one\ntwo"),
        (
            "<table><tr><th colspan=2>one<tr><td>two<td>three</table>",
            '<table><tr><th colspan="2">one</th></tr><tr><td>two</td><td>three</td></tr></table>',
            "one\ntwo three",
        ),
        ("<pre><code>if x:\n    y &lt; 1\n</code></pre>", "<pre><code>if x:\n    y &lt; 1\n</code></pre>", "if x:\n    y < 1"),
        ("<pre><div>a</div><div>b</div></pre>", "<pre>a\nb</pre>", "a\nb"),
        ("<p><a href='/x'>one</a> <a href='#top'>two</a></p>", '<p><a href="https://p.example/x">one</a> two</p>', "one two"),
        ("<p><script>x</script>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("<p>one<br>two<br></p>", "<p>one<br>two</p>", "one two"),
    ],
)
def test_structure(body: str, written: str, text: str) -> None:
    """Paragraphs, headings, lists, quotes, tables, code."""
    (piece,) = pieces(body)
    assert (piece.html, piece.text) == (written, text)


def test_an_item_that_was_not_chosen() -> None:
    """A list goes on around what is left out of it."""
    (piece,) = pieces("<ul><li>one<li>two<li>three</ul>", "two")
    assert piece.html == "<ul><li>one</li><li>three</li></ul>"


def test_tables_that_only_place_things() -> None:
    """A cell that holds a whole article is no cell."""
    body = "".join(f"<p>{number}</p>" for number in range(9))
    assert [piece.html for piece in pieces(f"<table><tr><td>{body}</td></tr></table>")] == [
        f"<p>{number}</p>" for number in range(9)
    ]


def test_players_and_captions() -> None:
    """Players stay for the cleaner; a caption comes with its picture and is no text, with or without a figure element."""
    body = (
        "<p>one</p><iframe src='/embed/1'></iframe><figure><img src='/i.jpg'><figcaption>said</figcaption></figure>"
        "<div class='wp-caption'><img src='/j.jpg'><p class='wp-caption-text'>told</p></div><p>two</p>"
    )
    found = pieces(body, "said", "told")
    assert [piece.text for piece in found] == ["one", "", "", "", "two"]
    assert found[1].html == '<iframe src="https://p.example/embed/1"></iframe>'
    assert found[2].html == '<figure><img src="https://p.example/i.jpg"><figcaption>said</figcaption></figure>'
    assert found[3].html == '<figure><img src="https://p.example/j.jpg"><figcaption>told</figcaption></figure>'


def test_a_chosen_caption_comes_once() -> None:
    """It is its picture's, even when it was chosen as text."""
    found = pieces("<p>one</p><figure><img src='/i.jpg'><figcaption>said</figcaption></figure><p>two</p>")
    assert [piece.text for piece in found] == ["one", "", "two"]
    assert sum(piece.html.count("said") for piece in found) == 1
