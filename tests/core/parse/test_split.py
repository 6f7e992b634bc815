"""Documents taken apart: stamps, and what is left."""

import pytest

from aggregator.core.parse import scan, split

RSS = b"<rss><channel><title>t</title><item>1</item> <item>2</item> <item>1</item></channel></rss>"


def _document(data: bytes, *around: object) -> split.Document:
    drawn = scan.scan(data).outline
    assert drawn is not None
    return split.taken_apart(data, drawn, around)


def test_left() -> None:
    """Known entries are cut out to the byte, copies too; everything else stays."""
    document = _document(RSS)
    one, two, again = document.stamps
    assert one == again != two
    left = b"<rss><channel><title>t</title><item></item> <item>2</item> </channel></rss>"
    assert document.left({one}) == (left, (None, two))
    assert document.left({"else"}) == (RSS, (one, two, one))


def test_an_empty_one_stands_in() -> None:
    """Wherever elements of the feed come before a known entry, an empty one stays."""
    document = _document(b"<feed><entry>1</entry><title/><entry>2</entry><entry>3</entry></feed>")
    one, two, three = document.stamps
    empty = b"<entry></entry>"
    assert document.left({one, three}) == (b"<feed>%b<title/><entry>2</entry></feed>" % empty, (None, two))
    assert document.left({two, three}) == (b"<feed><entry>1</entry><title/>%b</feed>" % empty, (one, None))


def test_a_loud_feed() -> None:
    """Behind a summary of the feed an entry is not what it is elsewhere."""
    one, _, again = _document(RSS.replace(b"<title>t</title>", b"<summary>t</summary>")).stamps
    assert one != again


def test_stamps() -> None:
    """A stamp changes with the entry's bytes and with what stands around it, and with nothing else."""
    first = _document(RSS, "url").stamps[0]
    assert first == _document(RSS.replace(b"<title>t", b"<title>u"), "url").stamps[0]
    assert first == _document(RSS.replace(b"<item>2</item>", b""), "url").stamps[0]
    others = (
        _document(RSS.replace(b">1<", b">11<"), "url"),
        _document(RSS, "elsewhere"),
        _document(RSS.replace(b"<rss>", b"<rss v='2'>"), "url"),
    )
    assert first not in {document.stamps[0] for document in others}


NONE = ""
CLASH = "namespaces of entries that clash"


@pytest.mark.parametrize(
    ("above", "inside", "why"),
    [
        ("", "xmlns:media='http://search.yahoo.com/mrss/'", NONE),
        ("xmlns:x='urn:x'", "xmlns:x='urn:x'", NONE),
        ("xmlns:h='http://www.w3.org/1999/xhtml'", "xmlns='http://www.w3.org/1999/xhtml'", NONE),
        ("", "xmlns:x='urn:x'", NONE),
        ("xmlns:x='urn:y'", "xmlns:x='urn:x'", CLASH),
        ("xmlns:y='urn:x'", "xmlns:x='urn:x'", CLASH),
        ("xmlns:y='urn:x'", "xmlns='urn:x'", CLASH),
        ("", "xmlns:dc='urn:x'", CLASH),
        ("", "xmlns:media='http://purl.org/dc/elements/1.1/'", CLASH),
    ],
)
def test_namespaces(above: str, inside: str, why: str) -> None:
    """Prefixes that mean two things, things that have two prefixes, and those that pose as the usual ones make it unfit."""
    data = f"<rss {above}><channel><item {inside}>x</item></channel></rss>".encode()
    assert split.unfit(data, scan.scan(data).outline, 9) == why


def test_unfit() -> None:
    """So do faults, entities of its own, and more entries than are kept."""
    assert split.unfit(b"<rss>", scan.scan(b"<rss>").outline, 9) == "not well formed"
    assert split.unfit(RSS, scan.scan(RSS).outline, 2) == "more entries than are kept"
    declared = b"<!DOCTYPE rss [<!ENTITY e 'x'>]>" + RSS
    assert split.unfit(declared, scan.scan(declared).outline, 9) == "entities of its own"
    assert split.unfit(b"<!DOCTYPE rss>" + RSS, scan.scan(b"<!DOCTYPE rss>" + RSS).outline, 9) == ""
