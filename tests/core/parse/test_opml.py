"""Lists of feeds of other readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import errors, parse, render

LIST = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News">
  <outline text="World"><outline type="rss" text="Paper" xmlUrl="http://paper.example/feed" htmlUrl="http://paper.example/"/></outline>
  <outline title="Rival" xmlurl="http://rival.example/feed"/>
</outline>
<outline text="Loose" XMLURL=" http://loose.example/ " category="/Tech/Boats,Sea"/>
<outline text="Again"><outline xmlUrl="http://paper.example/feed"/></outline>
<outline text="Empty"/>
</body></opml>"""


def test_folders_are_categories() -> None:
    """All folders around a feed, and those of other places where it stands; names as they are given."""
    assert [(one.url, one.name, one.categories) for one in parse.opml(LIST)] == [
        ("http://paper.example/feed", "Paper", ("News", "World", "Again")),
        ("http://rival.example/feed", "Rival", ("News",)),
        ("http://loose.example/", "Loose", ("Boats", "Sea")),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", b"<rss><channel/></rss>", b"<opml/>", b'<!DOCTYPE x [<!ENTITY a "b">]><html/>', b"\xff\xfe"],
)
def test_no_list(data: bytes) -> None:
    """What is no OPML is told."""
    with pytest.raises(errors.ParseError, match="it is no OPML"):
        parse.opml(data)


def test_hostile_lists() -> None:
    """Entities are not followed, depth and number are bounded."""
    xxe = b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;" xmlUrl="http://a.example/"/></body></opml>'
    assert "root:" not in parse.opml(xxe)[0].name
    deep = (
        b"<opml><body>"
        + b'<outline text="a">' * 100
        + b'<outline xmlUrl="http://a.example/"/>'
        + b"</outline>" * 100
        + b"</body></opml>"
    )
    assert parse.opml(deep) == ()
    many = b"".join(b'<outline xmlUrl="http://a.example/%d"/>' % number for number in range(20_001))
    with pytest.raises(errors.ParseError, match="more than 20000 feeds"):
        parse.opml(b"<opml><body>" + many + b"</body></opml>")


ROWS = st.lists(
    st.builds(
        render.SourceRow,
        st.sampled_from(["", "A", "B & C"]),
        st.none(),
        st.integers(0, 99).map(lambda number: f"http://e{number}.example/feed"),
        st.lists(st.sampled_from(["x", "y z"]), unique=True, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from(["interval", "trust"]), st.sampled_from(["1h", "low"])),
    ),
    unique_by=lambda row: row.url,
    max_size=6,
)


@given(ROWS)
def test_what_is_written_is_read_again(rows: list[render.SourceRow]) -> None:
    """Every source once, with its categories and its settings."""
    there = {one.url: one for one in parse.opml(render.opml("Sources", rows))}
    assert there.keys() == {row.url for row in rows}
    for row in rows:
        assert (set(there[row.url].categories), there[row.url].settings) == (set(row.categories), row.settings)
