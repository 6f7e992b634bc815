"""What an amount of an entry is compared with: a least and a most."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, ClassVar, Self

import pydantic

from aggregator.core import amounts
from aggregator.core.curate import match

_Whole = Annotated[int, pydantic.Strict(), pydantic.Field(ge=0)]

_Number = Annotated[float, pydantic.Strict(), pydantic.Field(allow_inf_nan=False)]


class _Span:
    """Both ends belong to it; one that is not given is open."""

    __slots__ = ()

    def ends(self) -> tuple[Any, Any]:
        """The least and the most, as its kinds have them."""
        return getattr(self, "min"), getattr(self, "max")  # noqa: B009  fields of the kinds

    def holds(self, value: Any) -> bool:
        """Whether an amount lies in it."""
        least, most = self.ends()
        return (least is None or value >= least) and (most is None or value <= most)

    def check(self) -> Self:
        """Refuse what holds for everything, or for nothing. Raises ValueError."""
        least, most = self.ends()
        if least is None and most is None:
            raise ValueError("says nothing; give it a min, a max, or both")
        if least is not None and most is not None and least > most:
            raise ValueError("its min is more than its max, so nothing can match")
        return self


@dataclasses.dataclass(frozen=True, slots=True)
class Count(_Span):
    """A whole number between `min` and `max`."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = match.STRICT

    min: _Whole | None = None
    """at least so many"""
    max: _Whole | None = None
    """at most so many"""


@dataclasses.dataclass(frozen=True, slots=True)
class Level(_Span):
    """A number between `min` and `max`."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = match.STRICT

    min: _Number | None = None
    """at least this"""
    max: _Number | None = None
    """at most this"""


@dataclasses.dataclass(frozen=True, slots=True)
class Age(_Span):
    """A time between `min` and `max`."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = match.STRICT

    min: amounts.Duration | None = None
    """at least so long"""
    max: amounts.Duration | None = None
    """at most so long"""


Counted = Annotated[Count | None, pydantic.AfterValidator(lambda value: value and value.check())]
Levelled = Annotated[Level | None, pydantic.AfterValidator(lambda value: value and value.check())]
Aged = Annotated[Age | None, pydantic.AfterValidator(lambda value: value and value.check())]
