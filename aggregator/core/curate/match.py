"""What a text of an entry is compared with: words, characters or regular expressions."""

from __future__ import annotations

import dataclasses
from typing import Annotated, ClassVar

import pydantic
import re2

from aggregator.core import text

STRICT = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True, json_schema_extra={"minProperties": 1})
QUIET = re2.Options()
QUIET.log_errors = False  # a bad pattern is reported as an error of feeds.yaml, not on stderr


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,)


def pattern(value: str) -> str:
    """A regular expression that RE2 takes. Raises ValueError."""
    try:
        re2.compile(value, QUIET)
    except re2.error as error:
        raise ValueError(f"not a regular expression (RE2 syntax): {_said(error)}") from None
    return value


def _said(error: Exception) -> str:
    detail = error.args[0] if error.args else error
    return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)


def _textual(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _worded(value: str) -> str:
    if not text.words(value):
        raise ValueError("holds no word; look for such characters with {text: …}")
    return value


def _some(values: tuple[object, ...]) -> tuple[object, ...]:
    if not values:
        raise ValueError("must not be empty")
    return values


SOME = pydantic.AfterValidator(_some)
_Written = str | int
_WrittenList = _Written | list[_Written]
_Phrase = Annotated[str, pydantic.BeforeValidator(_textual), pydantic.StringConstraints(min_length=1)]
Texts = Annotated[tuple[_Phrase, ...], SOME, pydantic.BeforeValidator(_listed, json_schema_input_type=_WrittenList)]
Words = Annotated[
    tuple[Annotated[_Phrase, pydantic.AfterValidator(_worded)], ...],
    SOME,
    pydantic.BeforeValidator(_listed, json_schema_input_type=_WrittenList),
]
Patterns = Annotated[
    tuple[Annotated[_Phrase, pydantic.AfterValidator(pattern)], ...],
    SOME,
    pydantic.BeforeValidator(_listed, json_schema_input_type=_WrittenList),
]


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """What a field is compared with; one hit is enough.

    A plain value or list means `words`.
    """

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = STRICT

    words: Words = ()
    """whole words in this order, upper and lower case alike"""
    text: Texts = ()
    """these characters anywhere, upper and lower case alike"""
    regex: Patterns = ()
    """a regular expression in RE2 syntax, as written (`(?i)` ignores case)"""

    def hits(self, values: tuple[str, ...]) -> bool:
        """Whether one of these values of an entry's field matches."""
        return any(self._hits(value) for value in values)

    def _hits(self, value: str) -> bool:
        folded = text.fold(value)
        return (
            any(text.fold(phrase) in folded for phrase in self.text)
            or (bool(self.words) and _says(value, self.words))
            or any(re2.search(pattern, value, QUIET) is not None for pattern in self.regex)
        )


def _says(value: str, phrases: tuple[str, ...]) -> bool:
    said = f" {' '.join(text.words(value))} "
    return any((_unspaced(p) and text.fold(p) in text.fold(value)) or f" {' '.join(text.words(p))} " in said for p in phrases)


def _unspaced(phrase: str) -> bool:
    """Chinese, Japanese and Thai put no space between words, so their phrases are found inside a run of letters."""
    return any("\u0e00" <= letter <= "\u0e7f" or ("\u2e80" <= letter <= "\uabff" and not letter >= "\uac00") for letter in phrase)


def _match(value: object) -> object:
    return value if isinstance(value, dict | Match) else {"words": value}


def _says_something(value: Match | None) -> Match | None:
    if value is not None and not (value.words or value.text or value.regex):
        raise ValueError("says nothing; write what to look for, for example {words: Sponsored}")
    return value


Field = Annotated[
    Match | None,
    pydantic.BeforeValidator(_match, json_schema_input_type=Match | _WrittenList),
    pydantic.AfterValidator(_says_something),
]
