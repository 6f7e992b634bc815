"""Link fields: hubs and the document's own address, whatever else stands in them."""

from __future__ import annotations

import time

import loopback
import pytest
from edges.fetch.test_fetcher import Make
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import urls
from aggregator.edges.fetch import links

BASE = "https://paper.example/feeds/news"


@pytest.mark.parametrize(
    ("fields", "hubs"),
    [
        (['<https://hub.example/>; rel="hub"'], ["https://hub.example/"]),
        (["<https://hub.example/>; rel=hub, <https://paper.example/f>; rel=self"], ["https://hub.example/"]),
        (["<https://a.example/>;rel=hub", "<https://b.example/>;rel=hub"], ["https://a.example/", "https://b.example/"]),
        (['<https://hub.example/>; title="a, b; rel=self"; REL="Alternate HUB"'], ["https://hub.example/"]),
        (["</hub>; rel=hub"], ["https://paper.example/hub"]),
        (["<https://hub.example/>; rel=self; rel=hub"], []),
        (['<https://hub.example/>; rel=hub; anchor="https://other.example/"'], []),
        (["<javascript:alert(1)>; rel=hub", "<https://hub.example/>; rel=github"], []),
        (["https://hub.example/; rel=hub", "<https://hub.example/", "", ">;rel=hub<"], []),
        (['<https://hub.example/>; title="never ends; rel=hub'], []),
    ],
)
def test_hubs(fields: list[str], hubs: list[str]) -> None:
    """Several fields, several links in one, quoted commas, the first rel; never a link on something else, or no http(s)."""
    assert list(links.related(fields, "hub", BASE)) == hubs


@given(st.lists(st.text('<>;,="\\ abrelhub:/.', max_size=200), max_size=3))
def test_anything_may_stand_there(fields: list[str]) -> None:
    """What comes out was gated."""
    assert all(urls.gate(url) == url for url in links.related(fields, "hub", BASE))


@pytest.mark.parametrize("part", ["<", "<a>", '<a>;"', '<a>;x="\\', "\\", '"', "<a>,"])
def test_long_fields_cost_little(part: str) -> None:
    """A field of any length is read in no time."""
    begun = time.perf_counter()
    links.related([part * 30_000], "hub", BASE)
    assert time.perf_counter() - begun < 1


@pytest.mark.anyio
async def test_a_fetch_tells_of_them(make: Make) -> None:
    """The fields of the answer that brought the document count, not those of a redirect before it."""
    async with loopback.Loopback() as server:
        elsewhere = (("Location", "/feed"), ("Link", "<https://old.example/>; rel=hub"))
        server.answers["/moved"] = loopback.Answer(status=301, headers=elsewhere)
        server.answers["/feed"] = loopback.Answer(
            b"<rss/>", headers=(("Link", "<https://hub.example/>; rel=hub, </own>; rel=self"),)
        )
        response = await make().fetch(server.url("/moved"))
    assert (response.hubs, response.topic) == (("https://hub.example/",), server.url("/own"))
