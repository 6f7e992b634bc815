"""How likely a block is to be the article's: boosted oblivious decision trees (Prokhorenkova et al. 2018), read from weights.json.

In an oblivious tree every level asks one question, whether a feature is above a border, so the answers are the binary number of a
leaf. All blocks of a page are asked at once, each with a byte of a string: how many of a feature's borders it passes, whether it
passes a certain one, and the leaf that it comes to in a tree, are `bytes.translate` and sums of large integers over the whole page.
`benchmarks/train_extract.py` makes the file.
"""

from __future__ import annotations

import array
import bisect
import dataclasses
import functools
import importlib.resources
import itertools
import json
import math
import sys
from collections.abc import Iterable, Sequence

from aggregator.core.extract import lexicon

_Asked = tuple[
    int, tuple[float, ...], tuple[bytes, ...]
]  # a feature, its borders ascending, for each what makes passed borders 0 or 1
_Once = tuple[int, float, int]  # a feature, its only border, the number of the question
_Tree = tuple[int, ...]  # the numbers of its questions, the first the lowest bit of its leaf
_WIDE = 4  # bytes in which the leaves of a block add up
_FEW = 3  # blocks to a value of a column, on the average, for the values to be looked at once each


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """The weights of words, the questions of all trees, each tree's questions and leaves, and the score that the article's blocks pass.

    Questions are numbered: those of `asked` in their order, then those of `once`. Leaves are thousandths above the tree's lowest, as
    tables of their lower and their higher byte; `bias` is in log odds, `lowest` the sum of the trees' lowest leaves in thousandths.
    """

    lexica: lexicon.Lexica
    asked: tuple[_Asked, ...]
    once: tuple[_Once, ...]
    trees: tuple[_Tree, ...]
    leaves: tuple[tuple[bytes, bytes], ...]
    lowest: int
    bias: float
    threshold: float

    def score(self, row: Sequence[float] | None) -> float:
        """The log odds that a block with these features is the article's; without features it surely is not."""
        return self.scores([row])[0]

    def scores(self, rows: Sequence[Sequence[float] | None]) -> list[float]:
        """The same for all blocks of a page, which takes hardly longer than for a few."""
        told = [row for row in rows if row is not None]
        sums = iter(self._sums(told) if told else ())
        return [-math.inf if row is None else self.bias + next(sums) / 1000 for row in rows]

    def _sums(self, rows: Sequence[Sequence[float]]) -> Iterable[int]:
        """For each block the leaves of all trees, added up."""
        answers = self._answers(rows)
        size = len(rows)
        wide = bytearray(_WIDE * size)
        total = 0
        for tree, (lower, higher) in zip(self.trees, self.leaves, strict=True):
            leaves = 0
            for level, question in enumerate(tree):
                leaves |= answers[question] << level
            leaf = leaves.to_bytes(size, "little")
            wide[::_WIDE] = leaf.translate(lower)
            wide[1::_WIDE] = leaf.translate(higher)
            total += int.from_bytes(wide, "little")
        sums = array.array("I", total.to_bytes(_WIDE * size, "little"))
        if sys.byteorder == "big":
            sums.byteswap()
        return [one + self.lowest for one in sums]

    def _answers(self, rows: Sequence[Sequence[float]]) -> list[int]:
        """For each question an integer with a byte for each block, 1 where the answer is yes."""
        columns = list(zip(*rows, strict=True))
        answers: list[int] = []
        always = int.from_bytes(b"\1" * len(rows), "little")
        for feature, borders, tables in self.asked:
            answers += _answered(borders, tables, columns[feature], always)
        for feature, border, _ in self.once:
            answers += _answered((border,), _steps(1), columns[feature], always)
        return answers


def _answered(borders: tuple[float, ...], tables: tuple[bytes, ...], column: tuple[float, ...], always: int) -> list[int]:
    """For each border, of which there are at most 255, an integer with a byte for each value, 1 where that is above the border."""
    values = set(column)
    if len(values) == 1:
        passed_by_all = bisect.bisect_left(borders, column[0])
        return [always] * passed_by_all + [0] * (len(borders) - passed_by_all)
    if len(values) * _FEW > len(column):
        passed = bytes(map(bisect.bisect_left, itertools.repeat(borders), column))
    else:
        known = {value: bisect.bisect_left(borders, value) for value in values}
        passed = bytes(map(known.__getitem__, column))
    return [int.from_bytes(passed.translate(table), "little") for table in tables]


@functools.cache
def model() -> Model:
    """The model that is shipped."""
    return read(importlib.resources.files(__package__).joinpath("weights.json").read_text("utf-8"))


def read(written: str) -> Model:
    """A model as `benchmarks/train_extract.py` writes it."""
    told = json.loads(written)
    lexica = lexicon.Lexica(*(dict(zip(words.split(), weights, strict=True)) for words, weights in told["lexica"]))
    trees = [list(zip(map(int, questions[::2]), questions[1::2], strict=True)) for questions, _ in told["trees"]]
    asked, once, numbers = _asked(trees)
    numbered = tuple(tuple(numbers[question] for question in tree) for tree in trees)
    leaves = [leaves for _, leaves in told["trees"]]
    return Model(lexica, asked, once, numbered, tuple(map(_tables, leaves)), sum(map(min, leaves)), told["bias"], told["threshold"])


def _asked(
    trees: Sequence[Sequence[tuple[int, float]]],
) -> tuple[tuple[_Asked, ...], tuple[_Once, ...], dict[tuple[int, float], int]]:
    """The questions of all trees by feature, and the number of each."""
    borders: dict[int, list[float]] = {}
    for feature, border in sorted({question for tree in trees for question in tree}):
        borders.setdefault(feature, []).append(border)
    several = [(feature, tuple(found), _steps(len(found))) for feature, found in borders.items() if len(found) > 1]
    numbers: dict[tuple[int, float], int] = {}
    for feature, found, _ in several:
        for border in found:
            numbers[feature, border] = len(numbers)
    once: list[_Once] = []
    for feature, found_once in borders.items():
        if len(found_once) == 1:
            once.append((feature, found_once[0], len(numbers)))
            numbers[feature, found_once[0]] = len(numbers)
    return tuple(several), tuple(once), numbers


@functools.cache
def _steps(count: int) -> tuple[bytes, ...]:
    """For each of so many borders the table from how many a value passes to whether it passes this one."""
    return tuple(bytes([passed > border for passed in range(256)]) for border in range(count))


def _tables(leaves: Sequence[int]) -> tuple[bytes, bytes]:
    """The lower and the higher byte of each leaf above the lowest."""
    least = min(leaves)
    lower, higher = zip(*[divmod(leaf - least, 256)[::-1] for leaf in leaves], strict=True)
    return bytes(lower).ljust(256, b"\0"), bytes(higher).ljust(256, b"\0")
