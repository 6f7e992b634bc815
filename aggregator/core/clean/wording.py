"""Phrases as patterns: written in lower case with straight quotes, matched against the folded text of a block."""

from __future__ import annotations

import re

_LEAD = r"[^\w@#\[(©]*+"


def whole(*phrases: str) -> re.Pattern[str]:
    """A pattern that holds when the block says one of the phrases and nothing else but punctuation."""
    return re.compile(rf"{_LEAD}[(\[]?(?:{'|'.join(phrases)})[\W_]*+\Z", re.DOTALL)


def start(*phrases: str) -> re.Pattern[str]:
    """A pattern that holds when the block begins with one of the phrases (punctuation before it does not count)."""
    return re.compile(rf"{_LEAD}(?:{'|'.join(phrases)})", re.DOTALL)


def anywhere(*phrases: str) -> re.Pattern[str]:
    """A pattern to search for one of the phrases; costs more than the others, so ask it of short blocks."""
    return re.compile("|".join(phrases), re.DOTALL)


def holds(folded: str, *cues: str) -> bool:
    """Whether one of the cues stands anywhere in the text: much cheaper than a pattern, so ask it first."""
    return any(map(folded.__contains__, cues))
