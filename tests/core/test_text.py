"""Plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import text


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_printable_is_what_xml_may_hold(value: str) -> None:
    """Char of XML 1.0, and nothing else is lost."""
    kept = text.printable(value)
    assert all(c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000" for c in kept)
    assert text.printable(kept) == kept
    kept.encode("utf-8")


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("a  b\n c", "a b c"),
        ("<p>one</p><p>two</p>", "one two"),
        ("<ul><li>x</li><li>y</li></ul>z", "x y z"),
        ("a<br>b", "a b"),
        ("<b>bo</b>ld", "bold"),
        ("<script>bad()</script>good<style>p{}</style>", "good"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("a < b", "a < b"),
        ("<iframe>", ""),
        ("I <3 you & me", "I <3 you & me"),
        ("x &lt;b&gt; y", "x <b> y"),
        ("one<!-- two -->three", "onethree"),
        ("<title>no</title><p>yes", "yes"),
        ("<svg><text>no</text></svg>yes", "yes"),
        ("<frameset>", ""),
        ("a\x00b\x0b c&#8;d", "ab cd"),
        ("a\u00a0b\u2028c", "a b c"),
    ],
)
def test_plain(markup: str, plain: str) -> None:
    """Words do not grow together, scripts are no text."""
    assert text.plain(markup) == plain


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;b&gt;Bold&lt;/b&gt; news", "Bold news"),
        ("I <3 you", "I <3 you"),
        ("&amp;amp;amp;", "&amp;"),
        ("x &lt;script&gt;alert(1)&lt;/script&gt;", "x"),
        ("5 &gt; 4", "5 > 4"),
        ("Q&amp;amp;A: &amp;lt;em&amp;gt;why&amp;lt;/em&amp;gt;", "Q&A: <em>why</em>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("a &lt; b", "a < b"),
        ("&amp;lt;3", "<3"),
        ("R&D spending", "R&D spending"),
        ("The &amp;lt;wbr&amp;gt; tag", "The <wbr> tag"),
        ("A List&lt;String&gt; in Java", "A List<String> in Java"),
        ("A List<String> in Java", "A List<String> in Java"),
        ("if a&lt;b then c&gt;d", "if a<b then c>d"),
        ("  spread\n over lines ", "spread over lines"),
        ("", ""),
    ],
)
def test_title(markup: str, title: str) -> None:
    """Feeds escape once too often; twice is enough."""
    assert text.title(markup) == title


@given(st.text(st.sampled_from("ab &;<>/ltgamp#3")))
def test_plain_text_is_safe_to_ask_again(markup: str) -> None:
    """Plain text is on one line, and a title is stable once nothing in it looks like markup."""
    assert text.plain(markup) == text.one_line(text.plain(markup))
    title = text.title(markup)
    assert title == text.one_line(title)
    if "<" not in title and "&" not in title:
        assert text.title(title) == title


def test_words() -> None:
    """Case and the shape of the apostrophe do not matter."""
    assert text.words("Don’t STOP, Ærø!") == text.words("don't stop ærø") == ["don't", "stop", "ærø"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cafe\u0301", "CAFÉ"),
        ("Auf\u00adlage", "auflage"),
        ("STRASSE", "straße"),
        ("Ελλάς", "ΕΛΛΆΣ"),
        ("क्\u200dष", "क्ष"),
        ("rock ’n’ roll", "rock 'n' roll"),
    ],
)
def test_spellings_of_one_word(one: str, other: str) -> None:
    """What looks the same is the same word."""
    assert text.words(one) == text.words(other) != []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("हिन्दी में ख़बर।", ["हिन्दी", "में", "ख़बर"]),
        ("ข่าว วันนี้", ["ข่าว", "วันนี้"]),
        ("كَتَبَ", ["كَتَبَ"]),
        ("東京の港", ["東京の港"]),
        ("snake_case 3.5 % – 'quoted' “so”", ["snake_case", "3", "5", "quoted", "so"]),
        ("— … !", []),
    ],
)
def test_words_of_many_scripts(said: str, words: list[str]) -> None:
    """Accents and vowel signs belong to their words."""
    assert text.words(said) == [text.fold(word) for word in words]


@given(st.text(st.sampled_from("aZ's’_1 -.\n\x1c\x85\u00a0“—é")))
def test_words_of_plain_letters(said: str) -> None:
    """Are what a search for words finds, however they are found; apostrophes belong to them inside only."""
    assert text.words(said) == re.findall(r"\w+(?:'\w+)*", text.fold(said))


def test_vowels_tell_words_apart() -> None:
    """Words that differ in their signs only are different words."""
    assert text.words("कि") != text.words("की")


@given(st.text(max_size=80), st.integers(2, 40))
def test_shorten(value: str, limit: int) -> None:
    """Never longer than asked, never changed when it fits."""
    cut = text.shorten(value, limit)
    assert len(cut) <= limit
    assert cut == value if len(value) <= limit else cut.endswith("…")
    assert value.startswith(cut.removesuffix("…"))
    assert text.shorten(cut, limit) == cut


def test_shorten_cuts_between_words() -> None:
    """Unless the words are too long for that; no comma or dash dangles."""
    assert text.shorten("one two three four", 10) == "one two…"
    assert text.shorten("one, two – three four", 13) == "one, two…"
    assert text.shorten("one abcdefghijklmnopqrstuvwxyz", 20) == "one abcdefghijklmno…"


def test_digest_is_for_ever() -> None:
    """Stored keys depend on it."""
    assert text.digest("a", "b") == "d75b3e77041f1c2cefadc34f"
    assert text.digest("a", "b") != text.digest("ab")
    assert text.digest("\ud800") == text.digest("?")


DEEP = "<div>" * 2_000


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p>one</p><b>two</b>three", "one two three"),
        ("one<script>two < 3</script>four", "one four"),
        ("one<!-- two <b>three</b> -->four", "one four"),
        ("one &amp; two &lt;b&gt;", "one & two <b>"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("<style>one", ""),
    ],
)
def test_deep_nesting_is_read_without_a_tree(markup: str, said: str) -> None:
    """A parser's time is quadratic in depth; this is read in one pass, texts parted and scripts unseen."""
    assert text.plain(DEEP + markup) == said
    assert text.plain("<ul><li>" * 100_000 + "<p>" + markup) == said


def test_many_elements_side_by_side_are_parsed() -> None:
    """Their number alone is no depth: a word with tags inside is one word."""
    assert text.plain("<p>o<b>n</b>e</p>" * 1_000) == " ".join(["one"] * 1_000)
