"""Forms that are sent: the same vetting and bounds as for fetches."""

from __future__ import annotations

import ipaddress

import pytest
from edges.fetch.test_fetcher import Make
from hub import Hub

from aggregator.core import errors, limits

pytestmark = pytest.mark.anyio
FORM = {"hub.mode": "subscribe", "hub.topic": "https://e.org/?a=b&c=ü"}


async def test_a_form_arrives(make: Make) -> None:
    """With its length and type, and nothing of what a fetch would say."""
    async with Hub() as hub:
        hub.verifying = False
        fetcher = make(user_agent="aggregator/1")
        await fetcher.post(hub.url, FORM)
    assert hub.forms == [FORM]
    head = hub.heads[0].lower()
    assert head.startswith("post /hub http/1.1\r\n")
    assert "content-type: application/x-www-form-urlencoded\r\n" in head
    assert "user-agent: aggregator/1\r\n" in head
    assert not {"transfer-encoding", "accept-encoding", "if-none-match"} & {line.partition(":")[0] for line in head.split("\r\n")}
    assert fetcher.requests == 1


@pytest.mark.parametrize("status", [200, 202, 204, 299])
async def test_any_success_will_do(make: Make, status: int) -> None:
    """Hubs should answer 202, and do not all (WebSub 5.1.2)."""
    async with Hub() as hub:
        hub.status, hub.verifying = status, False
        await make().post(hub.url, FORM)


@pytest.mark.parametrize("status", [301, 302, 303, 304, 400, 404, 422, 500, 503])
async def test_refusals(make: Make, status: int) -> None:
    """Anything else is a refusal; redirects that would turn it into a GET are not followed."""
    async with Hub() as hub:
        hub.status, hub.location = status, hub.url
        with pytest.raises(errors.StatusError) as caught:
            await make().post(hub.url, FORM)
    assert caught.value.status == status
    assert len(hub.forms) == 1


@pytest.mark.parametrize("status", [307, 308])
async def test_redirects_that_keep_the_method(make: Make, status: int) -> None:
    """The form goes on to where they lead, each step vetted; a circle ends."""
    async with Hub() as hub, Hub() as other:
        other.verifying = False
        hub.status, hub.location = status, other.url
        await make().post(hub.url, FORM)
        assert (len(hub.forms), other.forms) == (1, [FORM])
        hub.location = "http://192.0.2.1/"
        with pytest.raises(errors.AddressRefused):
            await make().post(hub.url, FORM)
        hub.location = hub.url
        with pytest.raises(errors.FetchError, match="more than 3 redirects"):
            await make(limits=limits.Limits(redirects=3)).post(hub.url, FORM)


async def test_addresses_are_vetted(make: Make) -> None:
    """A hub in the operator's network is asked only where feeds may be."""
    async with Hub() as hub:
        with pytest.raises(errors.AddressRefused, match="not public"):
            await make(allow=(ipaddress.ip_network("127.9.0.0/16"),)).post(hub.url, FORM)
        assert hub.forms == []


async def test_a_hub_that_does_not_answer(make: Make) -> None:
    """The time of a fetch is that of a form too."""
    async with Hub() as hub:
        hub.open.clear()
        with pytest.raises(errors.FetchError, match="took longer than") as caught:
            await make(limits=limits.Limits(seconds=0.2)).post(hub.url, FORM)
        assert caught.value.kind == "timeout"


async def test_through_a_proxy(make: Make) -> None:
    """The proxy gets the whole address, and the form."""
    async with Hub() as proxy:
        proxy.verifying = False
        await make(proxy=proxy.url, allow=()).post("http://hub.test/hub?a=b", FORM)
    assert proxy.heads[0].startswith("POST http://hub.test/hub?a=b HTTP/1.1\r\n")
    assert proxy.forms == [FORM]
