"""How long a text is, and what it says, in scripts that part words and in those that do not."""

from __future__ import annotations

import re

from aggregator.core import text

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
_PER_WORD = 2  # characters


def length(value: str) -> int:
    """Words; of Chinese, Japanese, Thai and their like every two characters count as one."""
    unspaced = _UNSPACED.findall(value)
    spaced = len(text.words(_UNSPACED.sub(" ", value) if unspaced else value))
    return spaced + sum(map(len, unspaced)) // _PER_WORD


def unspaced(value: str) -> bool:
    """Whether a text begins in a script that parts no words."""
    return _UNSPACED.match(value) is not None


def tokens(value: str) -> list[str]:
    """The words of a text, folded; of scripts that part none, each two neighbouring characters."""
    found: list[str] = []
    for word in text.words(value):
        found += [word[at : at + 2] for at in range(len(word) - 1)] if len(word) > 2 and _UNSPACED.match(word) else [word]
    return found
