"""Plain text."""

from __future__ import annotations

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
    ],
)
def test_title(markup: str, title: str) -> None:
    """Feeds escape once too often; twice is enough."""
    assert text.title(markup) == title


def test_words() -> None:
    """Case and the shape of the apostrophe do not matter."""
    assert text.words("Don’t STOP, Ærø!") == text.words("don't stop ærø") == ["don't", "stop", "ærø"]


@given(st.text(max_size=80), st.integers(2, 40))
def test_shorten(value: str, limit: int) -> None:
    """Never longer than asked, never changed when it fits."""
    cut = text.shorten(value, limit)
    assert len(cut) <= limit
    assert cut == value if len(value) <= limit else cut.endswith("…")


def test_digest_is_for_ever() -> None:
    """Stored keys depend on it."""
    assert text.digest("a", "b") == "d75b3e77041f1c2cefadc34f"
    assert text.digest("a", "b") != text.digest("ab")
