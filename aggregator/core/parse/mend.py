"""XML as feeds come with it, made well formed where that is sure: junk around the root, entities of HTML, bare ampersands.

What this cannot mend feedparser reads with its loose parser, which is slower and guesses.
"""

from __future__ import annotations

import html.entities
import re

from aggregator.core import errors
from aggregator.core.parse import scan

PROLOG = 32_768  # bytes before the root element; feedparser's patterns are quadratic in them
LOOSE = 100_000  # tags outside of CDATA that the loose parser may have to read: seconds of work
AMPERSANDS = 500_000  # references that may have to be looked at, likewise

_DECLARATION = re.compile(rb"<\?xml[\s?][^<>]*>")
_BEGINNING = re.compile(rb"(?i)<(?:\?xml\s|!doctype\s|(?:\w+:)?(?:rss|feed|rdf|channel|html)[\s>])")
_ROOT = re.compile(rb"<\w")
_OPEN_END = re.compile(rb"</[\w:]{1,20}\Z")
_PROLOG_ITEMS = (b"<?", b"<!")
_DECLARED = re.compile(rb"<!ENTITY\s+(\w+)")
_AMPERSAND = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*)|&(?:#(\d+|[xX][0-9a-fA-F]+);?|(\w+);)?", re.DOTALL)
_NAME = rb"A-Za-z0-9_.+-"  # what feedparser takes for the name in an e-mail address, trying every beginning of every run
_PERSON = re.compile(
    rb"(?i)(<(?:\w+:)?(?:author|creator|managingeditor|webmaster|publisher|owner|name|email)\b[^<>]*>(?:<!\[CDATA\[)?"
    rb"[^<%b]*+(?:[%b]{1,200}+[^<%b]++)*+[%b]{200})[%b]+" % ((_NAME,) * 5)
)
_OF_XML = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))


def trimmed(data: bytes) -> bytes:
    """Markup from where it begins: without XML declaration (it is UTF-8 by now), junk before it, and endless words as names."""
    if not data.startswith(_PROLOG_ITEMS):
        begin = _BEGINNING.search(data)
        data = data[begin.start() :] if begin else data
    found = _ROOT.search(data)
    root = found.start() if found else 0
    if root > PROLOG:
        raise errors.ParseError(f"its XML prolog is longer than {PROLOG:,} bytes")
    return _prolog(data[:root]) + _PERSON.sub(rb"\1", data[root:])


def _prolog(head: bytes) -> bytes:
    """With an entity a line and without blank ones, as feedparser's patterns need it."""
    lines = _DECLARATION.sub(b"", head).replace(b"<!ENTITY", b"\n<!ENTITY").splitlines()
    return b"".join(line.strip() + b"\n" for line in lines if line.strip())


def mended(data: bytes) -> tuple[bytes, scan.Seen]:
    """The same document, well formed if that is possible, and what it then is. ParseError if it is hopelessly long."""
    seen = scan.scan(data)
    if seen.fault is None and b"<!DOCTYPE" not in data[:PROLOG]:
        return data, seen
    if data.count(b"&") > AMPERSANDS:
        raise errors.ParseError(f"it is XML with more than {AMPERSANDS:,} references and ampersands to mend")
    data = _referenced(data).rstrip()
    seen = scan.scan(data)
    if seen.fault is not None:
        data, seen = _ended(data, seen, seen.fault)
    if seen.fault is not None and _tags(data) > LOOSE:
        raise errors.ParseError(f"it is ill-formed XML ({seen.fault.message}) and too long to be mended")
    return data, seen


def _ended(data: bytes, seen: scan.Seen, fault: scan.Fault) -> tuple[bytes, scan.Seen]:
    """Without what follows the root element, with the last bracket, if that is all that was wrong."""
    if fault.junk:
        ended = data[: fault.offset]
    elif _OPEN_END.search(data, len(data) - 25):
        ended = data + b">"
    else:
        return data, seen
    again = scan.scan(ended)
    return (ended, again) if again.fault is None else (data, seen)


def _referenced(data: bytes) -> bytes:
    """With every reference one that XML knows: HTML's entities by number, impossible characters gone, "&" as &amp;."""
    declared = frozenset(_DECLARED.findall(data[:PROLOG]))

    def replacement(found: re.Match[bytes]) -> bytes:
        number, name = found.groups()
        if number is not None:
            return _character(number)
        if name is None:
            return found.group() if found.group() != b"&" else b"&amp;"
        if name in _OF_XML or name in declared:
            return found.group()
        known = html.entities.html5.get(found.group()[1:].decode("utf-8", "replace"))
        return "".join(f"&#{ord(character)};" for character in known).encode() if known else b"&amp;" + found.group()[1:]

    return _AMPERSAND.sub(replacement, data)


def _character(number: bytes) -> bytes:
    if len(number) > 12:
        return b""
    code = int(number[1:], 16) if number[:1] in b"xX" else int(number)
    possible = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return f"&#{code};".encode() if possible else b""


def _tags(data: bytes) -> int:
    inside = data.split(b"<![CDATA[")
    return inside[0].count(b"<") + sum(part.partition(b"]]>")[2].count(b"<") for part in inside[1:])
