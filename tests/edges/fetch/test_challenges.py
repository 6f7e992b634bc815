"""Bot checks are recognised, in words of whose they are; what is none is not taken for one."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import loopback
import pytest

from aggregator.core import errors
from aggregator.edges import fetch

pytestmark = pytest.mark.anyio

Make = Callable[..., fetch.Fetcher]
HTML = ("Content-Type", "text/html; charset=utf-8")
PAGE = b"<!doctype html><html><head><title>Paper</title></head><body>%s</body></html>"


@pytest.mark.cases("challenges.jsonl")
async def test_bot_checks(make: Make, status: int, headers: dict[str, str], body: str, whose: str | None) -> None:
    """By headers or by marks of the page, the latter also under a status of success."""
    async with loopback.Loopback() as server:
        pairs = (*headers.items(), *(() if "Content-Type" in headers else (HTML,)))
        server.answers["/feed"] = loopback.Answer(body.encode(), status, pairs)
        if whose is None and status == 200:
            assert (await make().fetch(server.url("/feed"))).body == body.encode()
            return
        with pytest.raises(errors.StatusError) as caught:
            await make().fetch(server.url("/feed"))
    assert (caught.value.status, caught.value.url) == (status, server.url("/feed"))
    assert isinstance(caught.value, errors.Challenged) is (whose is not None)
    if whose is not None:
        assert f"answered {status} with a bot check ({whose}) that only browsers pass" in str(caught.value)
        assert caught.value.kind == "blocked"


async def test_packed_pages_are_looked_into(make: Make) -> None:
    """However they come; and a Retry-After beside them is kept."""
    body = gzip.compress(PAGE % b"<script>window._cf_chl_opt={}</script>")
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(body, 503, (HTML, ("Content-Encoding", "gzip"), ("Retry-After", "90")))
        with pytest.raises(errors.Challenged) as caught:
            await make().fetch(server.url("/feed"))
    assert caught.value.retry_after == 90


@pytest.mark.parametrize("coding", ["br", "gzip"])
async def test_pages_that_cannot_be_read(make: Make, coding: str) -> None:
    """The status stands."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"\x1f\x8b\x08broken", 404, (HTML, ("Content-Encoding", coding)))
        with pytest.raises(errors.StatusError, match="answered 404"):
            await make().fetch(server.url("/feed"))


async def test_pages_without_end_are_not_read_on(make: Make) -> None:
    """A look at the beginning is enough."""
    async with loopback.Loopback() as server:
        server.answers["/feed"] = loopback.Answer(b"<p>no</p>" * 1_000_000, 500, (HTML,))
        fetcher = make()
        with pytest.raises(errors.StatusError, match="answered 500"):
            await fetcher.fetch(server.url("/feed"))
    assert fetcher.received < 100_000
