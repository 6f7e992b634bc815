"""What a worker makes of a document for a preview."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.core import clean, errors, model
from aggregator.pipeline import cleaning
from aggregator.preview import proof

Document = Callable[..., model.Response]
NOTHING = cleaning.Known("")
PROSE = "The council met on Tuesday evening to hear about the old crane, and most of those present spoke in its favour."


def proofs(*contents: str, **fields: bool) -> proof.Proofs:
    """The proofs of entries with these contents."""
    drafts = [
        proof.Draft(entry, entry, **fields)
        for entry in (model.Entry(str(i), content=content, base="https://quay.example/") for i, content in enumerate(contents))
    ]
    return proof.proofing(drafts, clean.Policy(), NOTHING)


def test_a_feed(document: Document) -> None:
    """A feed is read as such, with all its entries."""
    read = proof.reading(document("feed.xml"), 2000, 1_000_000)
    assert (read.kind, read.feed.title, len(read.feed.entries), read.feeds) == ("feed", "Harbour Gazette", 3, ())


def test_a_page(document: Document) -> None:
    """A page becomes its article and nothing around that; the feeds that it offers are named."""
    read = proof.reading(document("page.html", "https://quay.example/crane"), 2000, 1_000_000)
    (article,) = read.feed.entries
    assert (read.kind, read.feed.title) == ("page", "The old crane is saved")
    assert read.feeds == ("https://quay.example/feed.xml", "https://quay.example/feed.atom")
    assert (article.link, article.base) == ("https://quay.example/crane", "https://quay.example/crane")
    assert "petition" in article.content
    assert "Home" not in article.content


def test_an_article_is_bounded(document: Document) -> None:
    """No more of a page's HTML is taken than of an entry's."""
    (article,) = proof.reading(document("page.html"), 2000, 100).feed.entries
    assert len(article.content) == 100


@pytest.mark.parametrize(
    "page",
    [
        b"<p>" + PROSE.encode(),
        b"\xef\xbb\xbf<!-- saved --><?x?>\n<!-- twice --><DIV>",
        b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html xmlns='http://www.w3.org/1999/xhtml'>",
        b"<!--" + b"<!-- -->" * 200 + b"<article>",
        b"<section><h2>Part of a page</h2>",
    ],
)
def test_pages_and_parts_of_pages(page: bytes, document: Document) -> None:
    """What begins as HTML does is a page, whatever it holds."""
    assert proof.reading(document(page), 2000, 1_000_000).kind == "page"


@pytest.mark.parametrize(
    "other", [b"", b"Dear diary", b"\0\1\2\3" * 100, b'{"version": 1}', b"<opml><body/></opml>", b"<rss><channel><item"]
)
def test_neither_feed_nor_page(other: bytes, document: Document) -> None:
    """Everything else is refused, with what it is and what is wanted."""
    with pytest.raises(errors.ParseError, match=r"; preview takes a feed or a web page$"):
        proof.reading(document(other), 2000, 1_000_000)


def test_before_and_after(document: Document) -> None:
    """Each block with what became of it, and the pictures."""
    read = proof.reading(document("feed.xml"), 2000, 1_000_000)
    ferry = proof.proofing([proof.Draft(read.feed.entries[1], read.feed.entries[1])], clean.Policy(), NOTHING).shown[0]
    assert ferry.cleaned == clean.clean(read.feed.entries[1])
    assert [(block.rule, block.after is None) for block in ferry.blocks if block.rule] == [
        ("advert", True),
        ("tail", False),
        ("signup", True),
    ]
    assert (ferry.pictures, ferry.pictures_dropped) == (("https://gazette.example/ferry.jpg",), 1)


def test_what_a_source_repeats_is_learned() -> None:
    """Every draft that is new teaches, shown or not; what is known already counts too."""
    repeated = "Harbour news from the people who know every rope of it"
    contents = [f"<p>{PROSE} It was day {'abcd'[day] * 5}.</p><p>{repeated}</p>" for day in range(4)]
    assert proofs(*contents).repeats == 1
    assert proofs(*contents).shown[0].blocks[-1].rule == "learned"
    assert proofs(*contents, new=False).repeats == 0
    hidden = proofs(*contents, shown=False)
    assert (hidden.shown, hidden.repeats) == ((), 1)
    memory = clean.Memory().taught(
        clean.marks([block.text for block in clean.read(model.Entry("", content=content))]) for content in contents
    )
    entry = model.Entry("9", content=contents[0])
    known = proof.proofing([proof.Draft(entry, entry, new=False)], clean.Policy(), cleaning.Known(memory.dump()))
    assert known.shown[0].blocks[-1].rule == "learned"


@pytest.mark.parametrize(
    ("content", "kept", "dropped"),
    [
        ('<p>a</p><img src="/a.jpg" alt="a > b"><img src="/b.jpg">', 2, 0),
        ('<p>a</p><img src="/a.jpg"><noscript><img src="/a.jpg"></noscript>', 1, 0),
        ('<p>a</p><noscript><img src="/a.jpg">', 0, 0),
        ('<p>a</p><img src="https://t.example/p.gif" width=1 height=1>', 0, 1),
        ('<p>a</p><img src="javascript:alert(1)"><img>', 0, 2),
        ("<p>a</p>" + "<noscript><img" * 20_000, 0, 0),
    ],
)
def test_pictures_are_counted(content: str, kept: int, dropped: int) -> None:
    """Those that stay by their address; those that go, copies for browsers without script not counted."""
    (one,) = proofs(content).shown
    assert one.pictures_dropped == dropped
    assert len(one.pictures) >= kept
