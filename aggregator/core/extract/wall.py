"""Pages that stand before an article: pay, consent, robot, error and script walls."""

from __future__ import annotations

import functools
import importlib.resources

from aggregator.core import text

SHORT = 120  # words; a wall says little, and an article that quotes one says more


def is_wall(said: str) -> bool:
    """Whether what was extracted from a page is a wall's text: short, and saying what only walls say."""
    words = text.words(said)
    return len(words) < SHORT and _telltale(" ".join(words))


def _telltale(said: str) -> bool:
    return any(phrase in f" {said} " for phrase in _phrases())


@functools.cache
def _phrases() -> tuple[str, ...]:
    lines = importlib.resources.files(__package__).joinpath("walls.txt").read_text("utf-8").splitlines()
    read = (line.split("#")[0].strip() for line in lines)
    return tuple(f" {' '.join(text.words(phrase))} " for phrase in read if phrase)
