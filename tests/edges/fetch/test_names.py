"""Host names to addresses; nothing here asks a name server."""

import asyncio
import ipaddress

import pytest

from aggregator.core import errors
from aggregator.edges.fetch import names

pytestmark = pytest.mark.anyio


async def test_localhost_has_an_address() -> None:
    """The system's resolver is asked."""
    resolver = names.Names()
    found = await resolver.resolve("localhost")
    resolver.close()
    assert found
    assert all(ipaddress.ip_address(address).is_loopback for address in found)


async def test_impossible_names_have_none() -> None:
    """A name that cannot exist is an error that says what to do."""
    resolver = names.Names()
    with pytest.raises(errors.FetchError, match="has no address; check the spelling") as caught:
        await resolver.resolve("x" * 64 + ".invalid")
    resolver.close()
    assert caught.value.kind == "dns"


async def test_many_lookups_at_once() -> None:
    """More lookups than threads are all answered."""
    resolver = names.Names()
    found = await asyncio.gather(*(resolver.resolve("localhost") for _ in range(100)))
    resolver.close()
    assert len(set(found)) == 1


async def test_a_cancelled_lookup_does_no_harm() -> None:
    """Its answer comes to nobody, the next one is answered."""
    resolver = names.Names()
    lookup = asyncio.create_task(resolver.resolve("localhost"))
    await asyncio.sleep(0)
    lookup.cancel()
    assert await resolver.resolve("localhost")
    resolver.close()
    assert lookup.cancelled()


@pytest.mark.parametrize(
    ("found", "turns"),
    [
        ([(10, "a"), (10, "b"), (10, "c"), (2, "1")], ("a", "1", "b", "c")),
        ([(2, "1"), (2, "2"), (10, "a")], ("1", "a", "2")),
        ([(2, "1")], ("1",)),
        ([], ()),
    ],
)
async def test_families_take_turns(found: list[tuple[int, str]], turns: tuple[str, ...]) -> None:
    """A host whose IPv6 is dead is reached by IPv4 among the first addresses that are tried."""
    assert names.in_turn(found) == turns
