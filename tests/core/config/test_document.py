"""YAML as feeds.yaml is written in it."""

from __future__ import annotations

import pytest

from aggregator.core import errors
from aggregator.core.config import document


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("'true'", "true"),
        ("", None),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("+49", "+49"),
        ("1:30", "1:30"),
        ("12:30:45", "12:30:45"),
        ("2026-05-01", "2026-05-01"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("9" * 40, "9" * 40),
        ("=", "="),
        ("'12'", "12"),
        ('"a\\tb"', "a\tb"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars(written: str, value: object) -> None:
    """Those of YAML 1.2, save that numbers which would lose something of what is written stay text."""
    read = document.read(f"x: {written}", "f.yaml", {}).data["x"]
    assert (type(read), read) == (type(value), value)


def test_places() -> None:
    """Every value and key is found again, and what is not there is where it would be."""
    read = document.read("a:\n  - b: 1\n    c: {d: 2}\n", "f.yaml", {})
    assert read.place(("a", 0, "c", "d")) == (3, 12)
    assert read.keys[("a", 0, "c", "d")] == (3, 9)
    assert read.place(("a", 0, "none", 5)) == (2, 5)
    assert read.place(("z",)) == (1, 1)


def test_places_survive_a_byte_order_mark() -> None:
    """An editor does not count it."""
    with pytest.raises(errors.ConfigError) as caught:
        document.read("\ufeffa: 1\na: 2\n", "f.yaml", {})
    assert str(caught.value) == 'f.yaml:2:1: the key "a" stands here twice'


def test_what_the_environment_filled_in_is_marked() -> None:
    """So that it is not shown; text without variables is plain text."""
    read = document.read("a: ${X}-${X}\nb: '${X}'\nc: plain", "f.yaml", {"X": "secret"}).data
    assert read == {"a": "secret-secret", "b": "secret", "c": "plain"}
    assert [getattr(value, "written", None) for value in read.values()] == ["${X}-${X}", "${X}", None]


def test_the_same_anchor_may_be_used_often() -> None:
    """Sharing is no recursion."""
    assert document.read("a: &a [1]\nb: [*a, *a]\nc: {<<: &m {d: *a}}", "f.yaml", {}).data == {
        "a": [1],
        "b": [[1], [1]],
        "c": {"d": [1]},
    }
