"""The rule `learned`."""

from __future__ import annotations

import dataclasses
import re
from typing import ClassVar

from aggregator.core.clean import memory, wording
from aggregator.core.clean.article import Article, Block

_KINDS = ("paragraph", "list", "quote", "other")
_CREDITS = wording.anywhere(
    r"\bcontribut(?:ed|ing) (?:to )?(?:this|the) (?:report|story|article)",
    r"\A(?:reporting|editing|written|additional reporting) by\b",
)
_SPEAKER = re.compile(r"[^\W\da-z][^\Wa-z]+(?: [^\Wa-z]+){0,3}: ?\S")
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "de",
        "la",
        "le",
        "du",
        "des",
        "und",
        "der",
        "die",
        "das",
        "y",
        "e",
        "el",
    ]
)


@dataclasses.dataclass(frozen=True, slots=True)
class Repeats:
    """Blocks that this source repeats over different articles (see `memory.learn`).

    Kept all the same: headings, blocks of few words, lines that open a list or a section (they end in a colon), what a named
    speaker says, credits of reporters, and names (short lines without a full stop, every word of which begins with a capital).
    """

    name: ClassVar[str] = "learned"
    kind: ClassVar[str] = "repeat"
    fewest: int = 5  # words; shorter repeats are mostly headings, names, speakers
    longest_name: int = 9  # words

    def run(self, article: Article) -> Article:
        """The article without what its source always says."""
        if not article.learned.repeats:
            return article
        return article.without(self, [i for i, block in enumerate(article.blocks) if self._repeats(block, article.learned)])

    def _repeats(self, block: Block, learned: memory.Learned) -> bool:
        if not block.text or block.kind not in _KINDS or memory.fingerprint(block.text) not in learned.repeats:
            return False
        if memory.size(block.text) < self.fewest or block.text.endswith((":", "：")) or self._is_name(block):
            return False
        return _SPEAKER.match(block.text) is None and _CREDITS.search(block.folded) is None

    def _is_name(self, block: Block) -> bool:
        words = [word for word in block.text.split() if word.lower() not in _SMALL]
        if block.ends or len(words) > self.longest_name:
            return False
        return all(word[0].isupper() or not word[0].isalpha() for word in words)
