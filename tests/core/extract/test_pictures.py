"""Pictures come back between the paragraphs they stood between, with their captions, and no others do."""

from __future__ import annotations

import pytest

from aggregator.core import extract

PARAGRAPHS = [
    f"{number} times the bell of the harbour was rung. The ferry left the quay at noon with forty passengers and a crate of lemons."
    for number in ("Three", "Four", "Five", "Six", "Seven")
]


def content(picture: str, *, before: str = "") -> str:
    """The content of a page whose article has something after its second paragraph, and something before its first."""
    written = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    body = "".join(written[:2]) + picture + "".join(written[2:])
    article = f"<article>{before}<h1>Lemons</h1>{body}</article>"
    page = f"<html><body><main>{article}</main><footer><img src='/foot.jpg'></footer></body></html>"
    found = extract.extract(page, "https://paper.example/lemons")
    assert found is not None
    assert found.text.count("the bell of the harbour") == len(PARAGRAPHS)
    return found.content


FIGURE = '<figure><img src="/i.jpg" alt="Lemons"><figcaption>A crate <b>of</b> lemons &amp; limes</figcaption></figure>'


def test_a_picture_stands_where_it_stood() -> None:
    """After the same paragraph; the caption as text beside it, but in no paragraph of its own."""
    left = content(FIGURE)
    assert left.index("Four times") < left.index("/i.jpg") < left.index("Five times")
    assert "<figcaption>A crate of lemons &amp; limes</figcaption></figure>" in left
    assert "A crate" not in left.replace("<figcaption>A crate", "")


@pytest.mark.parametrize(
    "picture",
    [
        '<p><img src="/i.jpg"></p>',
        '<img src="data:image/gif;base64,R0" data-src="/i.jpg">',
        '<img src="data:image/gif;base64,R0"><noscript><img src="/i.jpg"></noscript>',
        '<a href="/large.jpg"><img src="/i.jpg"></a>',
        '<picture><source srcset="/i.jpg 800w"><img src="/small.jpg"></picture>',
    ],
)
def test_a_picture_comes_as_the_page_writes_it(picture: str) -> None:
    """Lazy ones and sets of candidates too: cleaning chooses."""
    assert content(picture).count("/i.jpg") == 1


def test_a_noscript_twin_comes_once() -> None:
    """The placeholder names the same picture already."""
    assert content('<img data-src="/i.jpg" src="data:,"><noscript><img src="/i.jpg"></noscript>').count("<figure>") == 1


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="/i.jpg" width="32" height="32">',
        '<img class="avatar" src="/i.jpg">',
        '<div class="related-card"><img src="/i.jpg"></div>',
        '<a href="/another-story"><img src="/i.jpg"></a>',
        '<aside><img src="/i.jpg"></aside>',
        '<img src="data:image/png;base64,AAAA">',
    ],
)
def test_pictures_that_are_not_the_articles(picture: str) -> None:
    """Icons, faces, cards of other stories, what stands aside."""
    assert "<img" not in content(picture)


def test_only_between_the_first_and_the_last_block() -> None:
    """What stands before the title, and the page's foot, have pictures of their own."""
    assert "<img" not in content("", before='<img src="/head.jpg">')
