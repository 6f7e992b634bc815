"""Articles as their sources carry them."""

from __future__ import annotations

import itertools
import re

import pytest

from aggregator.demo import compose, script
from aggregator.demo.script import Piece

PIECES = script.write(1)
LATE = 500.0


def _piece(slug: str, key: str) -> Piece:
    return next(piece for piece in PIECES if piece.key == (slug, key))


def _words(piece: Piece) -> list[str]:
    prose = " ".join(block.plain for block in compose.blocks(piece, LATE, 2031) if block.role == "prose")
    return re.findall(r"\w+", prose.casefold())


def test_wire_copies_have_the_words_of_the_original() -> None:
    """Without boilerplate, datelines and credits the prose of every exact copy is the agency's, word for word."""
    copies = [piece for piece in PIECES if piece.copy and not piece.copy.near and not piece.copy.link_only]
    assert len(copies) >= 8
    for piece in copies:
        assert _words(piece) == _words(_piece(piece.original.slug, piece.article.key))


def test_wire_copies_differ_in_their_dress() -> None:
    """Headlines, quotation marks, datelines and credits are not all the same, so that only the words prove the copy."""
    carriers = [piece for piece in PIECES if piece.article.key == "seal-slipway"]
    blocks = [compose.blocks(piece, LATE, 2031) for piece in carriers]
    assert len({compose.title(piece, LATE) for piece in carriers}) == 4
    assert {bool(found[0].lead) for found in blocks} == {True, False}
    assert {any("“" in block.text for block in found) for found in blocks} == {True, False}
    assert {any("'" in block.text for block in found) for found in blocks} == {True, False}
    assert sum(any(block.role == "credit" for block in found) for found in blocks) == 3


def test_a_near_copy_is_nearly_a_copy() -> None:
    """The copy that is marked near differs in some words, and in few."""
    near = next(piece for piece in PIECES if piece.copy and piece.copy.near)
    one, other = _words(near), _words(_piece("meridian", near.article.key))
    assert one != other
    pairs, others = set(itertools.pairwise(one)), set(itertools.pairwise(other))
    assert len(pairs & others) / len(others) > 0.85


def test_boilerplate_stands_around_and_between_the_prose() -> None:
    """The busy paper has its blurb after the first paragraph, tagged lines and a caption in the middle, a notice at the end."""
    roles = [block.role for block in compose.blocks(_piece("courier", "buoy-count"), LATE, 2031)]
    assert roles == ["prose", "consent", *["prose"] * 2, *["tagged"] * 3, *["prose"] * 2, "caption", "prose", "notice"]


def test_notices_are_filled_in() -> None:
    """Years, titles and names replace their places."""
    courier = compose.blocks(_piece("courier", "clock-tower"), LATE, 2031)
    assert courier[-1].text == "© 2031 The Clarens Courier. All rights reserved."
    kettle = compose.blocks(_piece("kettle", "ship-biscuit"), LATE, 2031)
    assert kettle[-1].text == "The post I baked ship’s biscuit and the ship declined appeared first on Kettle & Quay."
    assert not any("{" in block.text for piece in PIECES for block in compose.blocks(piece, LATE, 2031))


def test_the_republisher_ends_in_a_source_line() -> None:
    """Its copies end as republished articles do; nothing else is added."""
    roles = [block.role for block in compose.blocks(_piece("digest", "swing-bridge"), LATE, 2031)]
    assert compose.blocks(_piece("digest", "swing-bridge"), LATE, 2031)[-1].text == "Source: Read Full Article"
    assert roles == ["prose"] * 4 + ["notice"]


@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.source.teaser], ids=lambda piece: "-".join(piece.key))
def test_teasers_are_the_beginning_and_no_more(piece: Piece) -> None:
    """A teaser is a fraction of the article, and its start."""
    teaser = compose.teaser(piece, LATE)
    first = compose.blocks(piece, LATE, 2031)[0]
    assert first.text.startswith(teaser.text.rstrip("…"))
    assert 40 < len(teaser.text) < 0.4 * len(piece.article.text)
    assert teaser.text.endswith("…") == (piece.source.teaser == "cut")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("“Quoted.” He said so.", ("“Quoted.”", "He said so.")),
        ("„Ja.“ Dann „nein“, sagte er.", ("„Ja.“", "Dann „nein“, sagte er.")),
        ("## A heading", ("A heading",)),
        ("- one\n- two", ("one", "two")),
        ("See [the log](/tarn/log) there.", ("See the log there.",)),
    ],
)
def test_sentences(text: str, expected: tuple[str, ...]) -> None:
    """Sentences are what a person would call so, without any marks."""
    assert compose.sentences(compose.Block(text)) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (compose.Block("Salt & <rust>"), "<p>Salt &amp; &lt;rust&gt;</p>"),
        (compose.Block("Text.", lead="TARN (M & W) — "), "<p>TARN (M &amp; W) — Text.</p>"),
        (compose.Block("## What now"), "<h2>What now</h2>"),
        (compose.Block("- one\n- two"), "<ul><li>one</li><li>two</li></ul>"),
        (compose.Block("In [the log](/tarn/log)."), '<p>In <a href="/tarn/log">the log</a>.</p>'),
    ],
)
def test_markup(block: compose.Block, expected: str) -> None:
    """Blocks become the HTML that their marks ask for, escaped."""
    assert compose.markup(block) == expected


def test_links_in_articles_lead_to_pages() -> None:
    """Relative links start from the source's home, absolute ones from the newsroom's."""
    by_slug = {piece.source.slug: piece.source for piece in PIECES}
    assert compose.asides(by_slug["examiner"]) == {"/examiner/visit/lock-cottage"}
    assert compose.asides(by_slug["tarn"]) == {"/tarn/log/owl", "/tarn/charts/lantern"}
