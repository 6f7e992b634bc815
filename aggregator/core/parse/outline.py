"""Where the entries of a well-formed document are, drawn while expat reads it, and whether each could be read without the others.

feedparser remembers more from one entry to the next than it should: languages and bases when a "div" stands in what is no XHTML,
open texts when inline markup has elements called as a feed's are. Documents with such things cannot be taken apart.
"""

from __future__ import annotations

import dataclasses
import re
import xml.parsers.expat

_ENTRIES = {"rss": ("item", 3), "feed": ("entry", 2), "RDF": ("item", 2)}  # by the root's name: what they are called, how deep
_SURROUNDED = 50  # elements whose meaning entries may share
_LANGUAGE = 1000  # bytes of an element that tells a language
_RDF_VERSIONS = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")  # otherwise an entry might tell the version
_SPOKEN = frozenset(("xml:lang", "lang", "xml:base", "base"))
_TEXTS = frozenset(
    "title subtitle tagline rights copyright description abstract summary info content encoded fullitem body "
    "browserfriendly tagline keywords plain".split()
)  # elements whose end tags end a text, whatever is open
_FRAMES = frozenset(("item", "entry", "channel", "feed", "rss", "rdf"))
_BOXES = frozenset(("image", "textInput", "textinput"))
_HOLDERS = _BOXES | {"source", "atom:source", "media:group", "media:content", "channel"}
_LOUD = frozenset(("summary", "content", "encoded", "fullitem", "body"))


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """Where an entry is: from the byte of its first bracket to that behind its last."""

    begin: int
    end: int
    leads: bool  # elements of the feed, not another entry, come before it
    loud: bool  # there are texts among these that change how it is read


@dataclasses.dataclass(frozen=True, slots=True)
class Outline:
    """Where the entries are, and what gives them their meaning."""

    ranges: tuple[Range, ...]
    around: str  # root and channel with their attributes, the language as the feed tells it
    name: str  # of their elements
    unfit: str  # why the document cannot be taken apart; "" for can


class Pencil:
    """Told of every element by `scan`, as expat meets it."""

    def __init__(self, data: bytes, parser: xml.parsers.expat.XMLParserType) -> None:
        self._data = data
        self._parser = parser
        self._ranges: list[Range] = []
        self._around: list[str] = []
        self._name = ""
        self._ended = re.compile(b"")
        self._child = ""
        self._open = -1  # where the entry begins that is being read
        self._unfit = ""
        self._leads = True
        self._loud = self._divs = self._spoken = False
        self.level = 0  # how deep entries are, the root being 1

    def start(self, name: str, attributes: list[str], depth: int) -> None:
        """An element begins."""
        level = self.level
        if self._open < 0 and depth <= level:
            if depth == level and name == self._name:
                self._open = self._parser.CurrentByteIndex
                self._spoken = self._spoken or not _SPOKEN.isdisjoint(attributes)
                return
            if depth < level:
                self._surround(name, attributes)
                return
        elif depth == 1:
            self._root(name, attributes)
            return
        if attributes and not _SPOKEN.isdisjoint(attributes):
            self._spoken = True
        below = depth - level if self._open >= 0 else depth - level + 1
        if below == 1:
            self._child = name
        else:
            self._nested(name, below)
        if self._open < 0:
            self._outside(name)

    def end(self) -> None:
        """An element as deep as entries ends."""
        if self._open < 0:
            return
        end = self._parser.CurrentByteIndex  # of the end tag; for an empty element, of what follows it
        if not self._ended.match(self._data, end):
            self._unfit = self._unfit or "an entry is an empty element"
        self._ranges.append(Range(self._open, self._data.find(b">", end) + 1, self._leads, self._loud))
        self._open = -1
        self._leads = self._loud = False

    def drawn(self) -> Outline:
        """What was seen, when all of it was."""
        unfit = self._unfit
        if not self._ranges:
            unfit = "no entries where they belong"
        elif self._divs and self._spoken:
            unfit = unfit or "languages or bases beside inline markup"
        return Outline(tuple(self._ranges), "\n".join(self._around), self._name, unfit)

    def _root(self, name: str, attributes: list[str]) -> None:
        prefix, colon, local = name.rpartition(":")
        entry, self.level = _ENTRIES.get(local, ("", 0))
        self._name = prefix + colon + entry if local == "feed" else entry
        self._ended = re.compile(rb"</%b\s*>" % re.escape(self._name.encode()))
        self._surround(self._data[: self._parser.CurrentByteIndex], name, attributes)
        if local == "RDF" and not any(value.lower() in _RDF_VERSIONS for value in attributes[1::2]):
            self._unfit = "its root does not tell its version"

    def _surround(self, *told: object) -> None:
        """What gives entries their meaning, as far as any feed needs it."""
        if len(self._around) < _SURROUNDED:
            self._around.append(repr(told))
        else:
            self._unfit = self._unfit or "too much around its entries"

    def _outside(self, name: str) -> None:
        self._leads = True
        local = name.rpartition(":")[2].lower()
        if local == "language":
            begin = self._parser.CurrentByteIndex
            self._surround(self._data[begin : begin + _LANGUAGE].partition(b"</")[0])
        elif local in _LOUD:
            self._loud = True
        elif local == "title" and self._ranges and self._child not in _BOXES:
            self._unfit = self._unfit or "the feed's title comes after entries"

    def _nested(self, name: str, below: int) -> None:
        """An element in an element of an entry, or of the feed."""
        local = name.rpartition(":")[2].lower()
        if local == "div":
            self._divs = True
        elif local in _FRAMES or (local in _TEXTS and not (below == 2 and self._child in _HOLDERS)):
            self._unfit = self._unfit or "inline markup has elements of feeds"
