"""A first look at XML with expat, at the speed of C: is it well formed, what is its root, is it safe to read further, where are
its entries."""

from __future__ import annotations

import dataclasses
import xml.parsers.expat
from xml.parsers.expat import errors as expat_errors

from aggregator.core import errors
from aggregator.core.parse import outline

ATTRIBUTES = 200  # of one element; the SAX parser of the standard library is quadratic in them
DEPTH = 200  # elements in elements; HTML sanitisers are quadratic in it
ELEMENTS = 200_000  # in all: seconds of work for feedparser, and more than any feed needs

_CUT = frozenset(
    expat_errors.codes[message]
    for message in (
        expat_errors.XML_ERROR_NO_ELEMENTS,
        expat_errors.XML_ERROR_UNCLOSED_TOKEN,
        expat_errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat_errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_JUNK = expat_errors.codes[expat_errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_AMPLIFIED = 43  # XML_ERROR_AMPLIFICATION_LIMIT_BREACH; Python 3.11 has no name for it


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Where and why a document stops being well formed: for people, and the byte from which it is so."""

    message: str
    offset: int
    cut: bool  # it just ends too early
    junk: bool  # something follows the root element


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a document is: the name of its root element, lower case, without prefix; "" when there is none."""

    root: str
    fault: Fault | None
    outline: outline.Outline | None = dataclasses.field(default=None, compare=False)  # None for what is not well formed


class _Eye:
    """Counts what could blow up, and has a pencil draw where the entries are."""

    __slots__ = ("depth", "elements", "pencil", "root")

    def __init__(self, pencil: outline.Pencil) -> None:
        self.root = ""
        self.depth = 0
        self.elements = 0
        self.pencil = pencil

    def start(self, name: str, attributes: list[str]) -> None:
        if not self.elements:
            self.root = name.rpartition(":")[2].lower()
        self.elements += 1
        self.depth += 1
        if len(attributes) > 2 * ATTRIBUTES:
            raise errors.ParseError(f"an XML element has more than {ATTRIBUTES} attributes")
        if self.depth > DEPTH:
            raise errors.ParseError(f"its XML elements are nested more than {DEPTH} deep")
        if self.elements > ELEMENTS:
            raise errors.ParseError(f"it has more than {ELEMENTS:,} XML elements")
        self.pencil.start(name, attributes, self.depth)

    def end(self, _name: str) -> None:
        if self.depth == self.pencil.level:
            self.pencil.end()
        self.depth -= 1


def scan(data: bytes) -> Seen:
    """Look through UTF-8 bytes up to the first fault. ParseError for what would blow up: attributes, depth, elements, entities."""
    parser = xml.parsers.expat.ParserCreate("utf-8")
    eye = _Eye(outline.Pencil(data, parser))
    parser.ordered_attributes = True
    parser.StartElementHandler = eye.start
    parser.EndElementHandler = eye.end
    try:
        parser.Parse(data, True)  # noqa: FBT003
    except xml.parsers.expat.ExpatError as error:
        if error.code == _AMPLIFIED:
            raise errors.ParseError("its XML entities expand without measure") from None
        return Seen(eye.root, _fault(error, parser.ErrorByteIndex))
    return Seen(eye.root, None, eye.pencil.drawn())


def _fault(error: xml.parsers.expat.ExpatError, offset: int) -> Fault:
    what = xml.parsers.expat.ErrorString(error.code) or "not well-formed"
    message = f"{what.partition(' (')[0]} in line {error.lineno}, column {error.offset + 1}"
    return Fault(message, offset, cut=error.code in _CUT, junk=error.code == _JUNK)
