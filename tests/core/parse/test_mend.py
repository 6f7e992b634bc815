"""Making XML well formed where that is sure."""

import pytest

from aggregator.core import errors
from aggregator.core.parse import mend


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<?xml version='1.0'?>\n<rss/>", b"<rss/>"),
        (b"<?xml?xml version='1.1' ??><rss/>", b"<rss/>"),
        (b"<!-- hi --><?xml version='1.0'?><rss/>", b"<!-- hi -->\n<rss/>"),
        (b"Notice: x in <b>y</b>\n<?xml version='1.0'?><rss/>", b"<rss/>"),
        (b"<br/>oops<rdf:RDF />", b"<rdf:RDF />"),
        (b"<?xml-stylesheet href='x'?>\n\n\n<feed/>", b"<?xml-stylesheet href='x'?>\n<feed/>"),
        (b"<!DOCTYPE rss [ <!ENTITY a 'b'><!ENTITY c 'd'>]><rss/>", b"<!DOCTYPE rss [\n<!ENTITY a 'b'>\n<!ENTITY c 'd'>]>\n<rss/>"),
        (b"<item><feedback/></item>", b"<item><feedback/></item>"),
        (b"plain text", b"plain text"),
    ],
)
def test_trimmed(data: bytes, expected: bytes) -> None:
    """Markup begins where it begins: without declaration, blank lines and what a broken server put before it."""
    assert mend.trimmed(data) == expected


def test_names() -> None:
    """A word of hundreds of letters where a person is named is cut to 200, and no other word."""
    data = b"<rss><dc:creator x='y'><![CDATA[Ada %b Q]]></dc:creator><author>a@b.c</author><description>%b</description></rss>"
    assert mend.trimmed(data % (b"x" * 999, b"x" * 999)) == data % (b"x" * 200, b"x" * 999)
    many = b"<author>" + b"Jo Doe, Ann Onymous; " * 500 + b"</author>"
    assert mend.trimmed(many) == many


def test_well_formed_is_untouched() -> None:
    """A well-formed document stays byte for byte as it is."""
    data = b"<rss><a b='&amp;'>&#8364; &lt;</a><![CDATA[ & ]]></rss>"
    assert mend.mended(data)[0] is data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<a>Q&A &amp; R</a>", b"<a>Q&amp;A &amp; R</a>"),
        (b"<a>&nbsp;&hellip;&bogus;</a>", b"<a>&#160;&#8230;&amp;bogus;</a>"),
        (b"<a b='?x=1&y=2'/>", b"<a b='?x=1&amp;y=2'/>"),
        (b"<a>&#11;&#xD800;&#0;&#99999999;&#x1F389;&#65</a>", b"<a>&#127881;&#65;</a>"),
        (b"<a>& <![CDATA[ & &nbsp; &#11; ]]></a>", b"<a>&amp; <![CDATA[ & &nbsp; &#11; ]]></a>"),
        (b"<a>&</a><script>x</script>", b"<a>&amp;</a>"),
        (b"<a>x</a", b"<a>x</a>"),
        (b"<a>x</a\n", b"<a>x</a>"),
        (b"<!DOCTYPE a [\n<!ENTITY own 'x'>\n]>\n<a>&own;&nbsp;</a>", b"<!DOCTYPE a [\n<!ENTITY own 'x'>\n]>\n<a>&own;&#160;</a>"),
    ],
)
def test_mended(data: bytes, expected: bytes) -> None:
    """Ampersands, entities of HTML, impossible characters, trailing junk and a missing last bracket are mended."""
    fixed, seen = mend.mended(data)
    assert fixed == expected
    assert seen.fault is None


@pytest.mark.parametrize("data", [b"<a><b></a>", b"<a>x < y</a>", b"<a><![CDATA[x", b"<a><b>x</b", b"<a><b></a><c/>"])
def test_beyond_mending(data: bytes) -> None:
    """What cannot be mended is told with its fault, for feedparser's loose parser."""
    assert mend.mended(data)[1].fault is not None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<a>" + b"<" * (mend.LOOSE + 1), "too long to be mended"),
        (b"<a>" + b"&" * (mend.AMPERSANDS + 1), "references and ampersands"),
    ],
)
def test_too_long(data: bytes, reason: str) -> None:
    """Mending and guessing have an end."""
    with pytest.raises(errors.ParseError, match=reason):
        mend.mended(data)


def test_tags_in_cdata_do_not_count() -> None:
    """HTML in CDATA is no work for the loose parser, however much it is."""
    data = b"<a><b><![CDATA[" + b"<p>" * (mend.LOOSE + 1) + b"]]></a>"
    assert mend.mended(data)[1].fault is not None


def test_long_prolog() -> None:
    """A prolog has an end as well."""
    with pytest.raises(errors.ParseError, match="prolog"):
        mend.trimmed(b"<!--" + b"x" * mend.PROLOG + b"--><rss/>")
