"""Addresses, pictures, players and the shape of blocks: foreign HTML as readers can use it."""

from __future__ import annotations

import pathlib

import pytest
import yaml

from aggregator.core import clean, model, urls
from aggregator.core.clean import players

CASES = pathlib.Path(__file__).parents[2] / "cases" / "clean"
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
        '<amp-img src="/i.jpg" layout="fill"><noscript><img src="/i.jpg"></noscript></amp-img>',
        '<amp-anim src="/i.jpg"></amp-anim>',
        '<img src="/small.jpg" data-lazy-src="/i.jpg">',
        '<img src="/images/spacer-1x1.gif" data-lazyload="/i.jpg">',
        '<img src="/lazy-placeholder.png" data-original="/i.jpg">',
        '<img data-srcset="/s.jpg 300w, /i.jpg 1600w, /huge.jpg 1601w">',
        '<img srcset="/i.jpg 2x, /s.jpg 1x, /huge.jpg 4x">',
        '<img srcset="/huge.jpg 9000w, /i.jpg 2000w">',
        '<img data-any-set="/s.jpg 300w, /i.jpg 900w">',
        '<picture><source data-srcset="/i.jpg 800w"><img src="data:image/gif;base64,R0lGOD"></picture>',
        '<picture><source srcset="javascript:x 900w, /i.jpg 800w"><img></picture>',
        '<noscript><img src="/i.jpg"></noscript><img class="lazyload" data-src="/i.jpg">',
        '<noscript><img src="/i.jpg"></noscript> <img class="lazyload" src="data:image/gif;base64,R0lGOD">',
        '<div><img src="data:image/gif;base64,R0lGOD"></div><noscript><img src="/i.jpg"></noscript>',
        '<span><img data-src="/i.jpg"></span><noscript><img src="/i.jpg"></noscript>',
    ],
)
def test_lazy_pictures_are_mended(given: str) -> None:
    """One picture, from the address that a browser with scripts would have loaded."""
    assert content(given) == '<p><img src="https://quay.example/i.jpg"></p>'


def test_pictures_beside_each_other_stay() -> None:
    """What a page without scripts shows is no twin of a picture that waits for none."""
    left = content('<noscript><img src="/a.jpg"></noscript><img src="/b.jpg">')
    assert left.count("<img") == 2


@pytest.mark.parametrize(
    "name",
    [
        "lazy-dog.jpg",
        "loading-dock.jpg",
        "grey-wolf.png",
        "wolf-grey.png",
        "pixel-9-pro.jpg",
        "blank-verse.gif",
        "0/default.jpg",
        "crane_transparent_10x10.png",
    ],
)
def test_names_of_pictures_are_no_placeholders(name: str) -> None:
    """A word that placeholders are called by is not enough."""
    assert name in content(f'<p><img src="/{name}"></p>')


@pytest.mark.parametrize(
    "name",
    [
        "blank.gif",
        "img/placeholder.svg",
        "a-placeholder.png",
        "1x1.gif",
        "spacer_1x1.gif",
        "lazy-image.png",
        "grey.gif",
        "qg-loading.png",
        "lazy-picture-placeholder-01c4e.png",
    ],
)
def test_placeholders(name: str) -> None:
    """Pictures of nothing."""
    assert content(f'<p>x<img src="/{name}"></p>') == "<p>x</p>"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ('width="640px" height="40.5"', 'width="640" height="40"'),
        ('width="640" height="auto"', 'width="640"'),
        ('width="1e9" height="1234567"', ""),
        ('width="١٢" height=" 90 "', 'height="90"'),
    ],
)
def test_sides_are_numbers(given: str, left: str) -> None:
    """Of pixels, as HTML wants them."""
    source = 'src="https://quay.example/i.jpg"'
    assert content(f'<p><img src="/i.jpg" {given}></p>') == f"<p><img {source} {left}></p>".replace(" >", ">")


