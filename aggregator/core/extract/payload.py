"""The article's HTML where a page hands it to its own scripts, as a string of JSON, to be shown by them."""

from __future__ import annotations

import json
import re

import selectolax.lexbor

_LITERAL = re.compile(r'"((?:[^"\\]|\\.){500,1000000})"', re.DOTALL)
_SCRIPTS = "script:not([src])"
_MOST = 200  # scripts, and strings in one
_PARAGRAPH = re.compile(r"<p[\s>]")
_LEAST = 3  # paragraphs


def html(tree: selectolax.lexbor.LexborHTMLParser) -> str:
    """The string with the most paragraphs of HTML in any inline script; "" when none has three."""
    best, found = _LEAST - 1, ""
    for script in tree.css(_SCRIPTS)[:_MOST]:
        written = script.text()
        for literal in (
            list(_LITERAL.finditer(written))[:_MOST] if "u003cp" in written or "u003Cp" in written or "<p" in written else ()
        ):
            value = _decoded(literal[0])
            count = len(_PARAGRAPH.findall(value))
            if count > best:
                best, found = count, value
    return found


def _decoded(literal: str) -> str:
    """The string that a literal of JSON stands for; the ones that frameworks escape twice too."""
    try:
        value = json.loads(literal, strict=False)
        if '\\"' in value and "<" not in value:
            value = json.loads(f'"{value}"', strict=False)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""
