"""Plain text: what XML may hold, HTML as text, words, and cutting."""

from __future__ import annotations

import functools
import hashlib
import html
import re
import unicodedata

import selectolax.lexbor

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")
_JOINS = re.compile("[\u00ad\u200c\u200d\u2060]")  # soft hyphens and joiners: unseen, and inside of words
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#\d|#[xX][0-9a-fA-F]|[a-zA-Z])")
_UNSEEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head")
_BLOCKS = (
    "address,article,aside,blockquote,br,dd,details,div,dl,dt,figcaption,figure,footer,h1,h2,h3,h4,h5,h6,header,hr,li,main,nav,ol,p,pre,"
    "section,table,td,th,tr,ul"
)


def printable(value: str) -> str:
    """Drop what XML 1.0 may not hold (its production Char): control characters, lone surrogates, U+FFFE and U+FFFF."""
    return _NOT_XML.sub("", value)


def one_line(value: str) -> str:
    """Text on one line: printable, runs of white space folded to one space."""
    return _SPACE.sub(" ", printable(value)).strip()


def plain(markup: str) -> str:
    """HTML as one line of plain text; scripts, styles and the like are not text."""
    if not _MARKUP.search(markup):
        return one_line(markup)
    tree = selectolax.lexbor.LexborHTMLParser(markup)
    if tree.body is None:
        return ""
    for node in tree.css(",".join(_UNSEEN)):
        node.decompose()
    for node in tree.css(_BLOCKS):
        node.insert_before(" ")
        node.insert_after(" ")
    return one_line(tree.body.text())


def title(markup: str) -> str:
    """A title as plain text: tags gone, entities unescaped until stable, at most twice (feeds escape once too often).

    What only looks like a tag ("a < b", "<3") stays.
    """
    value = plain(markup)
    if _MARKUP.search(value):
        value = plain(value) or one_line(html.unescape(value))
    return value


def fold(value: str) -> str:
    """A plain text without what papers differ in: case, Unicode's spellings of a letter (NFC), curly apostrophes, soft hyphens."""
    return unicodedata.normalize("NFC", _JOINS.sub("", value).casefold()).replace("’", "'")


def words(value: str) -> list[str]:
    """The words of a plain text, folded."""
    return _word().findall(fold(value))


@functools.cache
def _word() -> re.Pattern[str]:
    """A word with its accents and vowel signs, which `\\w` leaves out (beyond U+3100 hardly a script has any)."""
    marks = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code)).startswith("M"))
    return re.compile(rf"[\w{marks}]+(?:'[\w{marks}]+)*")


def shorten(value: str, limit: int) -> str:
    """At most `limit` characters of a plain text, cut between words and marked with an ellipsis."""
    if len(value) <= limit:
        return value
    head = value[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip(" ,;:.–—-") + "…"


def digest(*parts: str) -> str:
    """A short stable name of some text: 96 bits of BLAKE2b (RFC 7693) in hexadecimal."""
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
