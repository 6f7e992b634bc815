"""Fetches through a proxy: it resolves the names, we still vet what we know."""

from __future__ import annotations

from collections.abc import Callable

import loopback
import pytest

from aggregator.core import errors
from aggregator.edges import fetch

pytestmark = pytest.mark.anyio

Make = Callable[..., fetch.Fetcher]


async def test_the_proxy_is_asked_for_the_whole_address(make: Make) -> None:
    """Names need not be resolvable here, and the proxy's own address need not be allowed."""
    async with loopback.Loopback() as proxy:
        proxy.answers["http://feeds.test/feed"] = loopback.Answer(b"<rss/>")
        response = await make(proxy=proxy.url("").replace("//", "//jo:pass@"), allow=()).fetch("http://feeds.test/feed")
    assert response.body == b"<rss/>"
    assert proxy.asked[0].headers["host"] == "feeds.test"
    assert proxy.asked[0].headers["proxy-authorization"] == "Basic am86cGFzcw=="


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "https://[::ffff:127.0.0.1]/", "http://localhost/"]
)
async def test_literal_addresses_are_vetted(make: Make, url: str) -> None:
    """A proxy may stand where more can be reached than from here."""
    async with loopback.Loopback() as proxy:
        with pytest.raises(errors.AddressRefused):
            await make(proxy=proxy.url(""), allow=()).fetch(url)
    assert proxy.asked == []


async def test_redirects_are_vetted_too(make: Make) -> None:
    """The first address may be a name, the next one a trap."""
    async with loopback.Loopback() as proxy:
        proxy.answers["http://feeds.test/"] = loopback.Answer(status=302, headers=(("Location", "http://127.1/"),))
        with pytest.raises(errors.AddressRefused, match=r"http://feeds\.test/ → http://127\.1/: 127\.1 is 127\.0\.0\.1"):
            await make(proxy=proxy.url(""), allow=()).fetch("http://feeds.test/")
    assert len(proxy.asked) == 1


async def test_a_proxy_that_refuses(make: Make) -> None:
    """The message says that it was the proxy."""
    async with loopback.Loopback() as proxy:
        proxy.answers["feeds.test:443"] = loopback.Answer(status=403)
        with pytest.raises(errors.FetchError, match="the proxy refuses to connect") as caught:
            await make(proxy=proxy.url("")).fetch("https://feeds.test/")
    assert caught.value.kind == "connect"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "127.0.0.1:3128", "http://"])
async def test_what_is_no_proxy(make: Make, proxy: str) -> None:
    """A wrong setting shows at once, not at each fetch."""
    with pytest.raises(ValueError, match="a proxy is http://host:port"):
        make(proxy=proxy)
