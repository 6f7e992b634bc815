"""The rule `chosen`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import ClassVar

from aggregator.core.clean import memory
from aggregator.core.clean.article import Article

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """Blocks that feeds.yaml says to drop, whatever their kind."""

    name: ClassVar[str] = "chosen"
    kind: ClassVar[str] = "chosen"

    def run(self, article: Article) -> Article:
        """The article without what its reader does not want."""
        dropped = article.policy.dropped
        if not dropped:
            return article
        return article.without(self, [i for i, block in enumerate(article.blocks) if memory.fingerprint(block.text) in dropped])


def fingerprints(blocks: Iterable[str]) -> frozenset[str]:
    """The fingerprints of blocks, each given by its text or by its fingerprint."""
    return frozenset(block if _FINGERPRINT.fullmatch(block) else memory.fingerprint(block) for block in blocks)
