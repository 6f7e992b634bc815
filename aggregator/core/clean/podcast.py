"""The rule `podcast`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import ClassVar

from aggregator.core.clean import wording
from aggregator.core.clean.article import Article, Block

_SUBSCRIBE = wording.Section("podcast.subscribe")
_OPENER = wording.Section("podcast.opener")
_BLURB = wording.Section("podcast.blurb")
_PLUG = wording.Section("podcast.plug")
_ENDING = wording.Section("podcast.ending")


@dataclasses.dataclass(frozen=True, slots=True)
class Podcast:
    """What is said for podcasts, shows and channels: `Subscribe on …, or wherever you listen`, `Watch the interview above`.

    A line that names where to subscribe takes the box that it closes: the short line like `Listen to The Crane Hour` before
    it, and what speaks of hosts and episodes between the two. Credits of a show go only at the edges of the article.
    """

    name: ClassVar[str] = "podcast"
    kind: ClassVar[str] = "promotion"
    longest: int = 300  # characters
    longest_title: int = 80  # of the line that opens a box
    longest_blurb: int = 400  # of a block inside a box
    most: int = 4  # blocks of a box, its last line not counted
    edge: int = 3  # blocks of text

    def run(self, article: Article) -> Article:
        """The article without such lines and boxes."""
        gone: set[int] = set()
        for i in article.hinted(self.name):
            block = article.blocks[i]
            if len(block.text) > self.longest or block.quoted:
                continue
            if _SUBSCRIBE.fits(block.said):
                gone.update((i, *self._box(article.blocks, i)))
            elif (_PLUG.fits(block.said) and not _shown(article.blocks, i)) or (
                self._at_edge(article, i) and _ENDING.fits(block.said)
            ):
                gone.add(i)
        return article.without(self, gone)

    def _at_edge(self, article: Article, position: int) -> bool:
        return min(article.from_start(position), article.from_end(position)) <= self.edge

    def _box(self, blocks: tuple[Block, ...], end: int) -> Iterator[int]:
        """The title and the blurbs of the box that ends here; none when it has no such title."""
        for start in range(end - 1, max(-1, end - 1 - self.most), -1):
            block = blocks[start]
            if len(block.text) > self.longest_blurb:
                return
            if len(block.text) <= self.longest_title and not block.ends and _OPENER.fits(block.said):
                yield start
                yield from (i for i in range(start + 1, end) if _BLURB.fits(blocks[i].said))
                return


def _shown(blocks: tuple[Block, ...], position: int) -> bool:
    """Whether a player or picture stands right before or after: then `Watch the video below` has one to watch."""
    near = blocks[max(0, position - 1) : position] + blocks[position + 1 : position + 2]
    return any(block.kind in ("media", "image", "figure") for block in near)
