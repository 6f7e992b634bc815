"""What flows through the cleaners: an article as blocks, and what was taken out so far."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from aggregator.core import model
from aggregator.core.clean import memory, wording

Kind = Literal["paragraph", "heading", "list", "table", "quote", "figure", "image", "code", "media", "rule", "other"]
_STOPS = (".", "!", "?", "…", ";", "。", "！", "？", "؟", "।")
_QUOTES = ('"', "'", "“", "„", "«", "»", "‘", "「", "『")
_CLOSERS = "\"'”’»)]“ "


def ends(value: str) -> bool:
    """Whether a text closes like a sentence."""
    return value.rstrip(_CLOSERS).endswith(_STOPS)


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """What a house may decide one way or the other.

    `captions`: lines that describe a picture which is not there. `credits`: lines that only name its photographer or agency.
    A caption or credit inside a figure stays with its picture in any case. `bios`: who wrote it and how to reach them, at the end.
    `notes`: corrections, clarifications, what was updated. `kept` and `dropped` are the fingerprints (see
    `memory.fingerprint`) of blocks that the user has decided about: no rule takes the former, and the latter always go.
    """

    captions: Literal["drop", "keep"] = "drop"
    credits: Literal["drop", "keep"] = "keep"
    bios: Literal["drop", "keep"] = "keep"
    notes: Literal["drop", "keep"] = "keep"
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
    _said: wording.Said | None = dataclasses.field(init=False, repr=False, compare=False, default=None)

    @property
    def said(self) -> wording.Said:
        """The text for matching; found once, for no rule asks for less than the whole."""
        if self._said is None:
            object.__setattr__(self, "_said", wording.Said.of(self.text))
        return self._said  # type: ignore[return-value]

    @property
    def folded(self) -> str:
        """The text as phrases are written, or the beginning of a long one (see `wording.fold`)."""
        return self.said.folded

    @property
    def quoted(self) -> bool:
        """Whether somebody is quoted from the first word on."""
        return self.text.startswith(_QUOTES)

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
class Taken:
    """One removal, and from which block: its place among the blocks as they came, from 0."""

    place: int
    removal: model.Removal


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """An entry as its blocks in order, the removals so far, and what the rules may ask about.

    `places` says for each block where it stood at first: two blocks of the same words are told apart by it.
    """

    entry: model.Entry
    blocks: tuple[Block, ...]
    places: tuple[int, ...]
    taken: tuple[Taken, ...] = ()
    policy: Policy = Policy()
    learned: memory.Learned = memory.Learned()
    _hints: dict[str, list[int]] | None = dataclasses.field(init=False, repr=False, compare=False, default=None)
    _placed: tuple[int, ...] | None = dataclasses.field(init=False, repr=False, compare=False, default=None)

    @classmethod
    def of(cls, entry: model.Entry, blocks: tuple[Block, ...], policy: Policy, learned: memory.Learned) -> Article:
        """An article as it came."""
        return cls(entry, blocks, tuple(range(len(blocks))), (), policy, learned)

    def hinted(self, rule: str) -> Sequence[int]:
        """The positions of blocks that may hold a phrase of a rule: all others are nothing to it, as far as wording goes."""
        if self._hints is None:
            hints: dict[str, list[int]] = {}
            for i, block in enumerate(self.blocks):
                for hint in block.said.rules if block.text else ():
                    hints.setdefault(hint, []).append(i)
            object.__setattr__(self, "_hints", hints)
        return (self._hints or {}).get(rule, ())

    def from_start(self, position: int) -> int:
        """Which of the blocks of text stands at a position: 1 is the first."""
        return bisect.bisect_left(self._texts(), position) + 1

    def from_end(self, position: int) -> int:
        """The same from the end: 1 is the last."""
        texts = self._texts()
        return len(texts) - bisect.bisect_left(texts, position)

    @property
    def removed(self) -> tuple[model.Removal, ...]:
        """What was taken out, in the order in which it stood."""
        return tuple(taken.removal for taken in sorted(self.taken, key=lambda taken: taken.place))

    def without(self, cleaner: Cleaner, gone: Collection[int]) -> Article:
        """The article without the blocks at these positions, each recorded as removed by this rule; what the user keeps stays."""
        if self.policy.kept:
            gone = {i for i in gone if memory.fingerprint(self.blocks[i].text) not in self.policy.kept}
        if not gone:
            return self
        left = [i for i in range(len(self.blocks)) if i not in gone]
        return dataclasses.replace(
            self,
            blocks=tuple(self.blocks[i] for i in left),
            places=tuple(self.places[i] for i in left),
            taken=self.taken + tuple(self._taken(cleaner, i, self.blocks[i].text) for i in sorted(gone)),
        )

    def replaced(self, cleaner: Cleaner, position: int, block: Block, lost: str) -> Article:
        """The article with a shorter block at a position, and `lost` recorded as what that took away; what the user keeps stays."""
        kept = self.policy.kept
        if kept and not kept.isdisjoint((memory.fingerprint(lost), memory.fingerprint(self.blocks[position].text))):
            return self
        blocks = (*self.blocks[:position], block, *self.blocks[position + 1 :])
        return dataclasses.replace(self, blocks=blocks, taken=(*self.taken, self._taken(cleaner, position, lost)))

    def text(self) -> str:
        """The plain text: a blank line between blocks."""
        return "\n\n".join(block.text for block in self.blocks if block.text)

    def _texts(self) -> tuple[int, ...]:
        if self._placed is None:
            object.__setattr__(self, "_placed", tuple(i for i, block in enumerate(self.blocks) if block.text))
        return self._placed  # type: ignore[return-value]

    def _taken(self, cleaner: Cleaner, position: int, lost: str) -> Taken:
        return Taken(self.places[position], model.Removal(lost, cleaner.name, cleaner.kind))
