"""Bounds on what strangers may cost us."""

from __future__ import annotations

import dataclasses

import pydantic
import pytest

from aggregator.core import limits

NAMES = [field.name for field in dataclasses.fields(limits.Limits)]
KIND = pydantic.TypeAdapter(limits.Limits)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, True, "5", None, float("inf"), float("nan"), [5]])
def test_no_bound_can_be_taken_off(name: str, value: object) -> None:
    """Each is a number above nothing."""
    with pytest.raises(pydantic.ValidationError):
        KIND.validate_python({name: value})


@pytest.mark.parametrize("name", NAMES)
def test_each_bound_can_be_set(name: str) -> None:
    """And leaves the others as they are."""
    assert KIND.validate_python({name: 7}) == dataclasses.replace(limits.Limits(), **{name: 7})


def test_each_bound_says_what_it_counts() -> None:
    """In the schema, from its own documentation."""
    for name, said in KIND.json_schema()["properties"].items():
        assert said["description"], name
