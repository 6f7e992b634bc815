"""The first look at XML."""

import pytest

from aggregator.core import errors
from aggregator.core.parse import scan


@pytest.mark.parametrize(
    ("data", "root"), [(b"<rss/>", "rss"), (b"<rdf:RDF xmlns:rdf='x'/>", "rdf"), (b"<!-- x --><Feed></Feed>", "feed")]
)
def test_root(data: bytes, root: str) -> None:
    """The root element is named in lower case and without its prefix; a well-formed document has no fault."""
    assert scan.scan(data) == scan.Seen(root, None)


@pytest.mark.parametrize("data", [b"", b"<rss><item>", b"<rss><item", b"<rss><![CDATA[ab", b"<rss>\xc5"])
def test_cut(data: bytes) -> None:
    """A document that just ends is cut, wherever that is."""
    fault = scan.scan(data).fault
    assert fault is not None
    assert fault.cut
    assert not fault.junk


def test_fault_has_a_place() -> None:
    """Any other fault is none of a cut, and its place is told as editors count."""
    fault = scan.scan(b"<rss>\n<a></b></rss>").fault
    assert fault == scan.Fault("mismatched tag in line 2, column 6", 11, cut=False, junk=False)


def test_junk() -> None:
    """What follows the root element is junk, and known by its first byte."""
    fault = scan.scan(b"<rss/>\n<script/>").fault
    assert fault is not None
    assert fault.junk
    assert fault.offset == len(b"<rss/>\n")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<a " + b" ".join(b"x%d='1'" % i for i in range(scan.ATTRIBUTES + 1)) + b"/>", "more than 200 attributes"),
        (b"<a>" * (scan.DEPTH + 1), "nested more than 200 deep"),
        (b"<a>" + b"<b/>" * scan.ELEMENTS + b"</a>", "more than 200,000 XML elements"),
        (b"<!DOCTYPE a [<!ENTITY e '%s'>]><a>%s</a>" % (b"x" * 90_000, b"&e;" * 9000), "expand without measure"),
    ],
)
def test_blow_ups(data: bytes, reason: str) -> None:
    """What would cost feedparser or a sanitiser minutes is refused at once."""
    with pytest.raises(errors.ParseError, match=reason):
        scan.scan(data)


def test_bounds_are_generous() -> None:
    """Exactly as many as the bound is fine."""
    wide = b"<a " + b" ".join(b"x%d='1'" % i for i in range(scan.ATTRIBUTES)) + b"/>"
    assert scan.scan(wide).fault is None
    assert scan.scan(b"<a>" * scan.DEPTH + b"</a>" * scan.DEPTH).fault is None
