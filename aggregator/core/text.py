"""Plain text: what XML may hold, HTML as text, words, and cutting."""

from __future__ import annotations

import functools
import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator

import selectolax.lexbor

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")
_JOINS = "\u00ad\u200c\u200d\u2060"  # soft hyphens and joiners: unseen, and inside of words
_LOOSE = re.compile(r"'(?:(?<!\w')|(?!\w))", re.ASCII)  # apostrophes that are inside of no word
_GAPS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "_'")}  # what is in no word
_PRINTED = "\u00a0“”‘–—…•"  # of that, what is no ASCII and stands in many an English text
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#\d|#[xX][0-9a-fA-F]|[a-zA-Z])")
_PLAINLY = re.compile(r"(?i)</[a-z][a-z0-9]{0,10}\s{0,9}>|<br\s{0,9}/?>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,30});")
_NO_TAG = re.compile(
    r"(?i)<(?!!--|/?(?:a|abbr|b|bdi|bdo|big|blockquote|br|center|cite|code|data|del|dfn|div|em|embed|font|h[1-6]|hr|i|iframe|img|input|ins"
    r"|kbd|li|link|mark|meta|nobr|object|ol|p|pre|q|rp|rt|ruby|s|samp|script|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|time"
    r"|title|tr|tt|u|ul|var|video|wbr)\b[^<>]{0,2000}>)"
)
_UNSEEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head")
_FEW = 1_000  # tags: below that no nesting costs time worth counting
_DEEPEST = 250
_TAG = re.compile(r"<(/?)(?!(?:br|hr|img|input|wbr|p|li|dt|dd|tr|td|th|option)\b)[a-zA-Z]", re.IGNORECASE)
_NAME = re.compile(r"!--|[!?]|/?[a-zA-Z][a-zA-Z0-9]*")
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
    if markup.count("<") > _FEW and _deep(markup):
        return one_line(html.unescape("".join(_told(markup))))
    tree = selectolax.lexbor.LexborHTMLParser(markup)
    if tree.body is None:
        return ""
    for node in tree.css(",".join(_UNSEEN)):
        node.decompose()
    for node in tree.css(_BLOCKS):
        node.insert_before(" ")
        node.insert_after(" ")
    return one_line(tree.body.text())


def _deep(markup: str) -> bool:
    """Whether elements nest so deep that a parser would take its time, which is quadratic in depth."""
    depth = 0
    for closing in _TAG.findall(markup):
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def _told(markup: str) -> Iterator[str]:
    """The text between tags, in one pass and without a tree; a tag parts words. Poorer than a parser, at any depth."""
    first, *parts = markup.split("<")
    yield first
    hidden = ""  # by which element, or "!--" by a comment
    for part in parts:
        found = _NAME.match(part)
        name = found[0].lower() if found else ""
        if hidden == "!--" or (not hidden and name.startswith("!--")):
            hidden = "" if "-->" in part else "!--"
            part = part.rpartition("--")[2]
        elif hidden:
            hidden = "" if name == f"/{hidden}" else hidden
        elif name in _UNSEEN:
            hidden = name
        if not hidden:
            yield f" {part.partition('>')[2]}" if found else f"<{part}"


def title(markup: str) -> str:
    """A title as plain text: tags gone, entities unescaped until stable, at most twice (feeds escape once too often).

    What only looks like a tag ("a < b", "<3", "List<String>") stays; what was escaped is markup only if it plainly is: an entity or
    a tag that closes.
    """
    value = plain(_NO_TAG.sub("&lt;", markup))
    if _PLAINLY.search(value):
        value = plain(_NO_TAG.sub("&lt;", value)) or one_line(html.unescape(value))
    return value


def fold(value: str) -> str:
    """A plain text without what papers differ in: case, Unicode's spellings of a letter (NFC), curly apostrophes, soft hyphens."""
    if value.isascii():
        return value.lower()
    for join in _JOINS:
        value = value.replace(join, "")
    return unicodedata.normalize("NFC", value.casefold()).replace("’", "'")


def words(value: str) -> list[str]:
    """The words of a plain text, folded."""
    folded = fold(value)
    if not folded.isascii():
        for mark in _PRINTED:
            folded = folded.replace(mark, " ")
        if not folded.isascii():
            return _word().findall(folded)
    return _LOOSE.sub(" ", folded).translate(_GAPS).split()


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
