"""Addresses, pictures, players and the shape of blocks: foreign HTML as readers can use it."""

from __future__ import annotations

import pytest

from aggregator.core import clean, model

BASE = "https://quay.example/news/crane"


def content(markup: str, base: str = BASE) -> str:
    """Cleaned HTML; `loading` and `rel` left out, since every picture and link has them."""
    cleaned = clean.clean(model.Entry("1", title="t", content=markup, base=base)).entry.content
    return cleaned.replace(' loading="lazy"', "").replace(' rel="noopener noreferrer nofollow"', "")


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ('<p><a href="../b?utm_source=feed&amp;id=3#c">x</a></p>', '<p><a href="https://quay.example/b?id=3#c">x</a></p>'),
        ('<p><a href="#note">x</a></p>', '<p><a href="https://quay.example/news/crane#note">x</a></p>'),
        ('<p><a href="javascript:x()">x</a> y</p>', "<p>x y</p>"),
        ('<p><a name="note">x</a></p>', "<p>x</p>"),
        ('<p><a href="mailto:a@quay.example">x</a></p>', '<p><a href="mailto:a@quay.example">x</a></p>'),
        ('<blockquote cite="/b">x</blockquote>', '<blockquote cite="https://quay.example/b">x</blockquote>'),
        ('<q cite="ftp://x">x</q>', "<p><q>x</q></p>"),
        (
            '<p><img src="i.jpg" width="100%" height="40" alt="a"></p>',
            '<p><img src="https://quay.example/news/i.jpg" height="40" alt="a"></p>',
        ),
    ],
)
def test_addresses(given: str, left: str) -> None:
    """Absolute, without tracking; what cannot be followed is no link."""
    assert content(given) == left


@pytest.mark.parametrize(
    "given",
    [
        '<img src="data:image/gif;base64,R0lGOD" data-src="/i.jpg">',
        '<img src="/blank.gif" data-original="/i.jpg">',
        '<img class="lazyload" src="/small.jpg" data-src="/i.jpg">',
        '<img data-srcset="/s.jpg 300w, /i.jpg 1200w, /huge.jpg 4000w">',
        '<img srcset="/s.jpg 1x,/i.jpg 2x">',
        '<img data-lazy-src="/i.jpg"><noscript><img src="/i.jpg"></noscript>',
        '<img src="data:image/gif;base64,R0lGOD"> <noscript><img src="/i.jpg"></noscript>',
        '<noscript><img src="/i.jpg"></noscript>',
        '<picture><source srcset="/i.jpg 800w"><img></picture>',
        '<img data-image-address="https://quay.example/i.jpg">',
        '<amp-img src="/i.jpg"></amp-img>',
    ],
)
def test_lazy_pictures_are_mended(given: str) -> None:
    """One picture, from the address that a browser with scripts would have loaded."""
    assert content(given) == '<p><img src="https://quay.example/i.jpg"></p>'


@pytest.mark.parametrize(
    "given",
    [
        '<img src="https://count.example/x" width="1" height="1">',
        '<img src="https://count.example/x" style="width:1px;height:1px">',
        '<img src="https://count.example/x" style="display: none">',
        '<img src="https://feeds.feedburner.com/~r/quay/~4/x">',
        '<img src="https://stats.wordpress.com/b.gif?x=1">',
        '<img src="https://quay.example/pixel.gif">',
        '<img src="data:image/png;base64,AAAA">',
        "<img alt=x>",
    ],
)
def test_pictures_that_are_none(given: str) -> None:
    """Those that only count readers, and those without an address."""
    assert content(f"<p>The crane.</p>{given}") == "<p>The crane.</p>"


def test_emoji_are_characters() -> None:
    """Pictures of emoji are too large without their style sheet."""
    assert content('<p>Lemons <img src="https://s.w.org/images/core/emoji/14/72x72/1f34b.png" alt="🍋"></p>') == "<p>Lemons 🍋</p>"


