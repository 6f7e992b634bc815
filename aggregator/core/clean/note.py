"""The rule `note`."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article

_NOTE = wording.Section("note.note")


def is_note(said: wording.Said) -> bool:
    """Whether a text says what was corrected or updated."""
    return _NOTE.fits(said)


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """Corrections, clarifications and what editors say of a version: `Correction: …`, `This story has been updated`. By policy
    (`notes`): they stay unless the house drops them, for readers of a wrong version want to know."""

    name: ClassVar[str] = "note"
    kind: ClassVar[str] = "note"
    longest: int = 800  # characters
    edge: int = 4  # blocks of text from either end

    def run(self, article: Article) -> Article:
        """The article without such notes, where the policy drops them."""
        if article.policy.notes == "keep":
            return article
        return article.without(self, [i for i in article.hinted(self.name) if self._notes(article, i)])

    def _notes(self, article: Article, position: int) -> bool:
        block = article.blocks[position]
        if len(block.text) > self.longest or block.kind not in ("paragraph", "other", "quote"):
            return False
        at_edge = min(article.from_start(position), article.from_end(position)) <= self.edge
        return at_edge and not block.quoted and is_note(block.said)
