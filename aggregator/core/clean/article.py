"""What flows through the cleaners: an article as blocks, and what was taken out so far."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Literal, Protocol

from aggregator.core import model
from aggregator.core.clean import memory

Kind = Literal["paragraph", "heading", "list", "table", "quote", "figure", "image", "code", "media", "rule", "other"]
_STRAIGHT = (
    ("’", "'"),
    ("‘", "'"),
    ("ʼ", "'"),
    ("“", '"'),
    ("”", '"'),
    ("„", '"'),
    ("–", "-"),
    ("—", "-"),
    ("‑", "-"),
    ("\u00ad", ""),
)
_FOLDED = 500  # characters: no rule asks for the wording of longer blocks beyond their beginning
_STOPS = (".", "!", "?", "…", ";", "。", "！", "？", "؟", "।")
_CLOSERS = "\"'”’»)]“ "


def ends(value: str) -> bool:
    """Whether a text closes like a sentence."""
    return value.rstrip(_CLOSERS).endswith(_STOPS)


def fold(value: str) -> str:
    """A text as phrases are matched against it."""
    value = value.lower()
    if not value.isascii():
        for curly, straight in _STRAIGHT:
            value = value.replace(curly, straight)
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """What a house may decide one way or the other.

    `captions`: lines that describe a picture which is not there. `credits`: lines that only name its photographer or agency.
    A caption or credit inside a figure stays with its picture in any case. `kept` and `dropped` are the fingerprints (see
    `memory.fingerprint`) of blocks that the user has decided about: no rule takes the former, and the latter always go.
    """

    captions: Literal["drop", "keep"] = "drop"
    credits: Literal["drop", "keep"] = "keep"
    kept: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One block of an article: a paragraph, a heading, a whole list …

    `html` is not sanitised yet. `text` is plain text, with a newline between lines, items and rows; empty for pictures, with
    or without a caption, and players. `links` is the share of its characters inside links, 0 to 1.
    """

    kind: Kind
    html: str
    text: str
    links: float = 0.0
    folded: str = dataclasses.field(init=False, repr=False, compare=False)
    """The text for matching, or its first 500 characters: lower case, straight quotes, plain hyphens."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold(self.text[:_FOLDED]))

    @property
    def ends(self) -> bool:
        """Whether the text closes like a sentence."""
        return ends(self.text)

    @property
    def prose(self) -> bool:
        """Whether this is running text: a paragraph of some length that closes like a sentence."""
        return self.kind in ("paragraph", "quote") and len(self.text) >= 40 and self.ends


class Cleaner(Protocol):
    """What every rule offers: its name, the class of what it removes, and a run over an article."""

    @property
    def name(self) -> str:
        """The word for the rule in reports."""

    @property
    def kind(self) -> str:
        """The class of what it removes: one rule may serve a class of another."""

    def run(self, article: Article) -> Article:
        """The article without what the rule is about; the same object when there is nothing of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """An entry as its blocks in order, the removals so far, and what the rules may ask about."""

    entry: model.Entry
    blocks: tuple[Block, ...]
    removed: tuple[model.Removal, ...] = ()
    policy: Policy = Policy()
    learned: memory.Learned = memory.Learned()

    def without(self, cleaner: Cleaner, gone: Collection[int]) -> Article:
        """The article without the blocks at these positions, each recorded as removed by this rule; what the user keeps stays."""
        if self.policy.kept:
            gone = [i for i in gone if memory.fingerprint(self.blocks[i].text) not in self.policy.kept]
        if not gone:
            return self
        removed = tuple(model.Removal(self.blocks[i].text, cleaner.name, cleaner.kind) for i in sorted(gone))
        blocks = tuple(block for i, block in enumerate(self.blocks) if i not in gone)
        return dataclasses.replace(self, blocks=blocks, removed=self.removed + removed)

    def replaced(self, cleaner: Cleaner, position: int, block: Block, lost: str) -> Article:
        """The article with another block at a position, and `lost` recorded as what that took away."""
        blocks = (*self.blocks[:position], block, *self.blocks[position + 1 :])
        removal = model.Removal(lost, cleaner.name, cleaner.kind)
        return dataclasses.replace(self, blocks=blocks, removed=(*self.removed, removal))

    def text(self) -> str:
        """The plain text: a blank line between blocks."""
        return "\n\n".join(block.text for block in self.blocks if block.text)
