"""Which pages can be parsed in reasonable time: the cost is quadratic in nesting and in the attributes of one tag."""

from __future__ import annotations

import re

LONGEST = 5_000_000  # characters of a page
_DEEP = 2_000  # elements open at once
_LONG_TAG = 20_000  # characters
_ATTRIBUTES = 2_000  # in one tag
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[\s/]*[^\s/>=][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*))?""")
_UNCLOSED = frozenset(
    "area base br col dd dt embed hr img input li link meta option p source td tfoot th thead track tbody tr wbr".split()
)


def bounded(page: str) -> bool:
    """Whether a parser will read it in time that grows with its length."""
    tags = page.count("<")
    if tags > _DEEP and tags - page.count("</") > _DEEP and _depth(page) > _DEEP:
        return False
    return not _stretched(page) or not any(len(part) > _LONG_TAG and _flooded(part) for part in page.split("<"))


def _stretched(page: str) -> bool:
    """Whether anywhere more than _LONG_TAG characters follow a "<", or the beginning, before the next."""
    at = -1
    while at + _LONG_TAG + 1 < len(page):
        at = page.rfind("<", at + 1, at + _LONG_TAG + 2)
        if at < 0:
            return True
    return False


def _depth(page: str) -> int:
    """About how deep elements nest, from the tags alone; what closes by itself does not count."""
    opened: dict[str, int] = {}
    depth = deepest = 0
    for closing, name in _TAG.findall(page):
        tag = name.lower()
        if tag in _UNCLOSED:
            continue
        if not closing:
            opened[tag] = opened.get(tag, 0) + 1
            depth += 1
            if depth > deepest:
                deepest = depth
        elif opened.get(tag):
            opened[tag] -= 1
            depth -= 1
    return deepest


def _flooded(part: str) -> bool:
    """Whether what follows a "<" is a tag of very many attributes."""
    name = _NAME.match(part)
    end, count = name.end() if name else len(part), 0
    while count <= _ATTRIBUTES and (found := _ATTRIBUTE.match(part, end)):
        end, count = found.end(), count + 1
    return count > _ATTRIBUTES
