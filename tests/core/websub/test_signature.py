"""Signatures: all methods of the recommendation, and nothing that only resembles one."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import websub

SECRET = "b" * 64


def sign(body: bytes, method: str = "sha256", secret: str = SECRET) -> str:
    """A signature as a hub makes it."""
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@given(st.binary(max_size=500), st.sampled_from(["sha1", "sha256", "sha384", "sha512"]))
def test_what_is_signed_is_believed(body: bytes, method: str) -> None:
    """Whatever the body, in any of the four methods and in any case of letters."""
    assert websub.signed([sign(body, method)], SECRET, body)
    assert websub.signed([f" {sign(body, method).upper()} "], SECRET, body)


@given(st.binary(max_size=200), st.binary(max_size=200), st.text("0123456789abcdef", min_size=1, max_size=70))
def test_what_is_not_is_not(body: bytes, other: bytes, secret: str) -> None:
    """Another body, another secret."""
    assert websub.signed([sign(other)], SECRET, body) == (body == other)
    assert websub.signed([sign(body, secret=secret)], SECRET, body) == (secret == SECRET)


@given(st.lists(st.text(max_size=80), max_size=3))
def test_anything_may_be_claimed(given_: list[str]) -> None:
    """No text but a signature is one."""
    assert not websub.signed(given_, SECRET, b"body")


@pytest.mark.parametrize(
    "claimed", ["md5=" + "0" * 32, "sha256=", "sha256", sign(b"body")[:-1], sign(b"body") + "0", sign(b"body")[7:]]
)
def test_odd_claims(claimed: str) -> None:
    """Other methods, cut and lengthened digests."""
    assert not websub.signed([claimed], SECRET, b"body")


def test_the_strongest_counts() -> None:
    """A hub may send several; a right weak one does not help a wrong strong one."""
    assert websub.signed([sign(b"body", "sha1"), sign(b"body", "sha512")], SECRET, b"body")
    assert not websub.signed([sign(b"body", "sha1"), sign(b"else", "sha512")], SECRET, b"body")
