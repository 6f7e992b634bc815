"""What rules with settings have in common: which entries they are about, and how their keys are read."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import pydantic

from aggregator.core import model
from aggregator.core.curate import condition

KEYS = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True, alias_generator=lambda name: name.rstrip("_"))


def needing(choice: Literal["anyOf", "oneOf"], *keys: str) -> pydantic.ConfigDict:
    """Keys of which some, or one, must be there: in the JSON Schema; the rule itself checks it too."""
    options: Any = [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in keys]
    return pydantic.ConfigDict(**KEYS, json_schema_extra={choice: options})


When = condition.Asked | None
Whole = Annotated[int, pydantic.Strict(), pydantic.Field(ge=1)]


def concerns(when: When, stored: model.Stored, now: datetime.datetime) -> bool:
    """Whether a rule is about an entry: about all, if it names no condition."""
    return when is None or when.holds(stored, now)
