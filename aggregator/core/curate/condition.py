"""Conditions: which entries a rule is about."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import pydantic

from aggregator.core import model
from aggregator.core.curate import match, span


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """What an entry must be like: every field that is given must match, as must `any`, `all` and `not`."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(
        **match.STRICT, alias_generator=lambda name: name.rstrip("_")
    )

    title: match.Field = None
    """the title"""
    text: match.Field = None
    """the cleaned text of the content"""
    author: match.Field = None
    """any author's name"""
    category: match.Field = None
    """any category, those of its source and those that rules gave it included"""
    link: match.Field = None
    """the address of the article"""
    path: match.Field = None
    """the path of that address, such as `/sport/rowing`"""
    source: match.Field = None
    """the name of its source"""
    language: match.Field = None
    """the language code, such as `en`; `en` also finds `en-GB`"""
    enclosure: match.Field = None
    """the media type of any enclosure, such as `audio/mpeg`"""
    age: span.Aged = None
    """how long ago it was published; first seen, when its source tells no date"""
    words: span.Counted = None
    """how many words its text has"""
    coverage: span.Counted = None
    """how many sources tell it, copies of the article and others of its story included; 1: only its own"""
    score: span.Levelled = None
    """what `boost` and `demote` have made of it so far; 0 at first"""
    paywall: Annotated[bool | None, pydantic.Strict()] = None
    """whether it shows signs of standing behind a paywall"""
    any_: Conditions = ()
    """at least one of these conditions holds"""
    all_: Conditions = ()
    """all of these conditions hold"""
    not_: Asked | None = None
    """this condition does not hold"""

    def holds(self, stored: model.Stored, now: datetime.datetime) -> bool:
        """Whether an entry is what this condition asks for at this time."""
        return (
            all(_amounts(name, amount, stored, now) for name, amount in self._given(AMOUNTS))
            and (self.paywall is None or self.paywall is stored.entry.paywall)
            and all(texts.hits(TEXTS[name](stored)) for name, texts in self._given(TEXTS))
            and all(condition.holds(stored, now) for condition in self.all_)
            and (not self.any_ or any(condition.holds(stored, now) for condition in self.any_))
            and (self.not_ is None or not self.not_.holds(stored, now))
        )

    def _given(self, fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name in fields if (value := getattr(self, name)) is not None)

    def empty(self) -> bool:
        """Whether it says nothing, and so would hold for everything."""
        fields = (*self._given(TEXTS), *self._given(AMOUNTS))
        return not (fields or self.any_ or self.all_ or self.not_) and self.paywall is None


def age(stored: model.Stored, now: datetime.datetime) -> datetime.timedelta:
    """How old an entry is; never less than nothing."""
    return max(now - (stored.entry.published or stored.first_seen), datetime.timedelta())


def _amounts(name: str, amount: Any, stored: model.Stored, now: datetime.datetime) -> bool:
    return bool(amount.holds(AMOUNTS[name](stored, now)))


def _language(stored: model.Stored) -> tuple[str, ...]:
    code = stored.entry.language
    return (code, code.partition("-")[0])


def _path(stored: model.Stored) -> tuple[str, ...]:
    try:
        return (urlsplit(stored.entry.link or "").path,)
    except ValueError:  # a bad IPv6 host
        return ()


TEXTS: Mapping[str, Callable[[model.Stored], tuple[str, ...]]] = {
    "title": lambda stored: (stored.entry.title,),
    "text": lambda stored: (stored.text,),
    "author": lambda stored: tuple(author.name for author in stored.entry.authors),
    "category": lambda stored: tuple(c.label or c.term for c in stored.entry.categories) + stored.categories,
    "link": lambda stored: (stored.entry.link or "",),
    "path": _path,
    "source": lambda stored: (stored.source_name,),
    "language": _language,
    "enclosure": lambda stored: tuple(enclosure.type or "" for enclosure in stored.entry.enclosures),
}
AMOUNTS: Mapping[str, Callable[[model.Stored, datetime.datetime], Any]] = {
    "age": age,
    "words": lambda stored, now: stored.words,
    "coverage": lambda stored, now: stored.coverage,
    "score": lambda stored, now: stored.score,
}


def said(value: Condition) -> Condition:
    """Refuse an empty condition: it would keep or drop everything.

    Raises ValueError.
    """
    if value.empty():
        raise ValueError("says nothing; name at least one field to match, for example {title: Sponsored}")
    return value


Asked = Annotated[Condition, pydantic.AfterValidator(said)]
Conditions = Annotated[tuple[Asked, ...], match.SOME]
