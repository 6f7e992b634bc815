"""The bounded texts that entries and feeds of every format share."""

from __future__ import annotations

import hashlib
import html
import itertools
import re
from collections.abc import Iterable

from aggregator.core import text, urls

LINE = 1000  # characters of a title, a subtitle, a copyright line
NAME = 200  # characters of a name or a term
HUBS = 5  # of one feed
ID = 2000  # characters of an id; what is longer is known by its hash
_READ = 20  # how many times its bound a text with markup may be before it is made plain
_MARKUP = re.compile(r"</\w+\s*>|&#?\w+;")
_TAGGED = re.compile(
    r"(?i)</(?:p|div|a|ul|ol|li|h[1-6]|blockquote|table|strong|em|b|i|span|figure|pre)\s*>|<br\s{0,9}/?>|<img\s[^<>]{1,2000}>"
    r"|&(?:nbsp|amp|quot|#\d{2,6}|#x[0-9a-f]{2,5});"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,6}\Z")
_PARAGRAPH = re.compile(r"\n\s*\n")


def line(value: object, limit: int = LINE) -> str:
    """Text that may hold HTML, as one line of plain text of at most `limit` characters; "" for what is no text."""
    return text.shorten(text.title(value[: limit * _READ]), limit) if isinstance(value, str) else ""


def plain_line(value: object, limit: int = LINE) -> str:
    """The same of text said to be plain (Atom's type="text", JSON): tags are words, unless it plainly is HTML all the same."""
    if not isinstance(value, str) or _MARKUP.search(value[: limit * _READ]):
        return line(value, limit)
    return text.shorten(text.one_line(value[: limit * _READ]), limit)


def html_line(value: str, limit: int = LINE) -> str:
    """The same of text said to be HTML: unescaped once, and again only if it plainly is HTML then."""
    return plain_line(text.plain(value[: limit * _READ]), limit)


def markup(value: object, longest: int) -> str:
    """HTML as it came: printable, at most `longest` characters; "" for what is no text."""
    return text.printable(value[:longest]) if isinstance(value, str) else ""


def paragraphs(value: object, longest: int) -> str:
    """Plain text as HTML: blank lines part paragraphs, other line breaks stay. What plainly is HTML all the same is left so."""
    if not isinstance(value, str) or _TAGGED.search(value[:longest]):
        return markup(value, longest)
    escaped = html.escape(markup(value, longest).replace("\r\n", "\n"), quote=False)
    blocks = (block.strip() for block in _PARAGRAPH.split(escaped))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block)[:longest]


def identity(value: object) -> str:
    """An id on one line, as it came if it has at most 2,000 characters, else "sha256:" and the hex digest of it."""
    known = text.one_line(value) if isinstance(value, str) else ""
    return known if len(known) <= ID else "sha256:" + hashlib.sha256(known.encode()).hexdigest()


def language(*values: object) -> str:
    """The first that looks like a language tag (RFC 5646), with hyphens."""
    for value in values:
        tag = value.strip().replace("_", "-") if isinstance(value, str) else ""
        if _LANGUAGE.match(tag):
            return tag
    return ""


def address(value: object, base: str = "") -> str | None:
    """A text as a gated absolute address, None if it is none."""
    written = value.strip() if isinstance(value, str) else ""
    return urls.gate(written, base) if 0 < len(written) <= 2 * urls.LONGEST else None


def hubs(offered: Iterable[str]) -> tuple[str, ...]:
    """The first few of the hubs that a feed names."""
    return tuple(dict.fromkeys(itertools.islice(offered, HUBS)))
