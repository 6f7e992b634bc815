"""Bytes of any charset to UTF-8."""

import codecs
import gzip
import zlib

import hypothesis
import hypothesis.strategies
import pytest

from aggregator.core import errors
from aggregator.core.parse import encoding

TEXT = "<?xml version='1.0' encoding='{}'?><t>Příliš žluťoučký kůň</t>"


def _declared(charset: str, text: str = TEXT) -> bytes:
    return text.format(charset).encode(charset)


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        *(("windows-1251", "Первый снег"), ("koi8-r", "Первый снег"), ("iso-8859-7", "Καλημέρα κόσμε"), ("euc-jp", "港の新聞")),
        *(
            ("shift_jis", "船が来た"),
            ("euc-kr", "안녕하세요"),
            ("big5", "山村日報"),
            ("gb18030", "今天下雨"),
            ("iso-8859-2", "Žluťoučký"),
        ),
        *(("windows-1252", "“Über” – ça"), ("iso-2022-jp", "港の新聞"), ("tis-620", "สวัสดี"), ("windows-1255", "שלום")),
    ],
)
def test_declared(charset: str, words: str) -> None:
    """A declaration is believed, in the document or in the header, in any case and with blanks."""
    inside = f'<?xml version="1.0" encoding=" {charset.upper()} "?><t>{words}</t>'
    assert words in encoding.utf8(inside.encode(charset)).decode()
    assert words in encoding.utf8(f"<t>{words}</t>".encode(charset), f'text/xml; Charset="{charset}"').decode()


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "us-ascii", "windows-1251", "utf-16", "bogus-8", "utf-7", "unicode_escape", "zip", "idna", "rot13"]
)
def test_utf8_is_seen_through_lies(charset: str) -> None:
    """What is UTF-8 is read as UTF-8, whatever declaration and header say."""
    body = TEXT.format(charset).encode()
    assert encoding.utf8(body, f"application/xml; charset={charset}") == body


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "zip", "hex", "mbcs", "x" * 5000]
)
def test_codecs_of_python_are_no_charsets(charset: str) -> None:
    """A name that only Python knows is not believed: the bytes are windows-1252."""
    assert encoding.utf8(b"+ADw- \\u003c caf\xe9 \\x41", f"text/xml; charset={charset}").decode() == "+ADw- \\u003c café \\x41"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide(codec: str) -> None:
    """UTF-16 and UTF-32 are known by their mark, and without one by their zeros; an unpaired surrogate spoils one character."""
    text = TEXT.format("utf-16")
    assert encoding.utf8(text.encode(codec)).decode() == text
    assert encoding.utf8(("\ufeff" + text).encode(codec), "text/xml; charset=utf-8").decode() == text
    assert encoding.utf8("<t>a\ud800b</t>".encode(codec, "surrogatepass")).decode().startswith("<t>a")


def test_few_wrong_bytes() -> None:
    """A few bytes that are not UTF-8 become U+FFFD, and everything else stays what it was."""
    body = _declared("utf-8").replace(b"</t>", b"\xff\xe6\x97</t>")
    for content_type in ("", "text/xml; charset=utf-8", "text/xml; charset=iso-8859-2"):
        assert encoding.utf8(body, content_type).decode() == TEXT.format("utf-8").replace("</t>", "\ufffd\ufffd</t>")


@pytest.mark.parametrize("head", [b"", b"<?xml version='1.0' encoding='utf-8'?>"])
def test_latin1_in_disguise(head: bytes) -> None:
    """Undeclared or called UTF-8, but plainly not: windows-1252, the West's habit."""
    assert (
        encoding.utf8(head + "<t>“Über” alle Gipfel, café</t>".encode("cp1252"))
        .decode()
        .endswith("<t>“Über” alle Gipfel, café</t>")
    )


def test_header_against_declaration() -> None:
    """Both name a legacy charset: the header wins (RFC 7303), unless it is the latin-1 that servers say by default."""
    body = _declared("windows-1251", "<?xml version='1.0' encoding='{}'?><t>Первый снег</t>")
    assert "Первый снег" in encoding.utf8(body, "text/xml; charset=ISO-8859-1").decode()
    assert "оЕПБШИ ЯМЕЦ" in encoding.utf8(body, "text/xml; charset=koi8-r").decode()


def test_wrong_bytes_of_a_legacy_charset() -> None:
    """Where the declared charset has no such bytes, they are replaced and the rest is read."""
    assert (
        encoding.utf8("<t>船が来た</t>".encode("shift_jis").replace(b"</t>", b"\x81</t>"), "a/b; charset=sjis")
        .decode()
        .startswith("<t>船が来た")
    )


def test_marks_and_blanks_in_front() -> None:
    """Byte order marks, as many as there are, and blanks in front are gone; a mark outweighs every declaration."""
    assert encoding.utf8(codecs.BOM_UTF8 * 2 + b" \r\n" + codecs.BOM_UTF8 + b"\n<t>\xc5\xbe</t>") == "<t>ž</t>".encode()
    assert encoding.utf8(codecs.BOM_UTF8 + "<t>žluť</t>".encode() + b"\xff", "a/b; charset=koi8-r").decode() == "<t>žluť</t>\ufffd"


def test_characters_that_xml_may_not_hold() -> None:
    """Control characters, U+FFFE and U+FFFF are gone; tabs and line breaks stay."""
    assert encoding.utf8("a\x00b\x0b\x0c\x1bc\td\r\ne\ufffef\uffffg".encode()) == b"abc\td\r\nefg"


def test_undeclared_gzip() -> None:
    """A gzip file is opened, with its trailing garbage ignored; everything else stays as it is."""
    assert encoding.inflated(gzip.compress(b"<rss/>") + b"garbage") == b"<rss/>"
    assert encoding.inflated(b"<rss/>") == b"<rss/>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (gzip.compress(b"<rss/>" * 99, mtime=0)[:-9], "cut short"),
        (gzip.compress(bytes(encoding.INFLATED + 1), mtime=0), "too large when unpacked"),
        (b"\x1f\x8b\x08" + b"\xff" * 99, "damaged"),
        (gzip.compress(b"<rss/>", mtime=0)[:-8] + bytes(8), "damaged"),
    ],
)
def test_bad_gzip(body: bytes, reason: str) -> None:
    """One that is cut, damaged or grows without end is refused with that reason."""
    with pytest.raises(errors.ParseError, match=reason):
        encoding.inflated(body)


def test_zlib_is_not_guessed() -> None:
    """Only gzip has a signature that can be relied on."""
    assert encoding.inflated(zlib.compress(b"<rss/>")) == zlib.compress(b"<rss/>")


@hypothesis.given(hypothesis.strategies.binary(max_size=400), hypothesis.strategies.text(max_size=40))
def test_any_bytes(body: bytes, content_type: str) -> None:
    """Whatever the bytes, what comes out is UTF-8 without control characters, and stays the same the second time."""
    read = encoding.utf8(body, content_type)
    assert not set(read.decode()) & {"\x00", "\x0b", "\x1f", "\ufffe", "\uffff"}
    assert encoding.is_wide(read) or read.startswith(b"\x1b") or encoding.utf8(read) == read


@hypothesis.given(hypothesis.strategies.text(hypothesis.strategies.characters(blacklist_categories=["Cs", "Cc"]), min_size=4))
def test_utf8_is_untouched(value: str) -> None:
    """Text without control characters that is UTF-8 comes out byte for byte."""
    body = ("<t>" + value.replace("\ufffe", "").replace("\uffff", "") + "</t>").encode()
    assert encoding.utf8(body, "text/xml; charset=shift_jis") == body
