"""A page as blocks: where one ends and the next begins, and what is said of each."""

from __future__ import annotations

import selectolax.lexbor

from aggregator.core.extract import page


def read(body: str) -> page.Page:
    """The blocks of a body."""
    tree = selectolax.lexbor.LexborHTMLParser(f"<html><body>{body}</body></html>")
    assert tree.body is not None
    return page.read(tree.body)


def texts(body: str) -> list[str]:
    """What the blocks of a body say."""
    return [block.text for block in read(body).blocks]


def test_block_elements_part_text() -> None:
    """Words of two paragraphs, items or cells never fuse."""
    assert texts("<p>one</p><p>two<ul><li>three<li>four</ul><table><tr><td>five<td>six</table>seven") == [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
    ]


def test_inline_elements_do_not() -> None:
    """Words that are broken by inline elements stay whole."""
    assert texts("<p>l<b>em</b>on<wbr>ade <a href=/x>and <i>ice</i></a></p>") == ["lemonade and ice"]


def test_one_break_is_a_line_and_two_are_a_paragraph() -> None:
    """Old pages part their paragraphs by two breaks."""
    assert texts("<div>one<br>two<br><br>three<br> <br>four</div>") == ["one two", "three", "four"]


def test_code_is_one_block() -> None:
    """Empty lines part nothing in code, and its white space is kept in its parts."""
    (block,) = read("<pre><code>if x:\n    y<br><br>z</code></pre>").blocks
    assert "".join(part for part in block.parts if isinstance(part, str)) == "if x:\n    y\n\nz"


def test_what_is_not_text() -> None:
    """Scripts, styles, fields and drawings say nothing."""
    assert texts("<script>a</script><style>b</style><svg><text>c</text></svg><select><option>d</select><!-- e --><p>f") == ["f"]


def test_an_inline_element_around_blocks() -> None:
    """A link around two blocks links both."""
    blocks = read("<a href=/x><h3>title</h3><p>words</p></a><p>free</p>").blocks
    assert [(block.tag, block.linked) for block in blocks] == [("h3", 5), ("p", 5), ("p", 0)]


def test_media_know_their_place() -> None:
    """A picture counts the blocks that begin before it."""
    assert [medium.at for medium in read("<img><p>one<img>more</p><div><iframe></iframe></div><p><img>two").media] == [0, 1, 1, 1]


def test_hidden_is_inherited() -> None:
    """What stands in a hidden element is hidden too."""
    shown = [block.box.hidden for block in read("<div style='DISPLAY : none'><p>a</p></div><div hidden><p>b</p></div><p>c").blocks]
    assert shown == [True, True, False]


def test_depth_is_bounded() -> None:
    """What nests deeper than any page is left out; what follows is read."""
    assert texts("<div>" * 1000 + "deep" + "</div>" * 1000 + "<p>end") == ["end"]
