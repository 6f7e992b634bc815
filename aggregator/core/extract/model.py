"""How likely a block is to be the article's: boosted oblivious decision trees (Prokhorenkova et al. 2018), read from weights.json.

In an oblivious tree every level asks one question, whether a feature is above a border, so the answers are the binary number of a
leaf. All trees are asked at once (after QuickScorer, Lucchese et al. 2015): a byte of one large integer is the leaf of each tree, and
for every feature and stretch between borders the bits of all the questions that it answers with yes are kept ready.
`benchmarks/train_extract.py` makes the file.
"""

from __future__ import annotations

import array
import bisect
import collections
import dataclasses
import functools
import importlib.resources
import json
import math
import operator
from collections.abc import Sequence

from aggregator.core.extract import lexicon

_Asked = tuple[int, tuple[float, ...], tuple[int, ...]]  # a feature, its borders ascending, the bits below, between and above them
_Once = tuple[int, float, int]  # a feature, its only border, the bits above it


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """The weights of words, the questions of all trees, each tree's leaves in thousandths, and the score that the article's blocks pass."""

    lexica: lexicon.Lexica
    asked: tuple[_Asked, ...]
    once: tuple[_Once, ...]
    leaves: tuple[array.array[int], ...]
    bias: float
    threshold: float

    def score(self, row: Sequence[float] | None) -> float:
        """The log odds that a block with these features is the article's; without features it surely is not."""
        if row is None:
            return -math.inf
        bits = 0
        for feature, border, answer in self.once:
            if row[feature] > border:
                bits |= answer
        passed = bisect.bisect_left
        for feature, borders, answers in self.asked:
            bits |= answers[passed(borders, row[feature])]
        return self.bias + sum(map(operator.getitem, self.leaves, bits.to_bytes(len(self.leaves), "little"))) / 1000


@functools.cache
def model() -> Model:
    """The model that is shipped."""
    return read(importlib.resources.files(__package__).joinpath("weights.json").read_text("utf-8"))


def read(written: str) -> Model:
    """A model as `benchmarks/train_extract.py` writes it."""
    told = json.loads(written)
    lexica = lexicon.Lexica(*(dict(zip(words.split(), weights, strict=True)) for words, weights in told["lexica"]))
    leaves = tuple(array.array("h", leaves) for _, leaves in told["trees"])
    asked = _asked([questions for questions, _ in told["trees"]])
    several = tuple(one for one in asked if len(one[1]) > 1)
    once = tuple((feature, borders[0], answers[1]) for feature, borders, answers in asked if len(borders) == 1)
    return Model(lexica, several, once, leaves, told["bias"], told["threshold"])


def _asked(trees: Sequence[Sequence[float]]) -> tuple[_Asked, ...]:
    """The questions of all trees by feature; a tree's are a feature and a border each, the first its leaf's lowest bit."""
    bits: dict[int, dict[float, int]] = collections.defaultdict(lambda: collections.defaultdict(int))
    for tree, questions in enumerate(trees):
        for level in range(len(questions) // 2):
            bits[int(questions[2 * level])][questions[2 * level + 1]] |= 1 << (8 * tree + level)
    asked: list[_Asked] = []
    for feature, borders in sorted(bits.items()):
        answers = [0]
        for border in sorted(borders):
            answers.append(answers[-1] | borders[border])
        asked.append((feature, tuple(sorted(borders)), tuple(answers)))
    return tuple(asked)
