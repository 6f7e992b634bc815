"""What all that commands show has in common: where it goes, words for numbers, and texts of strangers made safe."""

from __future__ import annotations

import rich.console
import rich.markup

from aggregator.preview import galley

_BRIEF = 13  # characters of an id: 48 bits, so that two of a large store hardly ever begin alike


def console() -> rich.console.Console:
    """Stdout; plain text into a pipe."""
    return rich.console.Console(highlight=False)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def safe(said: str, most: int = 2_000) -> str:
    """Text from feeds has no business steering a terminal: one line of at most so many characters, without markup."""
    return rich.markup.escape(galley.tame(said, most))


def brief(id: str) -> str:
    """The beginning of a published id: short enough to copy, and enough for commands to find its entry."""
    return safe(id.removeprefix("urn:uuid:")[:_BRIEF])
