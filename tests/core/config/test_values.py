"""The kinds of values in feeds.yaml."""

from __future__ import annotations

import datetime
import ipaddress
import math

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.config import values

SECOND = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("1s", 1),
        ("30m", 1_800),
        ("1h30m", 5_400),
        ("1h 30m", 5_400),
        (" 2 H ", 7_200),
        ("1.5d", 129_600),
        ("2w", 1_209_600),
        ("0d", 0),
    ],
)
def test_durations(said: str, seconds: int) -> None:
    """Numbers with units, together if need be."""
    assert pydantic.TypeAdapter(values.Duration).validate_python(said) == seconds * SECOND


@pytest.mark.parametrize(
    ("said", "size"),
    [(500, 500), ("500", 500), ("500 b", 500), ("2kB", 2_000), ("2MB", 2_000_000), ("1.5 mb", 1_500_000), ("3GB", 3_000_000_000)],
)
def test_sizes(said: object, size: int) -> None:
    """In steps of a thousand."""
    assert pydantic.TypeAdapter(values.Size).validate_python(said) == size


@pytest.mark.parametrize(("said", "budget"), [("20000/day", 20_000), ("5 / day", 5), ("9" * 400 + "/day", 10**15)])
def test_budgets(said: str, budget: int) -> None:
    """Requests a day; beyond a quadrillion nobody counts."""
    assert pydantic.TypeAdapter(values.Budget).validate_python(said) == budget


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("50%", 0.5),
        (" 12.5 % ", 0.125),
        ("100%", 1.0),
        ("007%", 0.07),
        (0.5, 0.5),
        (1, 1.0),
        (1e-9, 1e-9),
        ("off", math.inf),
        (False, math.inf),
    ],
)
def test_shares(said: object, share: float) -> None:
    """Hundredths or a fraction, or any."""
    assert pydantic.TypeAdapter(values.Share).validate_python(said) == pytest.approx(share)


@pytest.mark.parametrize(
    "said",
    ["", "50", "0.5", "0%", "0.0%", "100.5%", "200%", "-5%", "5%%", "٥%", "on", True, None, 0, 0.0, -1, 1.01, math.nan, [50]],
)
def test_no_share(said: object) -> None:
    """Anything else is refused, so is nothing."""
    with pytest.raises(pydantic.ValidationError, match="is no share"):
        pydantic.TypeAdapter(values.Share).validate_python(said)


@pytest.mark.parametrize(
    ("said", "listens"),
    [
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("0.0.0.0:0", "0.0.0.0:0"),
        ("localhost:080", "localhost:80"),
        ("[::1]:80", "[::1]:80"),
        ("[fe80::1%eth0]:80", "[fe80::1%eth0]:80"),
        ("off", None),
        (False, None),
    ],
)
def test_listen(said: object, listens: str | None) -> None:
    """A host and a port, or nothing."""
    assert values.listen(said) == listens


@pytest.mark.parametrize(
    "said", ["", "e.org", ":80", "e.org:", "e.org:x", "e.org:65536", "::1:80", "a b:80", "u@h:80", "h/p:80", True, 80, None]
)
def test_no_listen(said: object) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="no address to listen on"):
        values.listen(said)


KINDS = (
    values.Duration,
    values.Interval,
    values.Size,
    values.Budget,
    values.Networks,
    values.Address,
    values.Word,
    values.Words,
    values.Share,
    values.Two,
)
SAID = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.from_regex(r"[0-9]{1,400}(\.[0-9]+)? ?[smhdwkKMGB/]{0,2}(day)?", fullmatch=True),
    st.lists(st.text(), max_size=2),
)


@given(st.sampled_from(KINDS), SAID)
def test_a_value_is_good_or_refused(kind: object, said: object) -> None:
    """Nothing breaks on the way, and numbers stay within what can be counted with."""
    try:
        value = pydantic.TypeAdapter(kind).validate_python(said)
    except pydantic.ValidationError:
        return
    if isinstance(value, datetime.timedelta):
        assert datetime.datetime(2026, 1, 1) + value < datetime.datetime(2127, 1, 1)
    if isinstance(value, float):
        assert 0 < value <= 1 or value == math.inf
    if isinstance(value, int):
        assert 1 <= value <= 10**15


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", ipaddress.ip_address("127.0.0.1")), ("::1", ipaddress.ip_address("::1")), ("localhost", None), ("", None)],
)
def test_literal_addresses(host: str, address: object) -> None:
    """Names are none."""
    assert values.literal(host) == address
