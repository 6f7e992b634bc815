"""Which addresses may be asked."""

import ipaddress
import json
import pathlib

import pytest

from aggregator.core import errors
from aggregator.edges.fetch import addresses

_ROWS = [json.loads(line) for line in (pathlib.Path(__file__).parents[2] / "cases/fetch/addresses.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["address"])
def test_only_public_addresses_are_permitted(row: dict[str, object]) -> None:
    """What reaches this machine or its networks, under whatever disguise, is refused unless allowed."""
    address = ipaddress.ip_address(str(row["address"]))
    assert addresses.permitted(address, ()) is row["public"]
    assert addresses.permitted(address, (ipaddress.ip_network(f"{address}"),))


@pytest.mark.cases("literals.jsonl")
def test_literal_spellings_are_seen_through(host: str, address: str | None) -> None:
    """Old spellings of an address are that address, names are not."""
    found = addresses.literal(host)
    assert (None if found is None else str(found)) == address


@pytest.mark.parametrize(("host", "address"), [("localhost", "127.0.0.1"), ("a.LOCALHOST.", "127.0.0.1"), ("0x7f.1", "127.0.0.1")])
def test_known_hosts(host: str, address: str) -> None:
    """What is loopback by definition is known without asking."""
    assert str(addresses.known(host)) == address


def test_a_name_is_not_known() -> None:
    """Names have to be resolved, whatever they look like."""
    assert addresses.known("localhost.example") is None


def test_allowing_a_network_allows_what_leads_into_it() -> None:
    """An operator who allows a network also allows its addresses behind a translator, and nothing else."""
    allow = (ipaddress.ip_network("10.0.0.0/8"),)
    assert addresses.permitted(ipaddress.ip_address("64:ff9b::a00:1"), allow)
    assert not addresses.permitted(ipaddress.ip_address("64:ff9b::7f00:1"), allow)


def test_one_bad_address_refuses_the_host() -> None:
    """A host that hides a private address among public ones is refused, and the message says which and what to do."""
    found = [ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("10.0.0.1")]
    with pytest.raises(
        errors.AddressRefused, match=r"feeds\.example is 10\.0\.0\.1, which is not public; list it in allow_addresses"
    ):
        addresses.vet("feeds.example", found, ())
