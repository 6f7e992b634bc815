"""The rule `learned`, and what it would take."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Set
from typing import ClassVar

from aggregator.core.clean import bio, memory, note, wording
from aggregator.core.clean.article import Article, Block, ends

FEWEST = 5  # words; shorter repeats are mostly headings, names, speakers
LONGEST_NAME = 9  # words
_KINDS = ("paragraph", "list", "quote", "other")
_CREDITS = wording.anywhere(
    r"\bcontribut(?:ed|ing) (?:to )?(?:this|the) (?:report|story|article)",
    r"\A(?:reporting|editing|written|additional reporting) by\b",
)
_SPEAKER = re.compile(r"[^\W\da-z][^\Wa-z]+(?: [^\Wa-z]+){0,3}: ?\S")
_SMALL = frozenset("a an and as at by for from in of on or the to with de la le du des und der die das y e el".split())


@dataclasses.dataclass(frozen=True, slots=True)
class Repeat:
    """A block that a source was learned to repeat."""

    fingerprint: str
    articles: int  # how many had it
    text: str  # its beginning


@dataclasses.dataclass(frozen=True, slots=True)
class Repeats:
    """Blocks that this source repeats over different articles (see `memory.Memory`).

    Kept all the same: headings, blocks of few words, lines that open a list or a section (they end in a colon), what a named
    speaker says, credits of reporters, corrections, lines about authors, and names (short lines without a full stop, every word
    of which begins with a capital); unless they stand among repeats that go, as parts of another article glued on.
    """

    name: ClassVar[str] = "learned"
    kind: ClassVar[str] = "repeat"

    def run(self, article: Article) -> Article:
        """The article without what its source always says."""
        repeats = article.learned.repeats
        if not repeats:
            return article
        gone = {i for i, block in enumerate(article.blocks) if _repeats(block, repeats)}
        return article.without(self, gone | _between(article.blocks, gone, repeats))


def repeats(known: memory.Memory) -> tuple[Repeat, ...]:
    """What the rule would take of a source's articles, the most frequent first."""
    learned = ((key, known.sightings[key]) for key in known.learned().repeats)
    found = [Repeat(key, seen.articles, seen.text) for key, seen in learned]
    return tuple(sorted((one for one in found if not _guarded(one.text)), key=lambda one: (-one.articles, one.fingerprint)))


def _repeats(block: Block, repeats: frozenset[str]) -> bool:
    if not block.text or block.kind not in _KINDS or memory.fingerprint(block.text) not in repeats:
        return False
    return not _guarded(block.text)


def _between(blocks: tuple[Block, ...], gone: Set[int], repeats: frozenset[str]) -> set[int]:
    """Repeats that would be kept, but whose neighbours both go: the headings and names of an article that was glued on."""
    if not gone:
        return set()
    texts = [i for i, block in enumerate(blocks) if block.text]
    found = set()
    for rank, i in enumerate(texts):
        near = {*texts[max(0, rank - 1) : rank], *texts[rank + 1 : rank + 2]}
        if i not in gone and near and near <= gone and memory.fingerprint(blocks[i].text) in repeats:
            found.add(i)
    return found


def _guarded(text: str) -> bool:
    """Whether a block is of a kind that articles share without being boilerplate."""
    if memory.size(text) < FEWEST or text.endswith((":", "：")) or _is_name(text):
        return True
    if _SPEAKER.match(text) is not None or _CREDITS.search(text.lower()) is not None:
        return True
    said = wording.Said.of(text)
    return bio.tells_of_author(said) or note.is_note(said)


def _is_name(text: str) -> bool:
    words = [word for word in text.split() if word.lower() not in _SMALL]
    if ends(text) or len(words) > LONGEST_NAME:
        return False
    return all(word[0].isupper() or not word[0].isalpha() for word in words)
