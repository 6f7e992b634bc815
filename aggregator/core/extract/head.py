"""What a page says of itself in its head: JSON-LD, meta and link elements."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import selectolax.lexbor

Tree = selectolax.lexbor.LexborHTMLParser

_LONGEST = 1_000_000  # characters of one JSON-LD document
_MOST = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The meta elements by lower-case name (the first that says something), the JSON-LD objects in their order, the title element."""

    metas: dict[str, str]
    data: list[dict[str, Any]]
    title: str


def read(tree: Tree) -> Head:
    """The head of a tree."""
    metas: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        content = attributes.get("content")
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and content and content.strip():
            metas.setdefault(name.lower().strip(), content[:5000])
    data: list[dict[str, Any]] = []
    for node in tree.css('script[type*="ld+json"]')[:_MOST]:
        data += _objects(node.text())
    title = tree.css_first("title")
    return Head(metas, data, " ".join(title.text().split()) if title is not None else "")


def _objects(written: str) -> list[dict[str, Any]]:
    if len(written) > _LONGEST:
        return []
    try:
        read = json.loads(written.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return []
    found: list[dict[str, Any]] = []
    waiting = [read]
    while waiting and len(found) < 200:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting += value[:100]
        elif isinstance(value, dict):
            found.append(value)
            waiting += [
                value[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item")
                if isinstance(value.get(key), (list, dict))
            ]
    return found


def body(head: Head) -> str:
    """The article's text as JSON-LD has it; the longest, "" for none."""
    return max((value["articleBody"] for value in head.data if isinstance(value.get("articleBody"), str)), key=len, default="")
