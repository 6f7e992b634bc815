"""What is compared of titles and texts: their words as numbers, the versions that a wire counts, the figures they hold."""

from __future__ import annotations

import array
import dataclasses
import itertools
import re
import sys
import zlib
from collections.abc import Iterable
from typing import Any

from aggregator.core import text

CHARACTERS = 30_000  # of a text that are read
WORDS = 4_000
TITLE_CHARACTERS = 500
TITLE_WORDS = 24
STEM = 8  # letters
_VERSION = re.compile(
    r"(?i)(?:(?:updated?|wrapup|refile|rpt|repeat|corrected|correction|correcting|clarification|aktualisiert|korrigiert|korrektur|"
    r"mise à jour|rectificatif|actualización|actualizada?|corrección|corregida?|atualização|correção|aggiornamento|correzione|"
    r"gewijzigd|aktualizacja|sprostowanie|обновлено|обновление|исправлено|исправление|güncelleme|düzeltme)"
    r"[ -]{0,2}\d{0,3}\s{0,2}[-–—:]\s{0,3}){1,3}"
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def words(value: str) -> list[str]:
    """The first WORDS words of a text; where a script puts no spaces between them, every two letters that follow each other."""
    found = text.words(value[:CHARACTERS])
    if not value.isascii() and _UNSPACED.search(value, 0, CHARACTERS):
        found = [unit for word in found for unit in _units(word)]
    return found[:WORDS]


def _units(word: str) -> Iterable[str]:
    return map("".join, itertools.pairwise(word)) if len(word) > 2 and _UNSPACED.match(word) else (word,)


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """An article's words: at most TITLE_WORDS of its title, without "UPDATE 2-" and its like in front, and WORDS of its text."""

    title: tuple[str, ...]
    words: list[str]
    version: bool  # whether that stood there


def read(title: str, content: str) -> Read:
    """The words of an article."""
    cut = title[:TITLE_CHARACTERS].lstrip()
    version = _VERSION.match(cut)
    named = words(cut[version.end() :] if version else cut)[:TITLE_WORDS]
    return Read(tuple(dict.fromkeys(named)), words(content), version is not None)


def stems(words: Iterable[str]) -> list[str]:
    """What words have in common with their plural, their genitive and their longer kin: no last "s" or "'s", STEM letters."""
    return [(word[:-1].rstrip("'") if word[-1] == "s" and len(word) > 3 else word)[:STEM] for word in words]


def telling(word: str) -> bool:
    """Whether a word can be a name or a thing: it is long, or of a script that writes them in two letters; and no figure."""
    return (len(word) > 3 or word[0] > "\u2e7f") and not (word[-1].isdigit() or word[0].isdigit())


def numbered(values: Iterable[str]) -> list[int]:
    """Words as 32-bit numbers (CRC-32), the same in every process."""
    return list(map(zlib.crc32, map(str.encode, values)))


def packed(numbers: Iterable[float], kind: str = "I") -> bytes:
    """32-bit numbers (or, of kind "f", fractions) as bytes, little-endian."""
    return raw(array.array(kind, numbers))


def raw(numbers: array.array[Any]) -> bytes:
    """The bytes of an array, little-endian."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def unpacked(numbers: bytes, kind: str = "I") -> array.array[Any]:
    """What `packed` put away."""
    values = array.array(kind, numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values
