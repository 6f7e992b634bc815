"""Which blocks are the article, by their scores."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.core.extract import lexicon
from aggregator.core.extract.page import Block, Box

_TWIN = 60  # characters: a longer text that stands twice on a page is taken once
_REST = 0.4  # share of the chosen text that must not stand among comments, for these to be left out


def choose(blocks: Sequence[Block], scores: Sequence[float], threshold: float) -> list[int]:
    """The positions of the blocks that score above the threshold, each long text once, without readers' comments; ascending."""
    found: list[int] = []
    seen: set[str] = set()
    for at, (block, score) in enumerate(zip(blocks, scores, strict=True)):
        if score > threshold and block.text not in seen:
            found.append(at)
            if len(block.text) > _TWIN:
                seen.add(block.text)
    return _without_comments(blocks, found)


def _without_comments(blocks: Sequence[Block], found: list[int]) -> list[int]:
    """Some pages name the element around the whole article after its comments: then the name tells nothing."""
    rest = [at for at in found if not (blocks[at].box.named & lexicon.COMMENT and _speaks(blocks[at].box))]
    size, left = (sum(len(blocks[at].text) for at in part) for part in (found, rest))
    return rest if left >= _REST * size else found


def _speaks(box: Box | None) -> bool:
    while box is not None and box.parent is not None:
        if not lexicon.COMMENTS.isdisjoint(lexicon.names(box)):
            return True
        box = box.parent
    return False
