"""Bodies gathered under a limit, gzip undone."""

import gzip
import itertools
import tracemalloc
import zlib

import hypothesis
import pytest
from hypothesis import strategies as st

from aggregator.core import errors
from aggregator.edges.fetch import decode

_CUTS = st.lists(st.integers(0, 10_000), max_size=20)


def _fed(data: bytes, cuts: list[int], limit: int = 1_000_000, coding: str = "gzip") -> bytes:
    body = decode.Body(coding, limit)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(places):
        body.feed(data[start:end])
    assert body.received == len(data)
    return body.finish()


@hypothesis.given(st.lists(st.binary(max_size=2_000), min_size=1, max_size=4), _CUTS)
def test_gzip_in_any_pieces_is_undone(members: list[bytes], cuts: list[int]) -> None:
    """However a body is cut on its way, and of however many members it is, it arrives whole."""
    assert _fed(b"".join(gzip.compress(member) for member in members), cuts) == b"".join(members)


@hypothesis.given(
    st.binary(max_size=2_000).filter(lambda data: not data.startswith(b"\x1f\x8b")),
    _CUTS,
    st.sampled_from(["", "gzip", "identity"]),
)
def test_what_is_not_gzip_stays_as_it_is(data: bytes, cuts: list[int], coding: str) -> None:
    """Servers that declare gzip and send text are read all the same."""
    assert _fed(data, cuts, coding=coding) == data


@hypothesis.given(st.binary(max_size=500), st.integers(2, 10_000), _CUTS)
def test_gzip_that_ends_early_is_an_error(data: bytes, end: int, cuts: list[int]) -> None:
    """A cut body never passes for a short one."""
    packed = gzip.compress(data)
    with pytest.raises(errors.FetchError, match="ends too early") as caught:
        _fed(packed[: 2 + end % (len(packed) - 2)], cuts)
    assert caught.value.kind == "incomplete"


@hypothesis.given(st.binary(max_size=500), st.binary(max_size=100).filter(lambda data: not data.startswith(b"\x1f\x8b")), _CUTS)
def test_what_follows_gzip_is_ignored(data: bytes, rest: bytes, cuts: list[int]) -> None:
    """Padding and garbage behind the last member do no harm (RFC 1952 asks for no more)."""
    assert _fed(gzip.compress(data) + rest, cuts) == data


@hypothesis.given(st.integers(0, 3_000), st.integers(1, 1_000), st.booleans(), _CUTS)
def test_the_limit_holds_before_and_after_decoding(size: int, limit: int, packed: bool, cuts: list[int]) -> None:
    """A body of up to `limit` bytes passes, one byte more does not, packed or not."""
    data = gzip.compress(b"a" * size) if packed else b"a" * size
    if max(size, len(data)) <= limit:
        assert _fed(data, cuts, limit) == b"a" * size
    else:
        with pytest.raises(errors.TooLarge, match=f"larger than {limit:,} bytes"):
            _fed(data, cuts, limit)


def test_a_bomb_is_never_unpacked() -> None:
    """A body that grows a thousandfold costs no more memory than the limit and what was fed."""
    bomb = gzip.compress(b" " * 50_000_000)
    tracemalloc.start()
    with pytest.raises(errors.TooLarge):
        _fed(bomb, [], limit=500_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_500_000


def test_a_flood_of_empty_members_is_refused() -> None:
    """Each member costs time and none brings a byte."""
    with pytest.raises(errors.FetchError, match="more than 1000 members"):
        _fed(gzip.compress(b"") * 1_001, [])


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"feed", mtime=0)[:-8] + bytes(8),
        b"\x1f\x8b not gzip at all",
        gzip.compress(b"x", mtime=0)[:10] + b"\xff" * 20,
    ],
)
def test_damaged_gzip_is_an_error(packed: bytes) -> None:
    """Wrong checksums and impossible blocks are not served to the parser."""
    with pytest.raises(errors.FetchError, match="damaged") as caught:
        _fed(packed, [])
    assert caught.value.kind == "encoding"


@pytest.mark.parametrize("coding", ["deflate", "br", "zstd", "gzip, gzip", "x-foo", "\x1b[31m"])
def test_other_codings_are_refused(coding: str) -> None:
    """They were not asked for, and cannot be unpacked under a limit that holds."""
    with pytest.raises(errors.FetchError, match="only gzip is read") as caught:
        _fed(zlib.compress(b"feed"), [], coding=coding)
    assert caught.value.kind == "encoding"


def test_spellings_of_gzip() -> None:
    """The names of codings know no case, and gzip has an old one (RFC 9110 8.4.1.3)."""
    assert _fed(gzip.compress(b"feed"), [], coding=" X-GZip ") == b"feed"
