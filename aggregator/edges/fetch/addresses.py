"""Which addresses may be asked: public ones, and those that the operator allows."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from aggregator.core import errors

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LOOPBACK = ipaddress.IPv4Address("127.0.0.1")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = tuple(int(ipaddress.IPv6Address(prefix)) >> 32 for prefix in ("64:ff9b::", "64:ff9b:1::"))


def literal(host: str) -> Address | None:
    """The address that a host spells out, in any spelling that C libraries take (`127.1`, `0x7f000001`, `0`); None for a name."""
    bare = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except OSError:
        return None


def known(host: str) -> Address | None:
    """The address of a host as far as it is known without asking: a literal one, or that of `localhost` (RFC 6761 6.3)."""
    bare = host.rstrip(".").lower()
    return _LOOPBACK if bare == "localhost" or bare.endswith(".localhost") else literal(host)


def ends(address: Address) -> tuple[Address, ...]:
    """Where traffic to an address really goes, tunnels and translators undone.

    IPv4-mapped (RFC 4291 2.5.5.2), 6to4 (RFC 3056), Teredo's server and client (RFC 4380), NAT64 (RFC 6052, RFC 8215).
    """
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if int(address) >> 32 in _NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)


def public(address: Address) -> bool:
    """Whether an address is one of the open Internet (the IANA special-purpose registries, RFC 6890); tunnels not undone."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def permitted(address: Address, allow: Sequence[Network]) -> bool:
    """Whether an address may be asked: it is in `allow`, or each of its ends is public or in `allow`."""

    def allowed(one: Address) -> bool:
        return any(one in network for network in allow)

    return allowed(address) or all(public(end) or allowed(end) for end in ends(address))


def vet(host: str, found: Sequence[Address], allow: Sequence[Network]) -> None:
    """Nothing when all addresses of a host may be asked; one that may not refuses the host: AddressRefused."""
    for address in found:
        if not permitted(address, allow):
            name = "its address" if str(address) == host.strip("[]") else f"{host} is {address}, which"
            raise errors.AddressRefused(f"{name} is not public; list it in allow_addresses if it may be fetched")