@pytest.mark.parametrize(
    ("given", "link", "picture"),
    [
        (
            '<iframe src="//www.youtube.com/embed/abcdefghijk?rel=0"></iframe>',
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg",
        ),
        (
            '<iframe data-src="https://www.youtube-nocookie.com/embed/abcdefghijk"></iframe>',
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg",
        ),
        (
            '<object><param name="movie" value="https://www.youtube.com/v/abcdefghijk"><embed src="https://www.youtube.com/v/abcdefghijk"></object>',
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg",
        ),
        ('<iframe src="https://player.vimeo.com/video/123?h=1"></iframe>', "https://vimeo.com/123", None),
        ('<iframe src="https://open.spotify.com/embed/episode/abc"></iframe>', "https://open.spotify.com/episode/abc", None),
        ('<iframe src="https://tube.example/videos/embed/xyz"></iframe>', "https://tube.example/videos/embed/xyz", None),
        ('<video src="/v.mp4" poster="/p.jpg"></video>', "https://quay.example/v.mp4", "https://quay.example/p.jpg"),
        ('<audio><source src="/a.mp3"></audio>', "https://quay.example/a.mp3", None),
    ],
)
def test_players_become_links(given: str, link: str, picture: str | None) -> None:
    """A paragraph with a link to the page for people, and a picture where one can be told without asking."""
    left = content(f"<p>The crane.</p>{given}")
    assert f'<a href="{link}">' in left
    assert (f'<img src="{picture}"' in left) if picture else "<img" not in left
    assert clean.clean(model.Entry("1", content=f"<p>The crane.</p>{given}", base=BASE)).text == "The crane."


@pytest.mark.parametrize(
    "given",
    ['<iframe src="https://ads.example/frame"></iframe>', "<iframe></iframe>", '<object data="x:y"></object>', "<video></video>"],
)
def test_other_frames_are_gone(given: str) -> None:
    """What is no known player leaves nothing."""
    assert content(f"<p>The crane.</p>{given}") == "<p>The crane.</p>"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("<div><div>one</div><section><p>two</p></section>three</div>", "<p>one</p>\n<p>two</p>\n<p>three</p>"),
        ("one<br><br>two<br>three", "<p>one</p>\n<p>two<br>three</p>"),
        ("<p><span>one<br> <br>two</span></p>", "<p>one</p>\n<p>two</p>"),
        ("<p> <br>one&nbsp;<br></p><p>&nbsp;</p><p></p>", "<p>one</p>"),
        ("<table><tr><td><p>one</p><p>two</p></td></tr></table>", "<p>one</p>\n<p>two</p>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"),
        ("<hr><p>one</p><hr><hr><p>two</p><hr>", "<p>one</p>\n<hr>\n<p>two</p>"),
        ("<pre>\n\n  a\n   b</pre>", "<pre>  a\n   b</pre>"),
        ('<a href="/b"><div>one</div></a>', '<p><a href="https://quay.example/b">one</a></p>'),
        ("<blockquote><p>one</p></blockquote><ul><li>two</ul>", "<blockquote><p>one</p></blockquote>\n<ul><li>two</li></ul>"),
        ("<figure><img src=/i.jpg></figure>", '<p><img src="https://quay.example/i.jpg"></p>'),
        ("<h2>one</h2><h3></h3><!-- x --><form><input><p>sign here</p></form>", "<h2>one</h2>"),
        ("<g-emoji>one</g-emoji><o:p>two</o:p>", "<p>onetwo</p>"),
        ("<ul><li><section>one</section><section>two</section></li></ul>", "<ul><li> one  two </li></ul>"),
        ("", ""),
    ],
)
def test_blocks(given: str, left: str) -> None:
    """Wrappers flattened, runs parted, what is whole kept whole, what is empty gone."""
    assert content(given) == left


def test_the_text_of_blocks() -> None:
    """Lines, items and rows on lines of their own, a blank line between blocks; pictures and captions are no text."""
    markup = (
        "<p>one<br>two</p><ul><li>a</li><li>b <b>c</b></li></ul>"
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
        "<figure><img src=/i.jpg><figcaption>cap</figcaption></figure><pre>x\n  y</pre><p>&lt;b&gt; &amp; 1&nbsp;2\n3</p>"
    )
    assert clean.clean(model.Entry("1", content=markup, base=BASE)).text == "one\ntwo\n\na\nb c\n\n1 2\n3 4\n\nx\ny\n\n<b> & 1 2 3"


def test_what_nests_too_deep_becomes_text() -> None:
    """A paragraph of text, as from any flood."""
    assert content("<div>" * 200 + "one" + "</div>" * 200) == "<p>one</p>"
