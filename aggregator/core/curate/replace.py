"""The rule `replace`."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Annotated, ClassVar

import pydantic
import re2

from aggregator.core import model, text
from aggregator.core.curate import match, part

LONGEST = 500  # characters of a title that was changed


@dataclasses.dataclass(frozen=True, slots=True)
class Replace:
    """In titles, something is written otherwise. A title of which nothing would be left stays as it was."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = part.needing("oneOf", "text", "regex")

    text: Annotated[str, pydantic.StringConstraints(min_length=1)] | None = None
    """what is replaced: these characters, just so"""
    regex: Annotated[str, pydantic.StringConstraints(min_length=1), pydantic.AfterValidator(match.pattern)] | None = None
    """or what this regular expression in RE2 syntax finds"""
    with_: str = ""
    """what is put there; `\\1` is the first group of `regex`; default nothing"""
    when: part.When = None
    """which entries; default all"""

    def __post_init__(self) -> None:
        """Raises ValueError unless it looks for one thing, and puts there what can be put there."""
        if (self.text is None) == (self.regex is None):
            raise ValueError('it replaces a text or what a regex finds, for example {text: "LIVE: ", with: ""}')
        if self.regex is not None:
            _check(self.regex, self.with_)

    def run(self, entries: tuple[model.Stored, ...], now: datetime.datetime) -> tuple[model.Stored, ...]:
        """All entries, in their order."""
        return tuple(self._written(stored) if part.concerns(self.when, stored, now) else stored for stored in entries)

    def _written(self, stored: model.Stored) -> model.Stored:
        title = stored.entry.title
        new = text.shorten(text.one_line(self._replaced(title)), LONGEST) if self._found(title) else title
        if not new or new == title:
            return stored
        return dataclasses.replace(stored, entry=dataclasses.replace(stored.entry, title=new))

    def _found(self, title: str) -> bool:
        return self.text in title if self.text is not None else bool(re2.search(self.regex, title, match.QUIET))

    def _replaced(self, title: str) -> str:
        if self.text is not None:
            return title.replace(self.text, self.with_)
        return str(re2.compile(self.regex, match.QUIET).sub(self.with_, title))


def _check(regex: str, written: str) -> None:
    """Raises ValueError when a group is asked for that the expression does not have, or a backslash stands before anything else."""
    there = re2.compile(regex, match.QUIET).groups
    for asked in re2.findall(r"\\\\|\\(.?)", written):
        if asked and not asked.isdigit():
            raise ValueError("in with, a backslash stands before the number of a group, or before another one")
        if asked and int(asked) > there:
            raise ValueError(f"with asks for group {asked}, and regex has no more than {there}")
