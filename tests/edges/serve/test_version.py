"""Versions: tags and codings."""

import asyncio
import gzip

import brotli
import hypothesis
import hypothesis.strategies as st
import pytest
import zstandard

from aggregator.edges.serve import negotiate, version

_DECODERS = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstandard.ZstdDecompressor().decompress,
}


@hypothesis.given(st.binary(max_size=5000))
@hypothesis.settings(max_examples=30, deadline=None)
def test_every_coding_holds_the_same_bytes(body: bytes) -> None:
    """Decoded, each coding is the body."""

    async def _all() -> None:
        current = version.Version(body)
        for coding, decode in _DECODERS.items():
            assert decode(await current.coded(coding)) == body

    asyncio.run(_all())


def test_tags_are_of_the_bytes_alone() -> None:
    """The same bytes have the same tags whenever they were modified; other bytes have others; each coding has its own."""
    tags = version.Version(b"tide", 1).tags("gzip")
    assert tags == version.Version(b"tide", 2).tags("gzip")
    assert len({*tags, *version.Version(b"ebb", 1).tags("gzip")}) == 8
    assert tags[0] == version.Version(b"tide").tag("gzip")


def test_tags_name_every_coding_once() -> None:
    """All codings are there, the one in question first."""
    current = version.Version(b"tide")
    for coding in (negotiate.IDENTITY, *negotiate.CODINGS):
        assert current.tags(coding)[0] == current.tag(coding)
        assert len(set(current.tags(coding))) == 4


@pytest.mark.anyio
async def test_a_coding_is_made_once() -> None:
    """Who asks at the same time, or later, gets the very same bytes."""
    current = version.Version(b"tide " * 10_000)
    made = await asyncio.gather(*(current.coded("br") for _ in range(20)))
    assert {id(one) for one in made} == {id(await current.coded("br"))}
