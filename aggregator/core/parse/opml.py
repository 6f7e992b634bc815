"""OPML (1.0 to 2.0): the feeds that another reader's list names, with the folders in which they stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import lxml.etree

from aggregator.core import errors, text

NAMESPACE = "tag:feed-aggregator,2026:sources"
"""Of the attributes of an outline that hold what feeds.yaml says of a source."""
MOST = 20_000  # feeds of one list
_LONGEST = 500  # characters of a name
_DEEPEST = 20  # folders inside folders
_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True}


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """A feed of a list: its address as it stands there, its name, its folders, and our own settings, if it has any."""

    url: str
    name: str = ""
    categories: tuple[str, ...] = ()
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)


def opml(data: bytes) -> tuple[Listed, ...]:
    """The feeds of an OPML document, each address once, with all folders in which it stands. Raises ParseError."""
    try:
        root = lxml.etree.fromstring(data, lxml.etree.XMLParser(**_PARSER))
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise errors.ParseError(f"it is no OPML: {text.one_line(str(error))[:200]}") from None
    body = None if root is None else root.find("body")
    if root is None or lxml.etree.QName(root).localname.lower() != "opml" or body is None:
        raise errors.ParseError("it is no OPML; a list of feeds begins with <opml> and has a <body>")
    found: dict[str, Listed] = {}
    for one in _outlines(body, ()):
        before = found.get(one.url)
        if before is None and len(found) >= MOST:
            raise errors.ParseError(f"it names more than {MOST} feeds; split it")
        found[one.url] = one if before is None else _merged(before, one)
    return tuple(found.values())


def _merged(one: Listed, other: Listed) -> Listed:
    return dataclasses.replace(one, name=one.name or other.name, categories=tuple(dict.fromkeys(one.categories + other.categories)))


def _outlines(node: lxml.etree._Element, folders: tuple[str, ...]) -> Iterator[Listed]:
    for child in node.iterchildren("outline"):
        given = {str(name).lower(): str(value) for name, value in child.attrib.items()}
        name = text.one_line(given.get("text") or given.get("title") or "")[:_LONGEST]
        url = text.one_line(given.get("xmlurl", ""))
        if url:
            own = _words(given.get("category", ""))
            yield Listed(url, name, (*folders, *own), _settings(child))
        elif len(folders) < _DEEPEST:
            yield from _outlines(child, (*folders, name) if name else folders)


def _words(category: str) -> tuple[str, ...]:
    """OPML 2.0's `category`: paths with slashes, commas between them; each last part is a topic."""
    parts = (text.one_line(path).strip("/").rpartition("/")[2].strip()[:_LONGEST] for path in category.split(","))
    return tuple(part for part in parts if part)


def _settings(outline: lxml.etree._Element) -> dict[str, str]:
    prefix = f"{{{NAMESPACE}}}"
    return {
        str(name)[len(prefix) :]: text.one_line(str(value))[:_LONGEST]
        for name, value in outline.attrib.items()
        if str(name).startswith(prefix)
    }
