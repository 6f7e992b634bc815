"""The last step on foreign HTML: an allow-list, enforced by nh3; nothing edits the HTML after it."""

from __future__ import annotations

import functools
import html as entities
import re
from collections import Counter

import nh3

from aggregator.core import text

LONGEST = 2_000_000  # characters out; tags that overlap badly make HTML grow
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "img": {"src", "alt", "title", "width", "height"},
    "ins": {"datetime"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
UNSEEN = tuple(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "xmp",
        "plaintext",
        "noembed",
        "noframes",
        "title",
        "textarea",
        "select",
    ]
)
_FEW = 1_000  # tags: below that no nesting costs time worth counting
_MANY = 20_000
_DEEP = 250
_LONG_TAG = 4_000  # characters
_ATTRIBUTE_LIMIT = 500
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+""")
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])
_SELF_CLOSING = frozenset(["p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "optgroup", "rp", "rt"])
_NESTED = re.compile(r"<h[1-6]>[^<]*+(?:<(?!/?h[1-6]>)[^<]*+)*+<h[1-6]>")
_ANY_TAG = re.compile(r"<[^<>]*>|<!--")


@functools.cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        clean_content_tags=set(UNSEEN),
        strip_comments=True,
    )


def sanitise(html: str) -> str:
    """Safe HTML: no script, style, form or frame, no attribute that could act or clash, only http(s) and mailto addresses.

    What is built to exhaust a parser (nesting, floods of tags or attributes), or grows in here, becomes escaped plain text.
    """
    html = text.printable(html)
    if not bounded(html):
        return as_text(html)
    safe = _cleaner().clean(html)
    if "<table" in safe or ("<h" in safe and _NESTED.search(safe)):
        safe = _cleaner().clean(safe)  # what stands wrongly in a table or heading moves when it is read, and once more when that is
    printable = text.printable(safe) if "&#" in html else safe
    if printable != safe:  # a character reference hid what XML may not hold
        safe = _cleaner().clean(printable)
    return safe if len(safe) <= LONGEST else as_text(html)


def as_text(html: str) -> str:
    """HTML that is not to be parsed, as one paragraph of escaped text; for readers poor, but safe at any size."""
    bare = text.one_line(entities.unescape(_ANY_TAG.sub(" ", html)))
    return f"<p>{entities.escape(text.shorten(bare, LONGEST // 8), quote=False)}</p>" if bare else ""


def bounded(html: str) -> bool:
    """Whether parsers will read it in reasonable time: their cost is quadratic in nesting and in attributes of one tag."""
    tags = html.count("<")
    if tags > _MANY or len(html) > LONGEST:
        return False
    parts = html.split("<")
    if max(map(len, parts)) > _LONG_TAG and any(len(part) > _LONG_TAG and _flooded(part) for part in parts):
        return False
    return tags <= _FEW or _depth(html) <= _DEEP


def _flooded(part: str) -> bool:
    """Whether what follows a "<" is a tag of very many attributes."""
    head, closed, _ = part.partition(">")
    if closed and len(head) <= _LONG_TAG and '"' not in head and "'" not in head:
        return False
    end, count = 0, 0
    while count <= _ATTRIBUTE_LIMIT and (found := _ATTRIBUTE.match(part, end)):
        end, count = found.end(), count + 1
    return count > _ATTRIBUTE_LIMIT


def _depth(html: str) -> int:
    """About how deep elements nest, from the tags alone; what closes by itself does not count."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _VOID or tag in _SELF_CLOSING:
            continue
        if not closing:
            opened[tag] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened[tag]:
            opened[tag] -= 1
            depth -= 1
    return deepest