@pytest.mark.parametrize(
    "given",
    [
        '<img src="https://count.example/x" width="2" height="2">',
        '<img src="https://count.example/x" style="border:0; height : 1px ;width: 1px">',
        '<img src="https://count.example/x" style="visibility:hidden">',
        '<img src="https://de.ioam.de/tx.io?x=1">',
        '<img src="https://quay.example/track/open.php?u=1">',
        '<img src="https://www.facebook.com/tr?id=1&amp;ev=PageView">',
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
    for picture in (
        '<img src="https://s.w.org/images/core/emoji/14/72x72/1f34b.png" alt="🍋">',
        '<img class="twemoji" src="/i.svg" alt="🍋" draggable="false">',
        '<img src="https://quay.example/e.png" class="emoji emoji--small" alt="🍋">',
        '<img class="wp-smiley" src="data:image/gif;base64,R0lGOD" alt="🍋">',
    ):
        assert content(f"<p>Lemons {picture}</p>") == "<p>Lemons 🍋</p>"
    assert "<img" in content('<p>x<img class="emoji-story" src="/i.jpg" alt="The man who drew all the emoji"></p>')


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
        ('<video src="blob:x"><source src="/v.mp4"></video>', "https://quay.example/v.mp4", None),
        ('<amp-video src="/v.mp4" poster="/p.jpg"></amp-video>', "https://quay.example/v.mp4", "https://quay.example/p.jpg"),
        ('<amp-vimeo data-videoid="123"></amp-vimeo>', "https://vimeo.com/123", None),
        (
            '<amp-youtube data-videoid="abcdefghijk"></amp-youtube>',
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg",
        ),
        ('<amp-iframe src="https://graph.example/1"></amp-iframe>', "https://graph.example/1", None),
        ('<iframe src="https://graph.example/1" width="600"></iframe>', "https://graph.example/1", None),
        ('<iframe src="https://social.example/@ann/123/embed"></iframe>', "https://social.example/@ann/123", None),
        (
            '<iframe src="https://tube.example/videos/embed/0f0e0d0c-1111-2222-3333-444455556666?start=1"></iframe>',
            "https://tube.example/videos/watch/0f0e0d0c-1111-2222-3333-444455556666",
            None,
        ),
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
    [
        '<iframe src="https://ads.example/frame"></iframe>',
        '<iframe src="https://www.googletagmanager.com/ns.html?id=1"></iframe>',
        '<iframe src="https://quay.substack.com/embed"></iframe>',
        '<iframe src="https://www.facebook.com/plugins/like.php?href=x"></iframe>',
        '<iframe src="https://graph.example/1" width="0" height="0"></iframe>',
        '<iframe src="https://graph.example/1" style="display:none"></iframe>',
        '<iframe src="javascript:x()"></iframe>',
        '<iframe srcdoc="&lt;p&gt;x"></iframe>',
        "<iframe></iframe>",
        '<object data="x:y"></object>',
        "<video></video>",
        "<amp-ad>buy</amp-ad>",
    ],
)
def test_other_frames_are_gone(given: str) -> None:
    """Advertisements, buttons, sign-ups, what is not to be seen or cannot be followed."""
    assert content(f"<p>The crane.</p>{given}") == "<p>The crane.</p>"


def test_a_film_without_an_address_leaves_its_poster() -> None:
    """Which is at least a picture of it."""
    assert (
        content('<p>x</p><video src="blob:x" poster="/p.jpg"></video>')
        == '<p>x</p>\n<p><img src="https://quay.example/p.jpg" alt=""></p>'
    )


PLAYERS = yaml.safe_load((CASES / "players.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", PLAYERS, ids=lambda case: case[0])
def test_known_players(case: list[str]) -> None:
    """Each of a known host leads to its page for people, with a picture only where the address tells it."""
    shown = players.of(case[0])
    assert shown is not None
    assert [shown.page, *([shown.picture] if shown.picture else [])] == case[1:]


def test_every_known_host_has_a_case() -> None:
    """A row without one may be wrong unseen."""
    hosts = {".".join(urls.host(case[0]).removeprefix("www.").split(".")) for case in PLAYERS}
    assert {host for host in players.hosts() if host not in hosts} == set()


EMBEDS = yaml.safe_load((CASES / "embeds.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("given", "left"), EMBEDS)
def test_embedded_posts(given: str, left: str) -> None:
    """What stands in them stays; where nothing does, a link."""
    assert content(given) == left


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
