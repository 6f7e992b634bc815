"""What flows through the rooms."""

from __future__ import annotations

import dataclasses
import inspect
import pickle

import pytest

from aggregator.core import model

SHAPES = [shape for _, shape in inspect.getmembers(model, dataclasses.is_dataclass)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_values_are_frozen_and_slotted(shape: type) -> None:
    """Nobody changes what another room holds, and a typing error is no new field."""
    assert shape.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(shape)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_values_travel_to_workers_and_back(shape: type) -> None:
    """They are equal there, and can be counted and looked up."""
    required = [field for field in dataclasses.fields(shape) if field.default is dataclasses.MISSING]
    value = shape(**{field.name: field.name for field in required})
    assert pickle.loads(pickle.dumps(value)) == value
    assert len({value, dataclasses.replace(value)}) == 1


def test_a_source_is_called_by_its_best_name() -> None:
    """The given one, its title, its address; without secrets."""
    bare = model.SourceState(1, "", "https://ann:hunter2@e.org/feed?key=hunter2")
    assert bare.called == "https://e.org/feed?key=…"
    titled = dataclasses.replace(bare, title="Tide Times")
    assert titled.called == "Tide Times"
    assert dataclasses.replace(titled, name="Tides").called == "Tides"
