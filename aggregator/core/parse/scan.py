"""A first look at XML with expat, at the speed of C: is it well formed, what is its root, is it safe to read further."""

from __future__ import annotations

import dataclasses
import xml.parsers.expat
from xml.parsers.expat import errors as expat_errors

from aggregator.core import errors

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


class _Eye:
    __slots__ = ("depth", "elements", "root")

    def __init__(self) -> None:
        self.root = ""
        self.depth = 0
        self.elements = 0

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

    def end(self, _name: str) -> None:
        self.depth -= 1


def scan(data: bytes) -> Seen:
    """Look through UTF-8 bytes up to the first fault. ParseError for what would blow up: attributes, depth, elements, entities."""
    eye = _Eye()
    parser = xml.parsers.expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.StartElementHandler = eye.start
    parser.EndElementHandler = eye.end
    try:
        parser.Parse(data, True)  # noqa: FBT003
    except xml.parsers.expat.ExpatError as error:
        if error.code == _AMPLIFIED:
            raise errors.ParseError("its XML entities expand without measure") from None
        return Seen(eye.root, _fault(error, parser.ErrorByteIndex))
    return Seen(eye.root, None)


def _fault(error: xml.parsers.expat.ExpatError, offset: int) -> Fault:
    what = xml.parsers.expat.ErrorString(error.code) or "not well-formed"
    message = f"{what.partition(' (')[0]} in line {error.lineno}, column {error.offset + 1}"
    return Fault(message, offset, cut=error.code in _CUT, junk=error.code == _JUNK)
