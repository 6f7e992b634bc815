"""The bounded texts."""

import hypothesis
import hypothesis.strategies
import pytest

from aggregator.core.parse import fields


@pytest.mark.parametrize(
    ("value", "expected"), [("<b>a</b> &amp;amp; b\n c", "a & b c"), (None, ""), (5, ""), (["x"], ""), ("\x0b", "")]
)
def test_line(value: object, expected: str) -> None:
    """HTML as one line of text; what is no text is empty."""
    assert fields.line(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a <blink> b", "a <blink> b"),
        ("x < y & z", "x < y & z"),
        ("a <b>c</b>", "a c"),
        ("Q&amp;A", "Q&A"),
        (None, ""),
        ("a\n b", "a b"),
    ],
)
def test_plain_line(value: object, expected: str) -> None:
    """Text said to be plain keeps what looks like a tag, unless a closing tag or an entity shows that it is HTML."""
    assert fields.plain_line(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a &lt;noir&gt; b", "a <noir> b"),
        ("a &lt;b&gt;c&lt;/b&gt;", "a c"),
        ("<i>Q</i>&amp;amp;A", "Q&A"),
        ("&lt;title>", "<title>"),
    ],
)
def test_html_line(value: str, expected: str) -> None:
    """HTML is unescaped once, and again only if it was escaped once too often."""
    assert fields.html_line(value) == expected


def test_lines_end() -> None:
    """No line is longer than its bound, however much markup is in it."""
    for made in (fields.line, fields.plain_line, fields.html_line):
        assert len(made("<i>word</i> " * 90_000)) <= fields.LINE
        assert len(made("word " * 90_000, 10)) <= 10


def test_markup() -> None:
    """HTML stays as it came, up to its bound and without what XML may not hold."""
    assert fields.markup("<p onclick=x>a\x00b</p>", 99) == "<p onclick=x>ab</p>"
    assert fields.markup("<p>abc</p>", 5) == "<p>ab"
    assert fields.markup(None, 9) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("one\ntwo\r\n \r\nthree\n\n\n", "<p>one<br>two</p><p>three</p>"),
        ("<p>is HTML</p>", "<p>is HTML</p>"),
        ("so&nbsp;is this", "so&nbsp;is this"),
        ("a tag <x> is not", "<p>a tag &lt;x&gt; is not</p>"),
        (" \n ", ""),
        (None, ""),
    ],
)
def test_paragraphs(value: object, expected: str) -> None:
    """Plain text becomes HTML that shows it; mislabelled HTML stays HTML."""
    assert fields.paragraphs(value, 1000) == expected


@hypothesis.given(hypothesis.strategies.text(), hypothesis.strategies.integers(1, 50))
def test_paragraphs_are_bounded(value: str, longest: int) -> None:
    """Escaping does not outgrow the bound."""
    assert len(fields.paragraphs(value, longest)) <= longest


def test_identity() -> None:
    """Ids stay as they came on one line; a long one is known by its hash."""
    assert fields.identity(" a\nb\x00 ") == "a b"
    assert fields.identity("g" * 2000) == "g" * 2000
    assert fields.identity("g" * 2001).startswith("sha256:")
    assert len({fields.identity("g" * 2001), fields.identity("g" * 2002), fields.identity("h" * 2001)}) == 3
    assert fields.identity(None) == fields.identity(5) == ""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("en_US",), "en-US"),
        ((None, "", "de"), "de"),
        (("x y", "fr"), "fr"),
        (("English (US)",), ""),
        (("a" * 99,), ""),
        (({"a": 1},), ""),
    ],
)
def test_language(values: tuple[object, ...], expected: str) -> None:
    """The first that can be a language tag."""
    assert fields.language(*values) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/a", "https://b.example/a"),
        (" http://x.example ", "http://x.example/"),
        ("", None),
        (None, None),
        (5, None),
        ("/" + "é" * 99_999, None),
    ],
)
def test_address(value: object, expected: str | None) -> None:
    """Addresses are absolute and gated; endless ones are not even looked at."""
    assert fields.address(value, "https://b.example/f") == expected
