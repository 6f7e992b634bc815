"""Signs that an article stands behind a paywall: what its feed says at its edges, in its title or as its category."""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterator, Sequence
from typing import Any

import re2

from aggregator.core import model, text
from aggregator.core.clean.article import Block

_EDGES = 6  # texts at either end of an article in which it is said
_LONGEST = 400  # characters of one of them; an article that speaks of subscribers says more
_BRACKETED = re.compile(r"^\s*[\[(]([^\])]{2,30})[\])]|[\[(]([^\])]{2,30})[\])]\s*$")
_SYMBOLS = ("🔒", "🔐", "[$]", "($)")


def shows(entry: model.Entry, blocks: Sequence[Block]) -> bool:
    """Whether an entry, whose text came in these blocks, shows such signs, or is known to."""
    return entry.paywall or any(_said(part) for part in _edges(blocks)) or any(_whole(mark) for mark in _marks(entry))


def _edges(blocks: Sequence[Block]) -> list[str]:
    texts = [block.text for block in blocks if block.text]
    ends = texts if len(texts) <= 2 * _EDGES else texts[:_EDGES] + texts[-_EDGES:]
    return [part for part in ends if len(part) <= _LONGEST]


def _marks(entry: model.Entry) -> Iterator[str]:
    yield from (symbol for symbol in _SYMBOLS if symbol in entry.title)
    for found in _BRACKETED.finditer(entry.title):
        yield next(filter(None, found.groups()))
    parts = entry.title.split("|")
    yield from (parts[0], parts[-1]) if len(parts) > 1 else ()
    for category in entry.categories:
        yield category.label or category.term


def _whole(mark: str) -> bool:
    return mark in _SYMBOLS or " ".join(text.words(mark[:60])) in _phrases()[1]


def _said(part: str) -> bool:
    return bool(_phrases()[0].search(f" {' '.join(text.words(part))} "))


@functools.cache
def _phrases() -> tuple[Any, frozenset[str]]:
    """One expression for all phrases, and those that are a whole mark."""
    lines = importlib.resources.files(__package__).joinpath("paywall.txt").read_text("utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    marks = frozenset(" ".join(text.words(line)) for line in lines if line.startswith("="))
    said = [" ".join(text.words(line)) for line in lines if not line.startswith("=")]
    spaced = "|".join(re2.escape(phrase) if _unspaced(phrase) else f" {re2.escape(phrase)} " for phrase in said)
    return re2.compile(spaced), marks


def _unspaced(phrase: str) -> bool:
    """Chinese and Japanese put no space between words."""
    return any("\u2e80" <= letter <= "\u9fff" for letter in phrase)
