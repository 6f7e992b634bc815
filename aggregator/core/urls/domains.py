"""Whose a host is: its registrable domain, by the Public Suffix List that comes with the library (no network)."""

from __future__ import annotations

import functools
import ipaddress

import publicsuffixlist


@functools.lru_cache(4096)
def domain(host: str) -> str:
    """The registrable domain of a host (https://publicsuffix.org): `bbc.co.uk` of `feeds.bbc.co.uk`.

    Of an address, of a host of one label and of a bare public suffix, the host itself.
    """
    bare = host.rstrip(".")
    return bare if _is_address(bare) else _list().privatesuffix(bare) or bare


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@functools.cache
def _list() -> publicsuffixlist.PublicSuffixList:
    return publicsuffixlist.PublicSuffixList()
