"""What of a document counts as news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import parse

RSS = (
    "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Mill Lane News</title>{head}"
    "<item><title>One</title><pubDate>{dated}</pubDate>{inner}</item><item><title>Two</title></item>{tail}</channel></rss>{end}"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Mill Lane News</title>{head}"
    "<entry><title>One</title><updated>{dated}</updated>{inner}</entry>{tail}</feed>{end}"
)
MOMENTS = ("Mon, 04 May 2026 08:00:00 GMT", "2026-05-04T09:15:00Z", "")


def gist(form: str, head: str = "", dated: str = "4 May", inner: str = "", tail: str = "", end: str = "") -> str:
    """The gist of a document with such parts."""
    return parse.gist(form.format(head=head, dated=dated, inner=inner, tail=tail, end=end).encode())


@pytest.mark.parametrize("form", [RSS, ATOM])
@pytest.mark.parametrize("name", ["lastBuildDate", "pubDate", "updated", "modified", "dc:date"])
def test_the_time_of_making_is_no_news(form: str, name: str) -> None:
    """Dates of the document, before its entries or after them."""
    assert len({gist(form, head=f"<{name}>{moment}</{name}>") for moment in MOMENTS}) == 1
    assert len({gist(form, tail=f"<{name}>{moment}</{name}>") for moment in MOMENTS}) == 1


@pytest.mark.parametrize("form", [RSS, ATOM])
def test_what_a_cache_signs_is_no_news(form: str) -> None:
    """Comments around the entries."""
    assert len({gist(form, end=f"\n<!-- cached at {moment} - 0.3 s -->") for moment in MOMENTS}) == 1
    assert len({gist(form, head=f"<!-- served by {moment}-->") for moment in MOMENTS}) == 1


@pytest.mark.parametrize("form", [RSS, ATOM])
def test_all_else_is_news(form: str) -> None:
    """Of an entry its dates and comments too; of the head its title and whatever else it says."""
    said = [
        gist(form),
        gist(form, dated="5 May"),
        gist(form, inner="<!-- 1 -->"),
        gist(form, inner="<updated>5 May</updated>"),
        gist(form, head="<language>de</language>"),
        gist(form, head="<lastBuildDate>5 May<!-- --></lastBuildDate><ttl>5</ttl>"),
        gist(form, tail="<ttl>5</ttl>"),
        gist(form, end="x"),
    ]
    assert len(set(said)) == len(said)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_other_bytes_are_other_news(one: bytes, other: bytes) -> None:
    """Whatever is no feed counts as it is."""
    assert (parse.gist(one) == parse.gist(other)) == (one == other)


@given(st.text("<>!-item/uptd ", max_size=80))
def test_a_gist_of_anything(said: str) -> None:
    """It comes of whatever is sent, and is the same for the same."""
    assert parse.gist(said.encode()) == parse.gist(said.encode())


def test_large_documents() -> None:
    """A change far behind the last entry, or in a head of megabytes, is news."""
    far = "x" * 200_000
    assert gist(RSS, end=far + "<!-- 1 -->") != gist(RSS, end=far + "<!-- 2 -->")
    assert gist(RSS, head=f"<a>{far}</a><pubDate>1</pubDate>") != gist(RSS, head=f"<a>{far}</a><pubDate>2</pubDate>")
