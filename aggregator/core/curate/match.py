"""Conditions: which entries a rule is about."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, ClassVar

import pydantic
import re2

from aggregator.core import model, text

_STRICT = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True, json_schema_extra={"minProperties": 1})
_QUIET = re2.Options()
_QUIET.log_errors = False  # a bad pattern is reported as an error of feeds.yaml, not on stderr


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,)


def _pattern(value: str) -> str:
    try:
        re2.compile(value, _QUIET)
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


_SOME = pydantic.AfterValidator(_some)
_Written = str | int
_WrittenList = _Written | list[_Written]
_Phrase = Annotated[str, pydantic.BeforeValidator(_textual), pydantic.StringConstraints(min_length=1)]
Texts = Annotated[tuple[_Phrase, ...], _SOME, pydantic.BeforeValidator(_listed, json_schema_input_type=_WrittenList)]
Words = Annotated[
    tuple[Annotated[_Phrase, pydantic.AfterValidator(_worded)], ...],
    _SOME,
    pydantic.BeforeValidator(_listed, json_schema_input_type=_WrittenList),
]
Patterns = Annotated[
    tuple[Annotated[_Phrase, pydantic.AfterValidator(_pattern)], ...],
    _SOME,
    pydantic.BeforeValidator(_listed, json_schema_input_type=_WrittenList),
]


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """What a field is compared with; one hit is enough.

    A plain value or list means `words`.
    """

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

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
            or any(re2.search(pattern, value, _QUIET) is not None for pattern in self.regex)
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


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """What an entry must be like: every field that is given must match, as must `any`, `all` and `not`."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(
        **_STRICT, alias_generator=lambda name: name.rstrip("_")
    )

    title: Field = None
    """the title"""
    text: Field = None
    """the cleaned text of the content"""
    author: Field = None
    """any author's name"""
    category: Field = None
    """any category, those of its source included"""
    link: Field = None
    """the address of the article"""
    source: Field = None
    """the name of its source"""
    language: Field = None
    """the language code, such as `en`; `en` also finds `en-GB`"""
    enclosure: Field = None
    """the media type of any enclosure, such as `audio/mpeg`"""
    any_: Conditions = ()
    """at least one of these conditions holds"""
    all_: Conditions = ()
    """all of these conditions hold"""
    not_: Asked | None = None
    """this condition does not hold"""

    def holds(self, stored: model.Stored) -> bool:
        """Whether an entry is what this condition asks for."""
        return (
            all(match.hits(values(stored)) for match, values in self._fields())
            and all(condition.holds(stored) for condition in self.all_)
            and (not self.any_ or any(condition.holds(stored) for condition in self.any_))
            and (self.not_ is None or not self.not_.holds(stored))
        )

    def _fields(self) -> list[tuple[Match, Any]]:
        return [(match, values) for name, values in FIELDS.items() if (match := getattr(self, name)) is not None]

    def empty(self) -> bool:
        """Whether it says nothing, and so would hold for everything."""
        return not (self._fields() or self.any_ or self.all_ or self.not_)


def _language(stored: model.Stored) -> tuple[str, ...]:
    code = stored.entry.language
    return (code, code.partition("-")[0])


FIELDS = {
    "title": lambda stored: (stored.entry.title,),
    "text": lambda stored: (stored.text,),
    "author": lambda stored: tuple(author.name for author in stored.entry.authors),
    "category": lambda stored: tuple(c.label or c.term for c in stored.entry.categories) + stored.categories,
    "link": lambda stored: (stored.entry.link or "",),
    "source": lambda stored: (stored.source_name,),
    "language": _language,
    "enclosure": lambda stored: tuple(enclosure.type or "" for enclosure in stored.entry.enclosures),
}


def condition(value: Condition) -> Condition:
    """Refuse an empty condition: it would keep or drop everything.

    Raises ValueError.
    """
    if value.empty():
        raise ValueError("says nothing; name at least one field to match, for example {title: Sponsored}")
    return value


Asked = Annotated[Condition, pydantic.AfterValidator(condition)]
Conditions = Annotated[tuple[Asked, ...], _SOME]
